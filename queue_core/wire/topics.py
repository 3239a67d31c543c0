"""The topics of an office: ``motcua/v1/{province}/{office}/…``. The major version of the contract is in the topic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAJOR: Final = 1
_ID = re.compile(r"^[a-z0-9-]{1,32}\Z")


@dataclass(frozen=True, slots=True)
class Topics:
    """Builds and reads the topics of one office. Raises :class:`ValueError` on an id that is none."""

    province: str
    office: str

    def __post_init__(self) -> None:
        """Refuse ids that could reach into other topics."""
        for part in (self.province, self.office):
            _check(part)

    @property
    def root(self) -> str:
        """Root of the office."""
        return f"motcua/v{MAJOR}/{self.province}/{self.office}"

    @property
    def board(self) -> str:
        """Retained :class:`~queue_core.wire.messages.Board`."""
        return f"{self.root}/board"

    @property
    def call(self) -> str:
        """:class:`~queue_core.wire.messages.Call`, not retained."""
        return f"{self.root}/call"

    @property
    def lobby(self) -> str:
        """Retained :class:`~queue_core.wire.messages.Lobby`: what a kiosk shows."""
        return f"{self.root}/lobby"

    @property
    def info(self) -> str:
        """Retained :class:`~queue_core.wire.messages.Info`: what the information screen tells between calls."""
        return f"{self.root}/info"

    @property
    def catalogue(self) -> str:
        """Retained :class:`~queue_core.wire.messages.CatalogueVersion`: the list of procedures to have."""
        return f"{self.root}/catalogue"

    @property
    def beat(self) -> str:
        """:class:`~queue_core.wire.messages.Beat`, every 5 s."""
        return f"{self.root}/beat"

    @property
    def events(self) -> str:
        """:class:`~queue_core.wire.messages.Facts`, one a commit; uplink, mirrors, integrators only."""
        return f"{self.root}/events"

    @property
    def clock(self) -> str:
        """:class:`~queue_core.wire.messages.SimulatedTime`, loopback and simulation only."""
        return f"{self.root}/clock"

    def device_state(self, client: str) -> str:
        """Retained birth and will of a client."""
        return f"{self.root}/device/{_check(client)}/state"

    def request(self, client: str, verb: str) -> str:
        """Where a client asks."""
        return f"{self.root}/request/{_check(client)}/{_check(verb.replace('_', '-'))}"

    def reply(self, client: str) -> str:
        """Where the hub answers a client, the only place it does."""
        return f"{self.root}/reply/{_check(client)}"

    def print_job(self, client: str) -> str:
        """Where the hub asks a kiosk to print a slip: :class:`~queue_core.wire.messages.PrintJob`."""
        return f"{self.root}/print/{_check(client)}"

    @property
    def all_requests(self) -> str:
        """The hub's subscription."""
        return f"{self.root}/request/+/+"

    @property
    def all_device_states(self) -> str:
        """The hub's subscription to births and wills."""
        return f"{self.root}/device/+/state"

    def parse_request(self, topic: str) -> tuple[str, str] | None:
        """``(client, verb)`` of a request topic (verb with underscores), or None."""
        head, _, tail = topic.partition(f"{self.root}/request/")
        client, _, verb = tail.partition("/")
        return (client, verb.replace("-", "_")) if not head and _ID.match(client) and _ID.match(verb) else None

    def parse_device_state(self, topic: str) -> str | None:
        """The client of a device state topic, or None."""
        match = re.fullmatch(re.escape(self.root) + r"/device/([a-z0-9-]{1,32})/state", topic)
        return match.group(1) if match else None


#: the province's own place among the offices; no office is called so
CENTRAL: Final = "central"


@dataclass(frozen=True, slots=True)
class ProvinceTopics:
    """The topics of all offices of a province at its own broker, where an office's account is its id.

    What an office asks stands under its own name twice: ``motcua/v1/{province}/{office}/request/{office}/{verb}``.
    Raises :class:`ValueError` on an id that is none.
    """

    province: str

    def __post_init__(self) -> None:
        """Refuse ids that could reach into other topics."""
        _check(self.province)

    @property
    def root(self) -> str:
        """Root of the province."""
        return f"motcua/v{MAJOR}/{self.province}"

    @property
    def all_requests(self) -> str:
        """Central's subscription."""
        return f"{self.root}/+/request/+/+"

    def reply(self, client: str) -> str:
        """Where central answers an office."""
        return Topics(self.province, client).reply(client)

    def parse_request(self, topic: str) -> tuple[str, str] | None:
        """``(office, verb)`` of a request topic, or None; an office asks under its own name alone."""
        head, _, tail = topic.partition(f"{self.root}/")
        office, _, _rest = tail.partition("/")
        if head or not _ID.match(office):
            return None
        parsed = Topics(self.province, office).parse_request(topic)
        return parsed if parsed is not None and parsed[0] == office else None


def _check(part: str) -> str:
    if not _ID.match(part):
        message = f"{part!r} is not an id ([a-z0-9-], 1 to 32)"
        raise ValueError(message)
    return part
