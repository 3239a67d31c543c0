"""What a client hears, and who of its own takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paho.mqtt.client import topic_matches_sub


@dataclass(frozen=True, slots=True)
class MessageInfo:
    """What came beside a payload. ``retained``: it was stored before we subscribed."""

    retained: bool = False
    response_topic: str | None = None
    correlation: bytes | None = None


Handler = Callable[[str, bytes, MessageInfo], None]


class Subscriptions:
    """One handler a filter. Not thread-safe: its owner holds a lock."""

    def __init__(self) -> None:
        self._handlers: dict[str, tuple[Handler, int]] = {}

    def add(self, topic: str, handler: Handler, qos: int) -> None:
        """Note a filter. Raises :class:`ValueError` for one that has a handler already."""
        if topic in self._handlers:
            message = f"{topic} has a handler already"
            raise ValueError(message)
        self._handlers[topic] = (handler, qos)

    def wanted(self) -> list[tuple[str, int]]:
        """All filters with their qos."""
        return [(topic, qos) for topic, (_, qos) in self._handlers.items()]

    def takers(self, topic: str) -> list[Handler]:
        """The handlers of a topic."""
        exact = self._handlers.get(topic)
        found = [exact[0]] if exact else []
        found += [
            handler
            for wanted, (handler, _) in self._handlers.items()
            if ("+" in wanted or "#" in wanted) and topic_matches_sub(wanted, topic)
        ]
        return found
