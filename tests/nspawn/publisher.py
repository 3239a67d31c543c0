"""Whoever publishes: a signing key of their own, a folder as it lies on a stick, and newer versions."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from tools.deb.build import ROOT

#: where devices see the folder
SEEN: Final = "/media/motcua"


class Publisher:
    """``folder``: for the key, in ``keys``, and the repository, in ``stick``."""

    def __init__(self, folder: Path, suite: str, name: str = "publisher@motcua.invalid") -> None:
        self.stick, self._keys, self._suite, self._name = folder / "stick", folder / "keys", suite, name
        self._keys.mkdir(parents=True, mode=0o700)
        self.stick.mkdir()
        self._environment = {**os.environ, "GNUPGHOME": str(self._keys)}
        words = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", name, "ed25519", "sign", "3d"]
        subprocess.run(words, check=True, capture_output=True, env=self._environment)

    def publish(self, *packages: Path) -> None:
        """Add packages, sign the lists."""
        words = [str(ROOT / "tools/deb/repository.sh"), "--key", self._name, str(self.stick), *map(str, packages)]
        subprocess.run(words, check=True, capture_output=True, env=self._environment)

    @property
    def key(self) -> Path:
        """The public half, as devices are given it."""
        return self.stick / "motcua.asc"

    def close(self) -> None:
        """End the agent that gpg started for the key."""
        subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True, env=self._environment)
