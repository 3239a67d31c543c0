"""Keep a process small over months: one heap for all threads, and what is no longer used given back.

A screen that is thrown away is a ring of widgets which Python frees only when it collects; the pictures of its words
hang on it. The right moment is when nobody is there.
"""

from __future__ import annotations

import ctypes
import gc
import mmap
from collections.abc import Iterator
from pathlib import Path
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


def settle() -> None:
    """Take what is loaded by now for ever: later collections pass over it and cost a few ms instead of 20 to 60.

    Call it once, before the first screen is built: of what is alive now, rings are never collected again.
    """
    gc.collect()
    gc.freeze()


def tidy() -> int:
    """Collect, and give free pages back to the system; gives the number of objects collected. Takes 20 to 60 ms."""
    found = gc.collect()
    if (libc := _libc()) is not None:
        libc.malloc_trim(0)
    return found


def give_back_code() -> int:
    """Unmap the pages of programs and libraries that were read so far; gives the bytes. Those still in use come back.

    Starting takes ten times the code that living does: a graphics driver alone compiles with 50 MB of it once. The
    pages stay in the system's cache and are taken from there when they are wanted again; only those that no one has
    written to are touched. Does nothing where there is no ``/proc`` (proc(5), madvise(2)).
    """
    libc = _libc()
    if libc is None:
        return 0
    given = 0
    for first, last, resident in _pages_of_code():
        if libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), mmap.MADV_DONTNEED) == 0:
            given += resident
    return given


def _pages_of_code() -> Iterator[tuple[int, int, int]]:
    """First and last address and resident bytes of what is mapped from files to be run, and was never written to."""
    try:
        lines = Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    first = last = resident = 0
    code = False
    for line in lines:
        name, _, rest = line.partition(" ")
        if not name.endswith(":"):
            begin, _, end = name.partition("-")
            fields = rest.split()
            first, last = int(begin, 16), int(end, 16)
            code = fields[0] == "r-xp" and len(fields) > 4 and fields[4].startswith("/")
        elif code and name == "Rss:":
            resident = int(rest.split()[0]) * 1024
        elif code and name == "Anonymous:" and rest.split()[0] == "0" and resident:
            yield first, last, resident
