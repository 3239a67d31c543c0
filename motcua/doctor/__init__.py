"""``motcua doctor``: the technician's tool in a terminal."""

from motcua.doctor.command import doctor

__all__ = ["doctor"]
