"""Where the province's central is, and as whom this hub comes: the office's own name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from queue_core.version import version
from queue_core.wire.bus import Bus
from queue_core.wire.tls import TlsFiles
from queue_core.wire.topics import Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class CentralLink:
    """``addresses``: (host, port) of central's brokers, in the order in which they are tried."""

    addresses: tuple[tuple[str, int], ...]
    password: str | None = None
    tls: TlsFiles | None = None

    def dials(self, topics: Topics, *, epoch: str, now_ms: Callable[[], int]) -> list[Callable[[], Bus]]:
        """A connection to each broker, to be made when it is wanted."""
        return [
            partial(
                Bus, host=host, port=port, topics=topics, client=topics.office, kind="hub", password=self.password,
                tls=self.tls, version=version(), epoch=epoch, now_ms=now_ms,
            )
            for host, port in self.addresses
        ]  # fmt: skip


def address(word: str) -> tuple[str, int]:
    """``HOST:PORT`` (a numeric IPv6 address in brackets) or ``HOST`` alone: port 8883. Raises ValueError."""
    host, colon, port = word.rpartition(":")
    if word.endswith("]") or not colon:
        host, port = word, "8883"
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError(f"{word!r} is no HOST:PORT")
    return host, int(port)
