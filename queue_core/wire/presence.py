"""Who is there: births and wills put in order.

A broker sends a dead connection's will whenever it notices the death, possibly after the device's next birth. Birth
and will carry the same boot and connection number, so an obituary of an older connection is recognised and ignored.
"""

from __future__ import annotations

from queue_core.wire.messages import DeviceState


def heeds(known: DeviceState | None, arrived: DeviceState) -> bool:
    """Whether an arriving state replaces the known one.

    A birth always does, except one of an older connection of the same boot. A will (``lost``) does only when it is
    of the very connection whose birth is known, or when nothing is known.
    """
    if known is None:
        return True
    same_boot = arrived.boot == known.boot
    if arrived.state == "lost":
        return same_boot and arrived.connection >= known.connection
    return not same_boot or arrived.connection >= known.connection


class Presence:
    """The last heeded state of each client. Not thread-safe: feed it from one thread."""

    def __init__(self) -> None:
        self._states: dict[str, DeviceState] = {}

    def feed(self, client: str, state: DeviceState) -> bool:
        """Take an arrived state; True when it was heeded."""
        if not heeds(self._states.get(client), state):
            return False
        self._states[client] = state
        return True

    def __getitem__(self, client: str) -> DeviceState | None:
        return self._states.get(client)

    def there(self, client: str) -> bool:
        """Whether the client is connected and able to work, as far as is known."""
        state = self._states.get(client)
        return state is not None and state.state == "ready"

    def all(self) -> dict[str, DeviceState]:
        """A copy: client → state."""
        return dict(self._states)
