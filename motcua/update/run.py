"""An update from its first look to its last word: what is decided, apart from how it is done (:mod:`.device`).

Everything that a power cut could leave undone stands in a small file first: a version on trial is judged at the next
run, also after a restart, and goes back when it does not hold. The journal is never put back: it only grows, and a
number that the new version gave counts.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Protocol

from motcua.update.errors import UpdateError

log = logging.getLogger(__name__)
FORMAT: Final = 1


class Looked(Protocol):
    """What is asked of the machine each hour, without root's rights."""

    def repository(self) -> bool:
        """Whether there is one to read: a file that names it, and the stick that it names."""


class Device(Protocol):
    """What is done to the machine. Each call ends by its own deadline and raises :class:`UpdateError`."""

    def installed(self) -> str:
        """The version that is unpacked, whole or not."""

    def refresh(self) -> str | None:
        """Read the repository anew; the version it offers above the installed one."""

    def parts(self) -> list[str]:
        """Units of this device's parts that run."""

    def records(self) -> int | None:
        """How many records the journal has, all links checked; None without a journal. Raises when it is not whole."""

    def check_room(self, version: str, folder: Path) -> None:
        """Make sure that nothing of an update fills the card: the journal lies on it."""

    def keep(self, file: Path) -> None:
        """Make a package of what is installed."""

    def fetch(self, version: str, file: Path) -> None:
        """Fetch a version's package, its signature checked."""

    def install(self, file: Path) -> None:
        """Install a package and what it asks for; settings stay."""

    def put_back(self, file: Path) -> None:
        """Install the kept package, whatever state the newer one is in."""

    def holds(self, parts: Sequence[str], settle_s: int) -> str | None:
        """Watch the parts; None when all came up and stayed, else what did not."""


@dataclass
class State:
    """``trial``: the version being judged, with what ran before it. ``refused``: versions that did not hold here."""

    trial: str = ""
    previous: str = ""
    parts: list[str] = field(default_factory=list)
    records: int | None = None
    refused: list[str] = field(default_factory=list)


class StateFile:
    """The state on disk: written aside, flushed, renamed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> State:
        """What was written last; an unreadable file is put aside and counts as none."""
        try:
            return self._parsed()
        except FileNotFoundError:
            return State()
        except (ValueError, TypeError, KeyError):
            self.path.replace(self.path.with_suffix(".corrupt"))
            log.warning("the update's state was not readable and is put aside")
            return State()

    def on_trial(self) -> bool:
        """Whether a version is being judged, or its judgement was interrupted. Changes nothing."""
        # An unreadable one is put aside by whoever may write.
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            return bool(self._parsed().trial)
        return False

    def _parsed(self) -> State:
        said = json.loads(self.path.read_text(encoding="utf-8"))
        if said["version"] != FORMAT:
            raise ValueError(said["version"])
        return State(**said["data"])

    def write(self, state: State) -> None:
        """On disk when it returns."""
        part = self.path.with_suffix(".part")
        values: Mapping[str, object] = {"version": FORMAT, "data": asdict(state)}
        with part.open("w", encoding="utf-8") as out:
            json.dump(values, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def look(device: Looked, folder: Path, *, open_now: bool) -> str | None:
    """The hourly look, which changes nothing: why there is nothing to do, None when there is.

    ``folder``, ``open_now``: as :func:`update`.
    """
    if not StateFile(folder / "state.json").on_trial():
        if not open_now:
            return "outside of the maintenance window"
        if not device.repository():
            return "no repository to read"
    return None


def update(device: Device, folder: Path, *, open_now: bool, settle_s: int) -> str:
    """One run; gives a sentence on what became of it.

    ``folder``: where packages and the state are kept. ``open_now``: whether the maintenance window is open; a trial
    that was interrupted is judged at any hour. Raises :class:`UpdateError`: what was not begun has changed nothing, and
    ``update.rolled_back`` says that the device is as before.
    """
    file = StateFile(folder / "state.json")
    state = file.read()
    if state.trial:
        log.info("%s was on trial when this ended; it is judged now", state.trial)
        return _judge(device, file, state, settle_s=settle_s)
    if not open_now:
        return "outside of the maintenance window"
    offered = device.refresh()
    if offered is None:
        return "nothing newer"
    if offered in state.refused:
        return f"{offered} did not hold on this device and is not tried again"
    running = device.installed()
    device.check_room(offered, folder)
    device.fetch(offered, folder / "next.deb")
    device.keep(folder / "previous.deb")
    state = State(offered, running, device.parts(), device.records(), state.refused)
    file.write(state)
    problem = None
    try:
        device.install(folder / "next.deb")
    except UpdateError as error:
        problem = error.en
    return _judge(device, file, state, settle_s=settle_s, problem=problem)


def _judge(device: Device, file: StateFile, state: State, *, settle_s: int, problem: str | None = None) -> str:
    """Believe the version on trial, or go back."""
    folder = file.path.parent
    problem = problem or _problem(device, state, settle_s)
    if problem is None:
        file.write(State(refused=[one for one in state.refused if one != state.trial]))
        (folder / "next.deb").unlink(missing_ok=True)
        return f"{state.trial} holds; {state.previous} is kept"
    log.error("%s does not hold: %s", state.trial, problem)
    try:
        device.put_back(folder / "previous.deb")
        still = device.holds(state.parts, settle_s)
        if still is None:
            still = _journal_problem(device, state)
    except UpdateError as error:
        still = error.en
    if still is not None:
        # The trial stays open: the next run tries to go back again.
        raise UpdateError(
            "update.stuck", version=state.trial, previous=state.previous, detail=still, file=folder / "previous.deb"
        )
    file.write(State(refused=[*state.refused, state.trial]))
    raise UpdateError("update.rolled_back", version=state.trial, previous=state.previous, detail=problem)


def _problem(device: Device, state: State, settle_s: int) -> str | None:
    try:
        if device.installed() != state.trial:
            return f"{device.installed()} is installed"
        return device.holds(state.parts, settle_s) or _journal_problem(device, state)
    except UpdateError as error:
        return error.en


def _journal_problem(device: Device, state: State) -> str | None:
    """The journal has every record that it had, and all its links."""
    if state.records is None:
        return None
    records = device.records()
    if records is None or records < state.records:
        return f"the journal had {state.records} records and has {records}"
    return None
