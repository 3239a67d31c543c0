"""What the rules answer to each command: one module a subject. Pure; :mod:`queue_core.engine` puts them together."""
