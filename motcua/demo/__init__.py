"""``motcua demo``: a whole office at work on this computer, with or without a screen."""

from motcua.demo.command import demo

__all__ = ["demo"]
