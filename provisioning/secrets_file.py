"""The province's secrets: a file beside the inventory that nobody else may read, or that is encrypted.

``secrets.yaml``: plain, refused when others may read it. ``secrets.yaml.age``: encrypted with age, opened with the
technician's key. ``secrets.yaml.cred``: sealed to this computer by systemd-creds. What is opened is never written.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, ValidationError

from provisioning.errors import ProvisionError
from provisioning.inventory import Place
from queue_core.decisions.arranging import config_error
from queue_core.office import Id, Model
from queue_core.office_file import load_marked, parse_marked, plain

_OPEN_S: Final = 60
OTHERS: Final = 0o077

#: WPA takes 8 to 63 printable letters, or the 64 digits of a ready key (IEEE 802.11i, H.4)
Passphrase = Annotated[SecretStr, Field(min_length=8, max_length=64)]


class Secrets(Model):
    """What must not stand in the inventory. ``wifi``: a network's id → its passphrase."""

    format: Literal[1] = 1
    wifi: dict[Id, Passphrase] = Field(default={})

    def passphrase(self, place: Place) -> str | None:
        """The passphrase of the Wi-Fi that a device joins; None on a wire. Raises secrets.missing."""
        network = place.network
        if network.kind != "wifi":
            return None
        if network.id not in self.wifi:
            raise ProvisionError("secrets.missing", network=network.id, device=place.name)
        return self.wifi[network.id].get_secret_value()


def read_secrets(path: Path | None, *, age_identity: Path | None = None) -> Secrets:
    """The secrets in ``path`` (none: no secrets). ``age_identity``: the key file for an ``.age`` file.

    Raises ProvisionError secrets.readable, secrets.no_tool, secrets.locked; ConfigError with the line of a mistake,
    in which no value is repeated.
    """
    if path is None:
        return Secrets()
    if path.suffix == ".age":
        check_private(age_identity, "secrets.readable")
        identity = [] if age_identity is None else ["--identity", str(age_identity)]
        loaded = _opened(["age", "--decrypt", *identity, str(path)], path, package="age")
    elif path.suffix == ".cred":
        words = ["systemd-creds", "decrypt", "--name=motcua-secrets", str(path), "-"]
        loaded = _opened(words, path, package="systemd")
    else:
        check_private(path, "secrets.readable")
        loaded = load_marked(path)
    try:
        return Secrets.model_validate(plain(loaded))
    except ValidationError as error:
        raise config_error(error) from None


def check_private(path: Path | None, key: str) -> None:
    """Refuse a file that others may read."""
    try:
        mode = None if path is None else stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return  # whoever reads it says so
    if path is not None and mode is not None and mode & OTHERS:
        raise ProvisionError(key, file=path.name, mode=f"{mode:o}")


def _opened(words: Sequence[str], path: Path, *, package: str) -> Any:
    if shutil.which(words[0]) is None:
        raise ProvisionError("secrets.no_tool", tool=words[0], file=path.name, package=package)
    # No question may be asked of a terminal behind a progress bar: an age file sealed by a passphrase is refused.
    try:
        done = subprocess.run(
            words, capture_output=True, stdin=subprocess.DEVNULL, timeout=_OPEN_S, check=False, start_new_session=True
        )
    except subprocess.TimeoutExpired as error:
        raise ProvisionError("secrets.locked", file=path.name, problem=f"{words[0]}: {_OPEN_S} s") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ProvisionError("secrets.locked", file=path.name, problem=said[0][:200] if said else os.strerror(5))
    return parse_marked(done.stdout.decode("utf-8", errors="replace"), path.name)
