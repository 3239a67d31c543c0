"""``motcua simulate``: a whole day of an office at speed, watched from outside."""

from motcua.simulate.command import simulate

__all__ = ["simulate"]
