"""A pytest plug-in for copies: the run fails if the project's packages come from anywhere but the copy."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

PACKAGES = ("queue_core", "queue_kit", "queue_hub", "kiosk", "queue_display", "motcua")


def pytest_configure() -> None:
    copy = Path(os.environ["MOTCUA_MUTANTS_COPY"])
    for name in PACKAGES:
        found = import_module(name).__file__
        if found is None or not Path(found).is_relative_to(copy):
            message = f"{name} comes from {found}, not from the copy {copy}"
            raise RuntimeError(message)
