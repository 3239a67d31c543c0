"""The checks by subject; each says its promise, and raises when it does not hold."""

from __future__ import annotations

from tests.nspawn.stage import Stage
from tests.promises import Check as _Check

Check = _Check[Stage]
