"""The hub's web front: console, room, REST and live events; its public page is an application of its own."""
