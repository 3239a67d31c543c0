"""The error of the accounts' book."""

from __future__ import annotations

from queue_core.errors import MotcuaError


class AccountError(MotcuaError, ValueError):
    """An account that cannot be made or changed so."""
