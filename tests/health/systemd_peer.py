"""systemd as ``systemctl`` shows it, from outside: a program of that name that says what it is told to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

#: of every unit of the role solo, as systemd 252 says it of a device that is well: blocks, properties in its own order
_SERVICE = "NRestarts={restarts}\nId={name}\nWants=tmp.mount\nLoadState={load}\nActiveState={active}\n"
_OTHER = "Id={name}\nWants={wants}\nLoadState={load}\nActiveState={active}\n"
SOLO = (
    "motcua-time.service", "motcua-broker.service", "motcua-hub.service", "motcua-kiosk.service", "motcua-backup.timer",
    "motcua-health.timer",
)  # fmt: skip


class Systemd:
    """What the machine's systemd says. ``asked``: the words it was asked with."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        self._folder = folder
        program = folder / "systemctl"
        program.write_text(
            f'#!/bin/sh\ncd {folder}\necho "$@" > asked\nif [ -e broken ]; then cat broken >&2; exit 1; fi\ncat said\n',
            encoding="utf-8",
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        self.says()

    def says(self, *, wants: tuple[str, ...] = SOLO, target: str = "active", job: str = "", **units: str) -> None:
        """Units by their names' last part (``kiosk="failed"``, ``hub="activating 7"``); the others are active."""
        blocks = [_OTHER.format(name="motcua-solo.target", wants=" ".join(wants), load="loaded", active=target)]
        if job:
            blocks[0] += f"Job={job}\n"
        named = dict.fromkeys(wants, "active")
        named |= {name if "." in name else f"motcua-{name}.service": state for name, state in units.items()}
        for name, state in named.items():
            active, _, restarts = state.partition(" ")
            form = _SERVICE if name.endswith(".service") else _OTHER
            load = "not-found" if active == "missing" else "loaded"
            active = "inactive" if active == "missing" else active
            blocks.append(form.format(name=name, wants="", load=load, active=active, restarts=restarts or 0))
        blocks.append(blocks[0])  # asked for by its name too
        (self._folder / "said").write_text("\n".join(blocks), encoding="utf-8")

    def breaks(self, words: str) -> None:
        """It answers with an error."""
        (self._folder / "broken").write_text(words, encoding="utf-8")

    @property
    def asked(self) -> list[str]:
        return (self._folder / "asked").read_text(encoding="utf-8").split()
