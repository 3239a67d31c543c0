"""What the kiosk hears of the office: the lobby, the hub's beat and its clock. Plain values, any thread.

The last lobby is kept in a file, so that a kiosk that starts while the hub is away still knows the office's name and
its services. The file is written when what the office offers has changed, not when a number has: a card wears out.
"""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import Final

from kiosk.session import Seen
from queue_core.wire.errors import WireError
from queue_core.wire.messages import Beat, Lobby, LobbyService
from queue_core.wire.payload import read, write

#: no beat for so long: the hub is away (it beats every 5 s)
BEAT_LOST_S: Final = 15.0
#: no connection for so long: the same, without waiting for beats that cannot come
CONNECTION_LOST_S: Final = 4.0


def offer(lobby: Lobby) -> Lobby:
    """The lobby without what changes with every number."""

    def still(service: LobbyService) -> LobbyService:
        quiet = {"waiting": 0, "wait": None, "services": [still(child) for child in service.services]}
        return service.model_copy(update=quiet)

    return lobby.model_copy(
        update={
            "rev": lobby.rev.model_copy(update={"epoch": "", "seq": 0}),
            "asof_ms": 0,
            "date": None,
            "services": [still(service) for service in lobby.services],
        }
    )


class Hearing:
    """The newest lobby, when the hub was last heard, and its time. ``now_s`` is always a monotonic clock's."""

    def __init__(self, cache: Path | None, *, now_s: float) -> None:
        self._lock = threading.Lock()
        self._cache = cache
        self._lobby: Lobby | None = None
        self._stored: Lobby | None = None
        self._beat_s = now_s
        self._connected = False
        self._connection_s = now_s
        self._hub_ms: int | None = None
        self._hub_ms_at_s = now_s
        self._load()

    def connection(self, connected: bool, now_s: float) -> None:  # noqa: FBT001 -- the bus's own callback
        """The broker's connection came or went."""
        with self._lock:
            self._connected = connected
            self._connection_s = now_s
            if connected:
                # The hub gets the time of a few beats to be heard over the new connection.
                self._beat_s = max(self._beat_s, now_s)

    def lobby(self, payload: bytes, *, retained: bool, now_s: float) -> bool:
        """A lobby message; True when it replaces the known one. A message nobody can read is as if none had come."""
        try:
            new = read(Lobby, payload)
        except WireError:
            return False
        with self._lock:
            old = self._lobby
            if old is not None and old.rev.epoch == new.rev.epoch and new.rev.seq < old.rev.seq:
                return False
            self._lobby = new
            if not retained:
                self._heard(new.asof_ms if new.clock_known else None, now_s)
            return new != old

    def beat(self, payload: bytes, now_s: float) -> None:
        """The hub lives."""
        try:
            beat = read(Beat, payload)
        except WireError:
            return
        with self._lock:
            known = self._lobby is None or self._lobby.clock_known
            self._heard(beat.asof_ms if known else None, now_s)

    def _heard(self, hub_ms: int | None, now_s: float) -> None:
        self._beat_s = now_s
        self._hub_ms, self._hub_ms_at_s = hub_ms, now_s

    def seen(self, now_s: float) -> Seen:
        """What the session may know now."""
        with self._lock:
            cut = not self._connected and now_s - self._connection_s >= CONNECTION_LOST_S
            return Seen(lobby=self._lobby, hub_away=cut or now_s - self._beat_s >= BEAT_LOST_S)

    def clock_ms(self, now_s: float) -> int | None:
        """The hub's trusted time, carried on by our own clock; None until it was heard, or while it knows none."""
        with self._lock:
            if self._hub_ms is None:
                return None
            return self._hub_ms + int((now_s - self._hub_ms_at_s) * 1000)

    # ------------------------------------------------------------------ the file
    def store(self) -> bool:
        """Write the lobby to its file when the offer changed; not on the network's or the screen's thread."""
        with self._lock:
            lobby = self._lobby
        if self._cache is None or lobby is None:
            return False
        still = offer(lobby)
        if still == self._stored:
            return False
        part = self._cache.with_suffix(".part")
        with contextlib.suppress(OSError):
            with part.open("wb") as file:
                file.write(write(still))
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._cache)
            self._stored = still
            return True
        return False

    def _load(self) -> None:
        if self._cache is None:
            return
        try:
            self._stored = read(Lobby, self._cache.read_bytes())
        except (OSError, WireError):
            return
        # An empty epoch gives way to whatever the hub says.
        self._lobby = self._stored
