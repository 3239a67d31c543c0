"""The broker's files on a device: the same configuration as everywhere (:mod:`queue_kit.broker`), at fixed places.

On loopback clients come with a password, from the network with a certificate whose common name is their account. What
runs is not ``/etc/motcua/mosquitto.conf`` itself but what :func:`effective` makes of it before each start.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from firmware_config.deny_list import usable
from firmware_config.device import Device
from firmware_config.errors import FirmwareError
from queue_core.wire.topics import CENTRAL
from queue_kit.broker.accounts import Account, acl_file, password_file, province_acl_file
from queue_kit.broker.config import TlsListener, configuration

ETC: Final = Path("/etc/motcua")
STATE: Final = Path("/var/lib/motcua/broker")
PASSWORDS: Final = ETC / "mosquitto.passwords"
LOOPBACK_PORT: Final = 1883
#: lines of the configuration that name a file which may be missing
_OPTIONAL: Final = ("password_file",)


def files(device: Device, accounts: Iterable[Account], *, root: str = "motcua/v1/+/+") -> dict[str, bytes]:
    """Path from the root → contents, without any secret; nothing for a device without a broker.

    ``accounts``: who may connect, by name and role. ``root``: root of the topics of this office; of the province's own
    broker, with ``+`` for the office.
    """
    if not device.has_broker:
        return {}
    own = ETC / "identity" / "broker"
    listener = TlsListener(
        device.broker_port, ETC / "ca.pem", own / "cert.pem", own / "key.pem", denied=ETC / "denied.pem"
    )
    text = configuration(
        data=STATE,
        passwords=PASSWORDS,
        acl=ETC / "mosquitto.acl",
        log=None,
        port=LOOPBACK_PORT,
        user="motcua-broker",
        tls=[listener],
    )
    province = device.role == "central"
    acl = province_acl_file(root.removesuffix("/+"), CENTRAL) if province else acl_file(accounts, root=root)
    return {"etc/motcua/mosquitto.conf": text.encode(), "etc/motcua/mosquitto.acl": acl.encode()}


def effective(text: str, *, keep: Path, now: dt.datetime) -> tuple[str, list[FirmwareError]]:
    """What mosquitto shall really run with, and what is wrong.

    A deny list that would lock the office out, and a password file that is not there, are left out. ``keep``: folder
    of the last good list.
    """
    lines, troubles = text.splitlines(), []
    ca = next((Path(line.split(maxsplit=1)[1]) for line in lines if line.startswith("cafile ")), ETC / "ca.pem")
    told = []
    for line in lines:
        name, _, value = line.partition(" ")
        if name in _OPTIONAL and not Path(value).exists():
            told.append(f"# not there: {line}")
        elif name == "crlfile":
            file, trouble = usable(Path(value), ca, keep / "denied.pem", now)
            troubles += [trouble] if trouble else []
            told.append(f"# no deny list in use: {value}" if file is None else f"crlfile {file}")
        else:
            told.append(line)
    return "\n".join(told) + "\n", troubles


def make_passwords(root: Path, names: Sequence[str]) -> list[Path]:
    """Passwords of loopback's clients: made once, kept; gives the files that were written.

    ``root``: folder in which ``etc/motcua`` lies; ``names``: their accounts. Each finds its own in
    ``identity/NAME/broker-password``, readable by its user alone; the broker gets the hashes.
    """
    written, accounts = [], []
    for name in names:
        path = root / "etc/motcua/identity" / name / "broker-password"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _put(path, secrets.token_urlsafe(16), f"motcua-{name.partition('-')[0]}")
            written.append(path)
        accounts.append(Account(name, password=path.read_text(encoding="utf-8").strip()))
    hashes = root / PASSWORDS.relative_to("/")
    if written or not hashes.exists():
        _put(hashes, password_file(accounts), "motcua-broker")
        written.append(hashes)
    return written


def _put(path: Path, text: str, user: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="utf-8") as file:
        file.write(text)
    if os.geteuid() == 0:
        with contextlib.suppress(LookupError):  # a folder made elsewhere: who installs it sets the owner
            shutil.chown(part, user)
    part.replace(path)
