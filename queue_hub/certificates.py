"""How long the office's certificates are still good: trouble is told long before the day on which nobody comes in.

What the province's authority signs ends with the office's signing key, whose certificate the hub has (``ca.pem``). It
is read by the standard library alone: serving loads no ``cryptography``.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from queue_kit.health.troubles import CERTIFICATE_DAYS

WARN_DAYS: Final = CERTIFICATE_DAYS
_DAY_MS: Final = 86_400_000


def ends_at_ms(authorities: Iterable[Path]) -> int | None:
    """UTC milliseconds at which the first of these authorities' certificates (PEM) ends; None when none can be read."""
    ends = []
    for path in authorities:
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(cafile=path)
        except (OSError, ssl.SSLError):
            continue  # whoever needs the file says that it is not there
        ends += [ssl.cert_time_to_seconds(str(one["notAfter"])) * 1000 for one in context.get_ca_certs()]
    return min(ends, default=None)


def end_soon(authorities: Iterable[Path], now_ms: int) -> bool:
    """Whether the first of them ends within :data:`WARN_DAYS`; ``now_ms``: UTC milliseconds."""
    end_ms = ends_at_ms(authorities)
    return end_ms is not None and end_ms - now_ms < WARN_DAYS * _DAY_MS
