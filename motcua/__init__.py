"""The `motcua` command: one door to every part of the office."""
