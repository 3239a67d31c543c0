"""python-escpos, imported late and tidied up after.

Its import takes 0.1 s here and over half a second on a Pi, hangs a handler on the root logger and leaves a folder in
the temporary directory each time; so it is imported when the first line is opened, and both are taken away again.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from types import ModuleType
from typing import Final

_LOCK: Final = threading.Lock()


def escpos_printers() -> ModuleType:
    """Give the module ``escpos.printer``."""
    with _LOCK:
        root = logging.getLogger()
        before = list(root.handlers)
        import escpos.capabilities
        import escpos.printer

        for handler in [handler for handler in root.handlers if handler not in before]:
            root.removeHandler(handler)
        if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
            shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
        module: ModuleType = escpos.printer
        return module
