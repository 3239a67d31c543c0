"""python-escpos, imported late and tidied up after.

Its import reads a database of printers' text features, hangs a handler on the root logger and leaves a folder in the
temporary directory each time. Slips are pictures and need none of those features, so it is given a small file of our
own instead (a third of the time, and 4 MB less for good), and handler and folder are taken away again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

_LOCK: Final = threading.Lock()
#: python-escpos's own name for the file it reads (its documentation, "capabilities")
_FEATURES: Final = "ESCPOS_CAPABILITIES_FILE"
_OURS: Final = Path(__file__).with_name("escpos_profile.json")


def escpos_printers() -> ModuleType:
    """Give the module ``escpos.printer``."""
    with _LOCK:
        root = logging.getLogger()
        before = list(root.handlers)
        with _small_database():
            import escpos.capabilities
            import escpos.printer

        for handler in [handler for handler in root.handlers if handler not in before]:
            root.removeHandler(handler)
        if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
            shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
        module: ModuleType = escpos.printer
        return module


@contextlib.contextmanager
def _small_database() -> Iterator[None]:
    """Our file for as long as the import lasts; who has named another one keeps it."""
    if _FEATURES in os.environ:
        yield
        return
    os.environ[_FEATURES] = str(_OURS)
    try:
        yield
    finally:
        del os.environ[_FEATURES]
