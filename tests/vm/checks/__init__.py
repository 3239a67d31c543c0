"""The checks by subject: each says its promise, raises when it does not hold, and goes on with the last one's disk."""

from __future__ import annotations

from tests.promises import Check as _Check
from tests.vm.stage import Stage

Check = _Check[Stage]
