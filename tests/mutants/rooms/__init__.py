"""The listed faults, one module a room."""
