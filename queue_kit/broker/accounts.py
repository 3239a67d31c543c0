"""Who may connect, and what each may read and write.

A broker does not tell the hub who published a message. The topic does: a client writes requests only under its own
name (``%u``), and so the name in the topic is the name of the account.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from queue_kit.broker.errors import BrokerError

#: client: kiosk, board, signs. mirror: a client that keeps a copy of the events. hub: everything of the office.
#: observer: hears everything, says nothing. driver: an observer that also moves the simulated clock.
Role = Literal["client", "mirror", "hub", "observer", "driver"]

_NAME = re.compile(r"[a-z0-9-]{1,32}")
#: mosquitto's own count. A password here is 128 random bits, which no count of rounds has to protect.
_ROUNDS: Final = 101


def _new_password() -> str:
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Account:
    """A client of the broker; ``name`` is its user name, its client id and its name in topics ([a-z0-9-])."""

    name: str
    role: Role = "client"
    password: str = field(default_factory=_new_password, repr=False)

    def __post_init__(self) -> None:
        """Refuse names that could reach into other topics or lines."""
        if not _NAME.fullmatch(self.name):
            raise BrokerError("broker.bad_value", name="account", value=repr(self.name), allowed="[a-z0-9-], 1–32")


def office_accounts(
    *, kiosks: int = 1, boards: int = 1, signs: int = 0, observers: Iterable[str] = ()
) -> list[Account]:
    """Accounts of a usual office: ``hub``, ``kiosk-1`` …, ``board-1`` …, ``signs-1`` … and observers by name."""
    return [
        Account("hub", "hub"),
        *(Account(f"kiosk-{n}") for n in range(1, kiosks + 1)),
        *(Account(f"board-{n}", "mirror") for n in range(1, boards + 1)),
        *(Account(f"signs-{n}") for n in range(1, signs + 1)),
        *(Account(name, "observer") for name in observers),
    ]


def password_file(accounts: Iterable[Account]) -> str:
    """Contents of mosquitto's ``password_file``: PBKDF2 with SHA-512 (its ``$7$`` lines)."""
    return "".join(f"{account.name}:{_hashed(account.password)}\n" for account in accounts)


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS)
    return f"$7${_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def acl_file(accounts: Iterable[Account], *, root: str) -> str:
    """Contents of mosquitto's ``acl_file``; ``root`` is the topics' root, with ``+`` where any will do."""
    lines = [
        "# Every client, by its own name.",
        f"pattern write {root}/request/%u/+",
        f"pattern read {root}/reply/%u",
        f"pattern read {root}/print/%u",
        f"pattern readwrite {root}/device/%u/state",
    ]
    heard = ("device/hub/state", "board", "call", "lobby", "info", "catalogue", "beat")
    lobby = [f"topic read {root}/{topic}" for topic in heard]
    everything = f"topic read {root}/#"
    for account in accounts:
        own = {
            "client": lobby,
            "mirror": [*lobby, f"topic read {root}/events"],
            "hub": [f"topic readwrite {root}/#"],
            "observer": [everything],
            "driver": [everything, f"topic write {root}/clock"],
        }[account.role]
        lines += ["", f"user {account.name}", *own]
    return "\n".join(lines) + "\n"


def province_acl_file(root: str, central: str) -> str:
    """The same for the province's own broker, where an office's account is its id; ``root``: ``motcua/v1/{province}``.

    No accounts are named: an office that is given a certificate later needs no new file. ``central``: its account.
    """
    lines = [
        "# Every office, under its own name alone.",
        f"pattern write {root}/%u/request/%u/+",
        f"pattern read {root}/%u/reply/%u",
        f"pattern readwrite {root}/%u/device/%u/state",
        "",
        f"user {central}",
        f"topic read {root}/+/request/+/+",
        f"topic write {root}/+/reply/+",
        f"topic read {root}/+/device/+/state",
    ]
    return "\n".join(lines) + "\n"
