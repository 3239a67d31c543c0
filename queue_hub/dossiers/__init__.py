"""Dossiers at the hub: the built-in book, registries to look them up in, and the limits of looking up."""
