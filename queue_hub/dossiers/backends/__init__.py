"""The registries an office may choose, one module each. "none" is a choice like the others."""
