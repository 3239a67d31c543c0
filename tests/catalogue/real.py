"""A real commune's list, where it was put beside the project; what needs it is skipped elsewhere."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

LIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "tthc_commune.json"
needs_the_real_list = pytest.mark.skipif(
    not LIST.exists(), reason="the real list of procedures is not beside the project"
)


@cache
def records() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(LIST.read_text(encoding="utf-8"))
    return loaded
