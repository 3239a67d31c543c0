"""Keep a process small over months: one heap for all threads, and what is no longer used given back.

A screen that is thrown away is a ring of widgets which Python frees only when it collects; the pictures of its words
hang on it. The right moment is when nobody is there.
"""

from __future__ import annotations

import ctypes
import gc
from typing import Final

#: malloc.h of glibc
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_ARENAS: Final = 1
#: a picture of words is larger: it gets pages of its own, and they go back to the system when it does
_PICTURE_BYTES: Final = 32 * 1024


def _libc() -> ctypes.CDLL | None:
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:
        return None
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None


def one_heap(*, pictures: bool) -> None:
    """One heap for all threads instead of eight a core; call it before threads are started.

    ``pictures``: a screen's process, whose pictures of words get pages of their own.

    Left alone, glibc raises its limit for pages of their own to 32 MB with the first large picture that is freed, and
    the heap is then full of holes between pictures.
    """
    if (libc := _libc()) is not None:
        libc.mallopt(_M_ARENA_MAX, _ARENAS)
        if pictures:
            libc.mallopt(_M_MMAP_THRESHOLD, _PICTURE_BYTES)
            libc.mallopt(_M_TRIM_THRESHOLD, 4 * _PICTURE_BYTES)


def tidy() -> int:
    """Collect, and give free pages back to the system; gives the number of objects collected. Takes 20 to 60 ms."""
    found = gc.collect()
    if (libc := _libc()) is not None:
        libc.malloc_trim(0)
    return found
