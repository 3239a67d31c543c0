"""How often dossiers may be looked up: a device in 10 minutes, the office in a day, and slower after each wrong guess.

Codes follow one another, so without limits a kiosk would read out the whole book; and 4 characters are a million
guesses. The counts lie in a small file and survive a restart; of codes it holds keyed hashes only.
"""

from __future__ import annotations

import json
import logging
import math
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from queue_core.dossier_policy import DossierPolicy
from queue_hub.dossiers.errors import DossierError
from queue_hub.web.throttle import Throttle

log = logging.getLogger(__name__)
WINDOW_S: Final = 600.0
_FREE_GUESSES: Final = 3
_CAP_DEVICE_S: Final = 300.0
_CAP_DOSSIER_S: Final = 900.0
_FORGET_S: Final = 4 * 3600.0
_DEVICES: Final = 1000
_VERSION: Final = 1


class Limits:
    """Counts look-ups. ``now_s``: the office's trusted time in seconds; ``today``: its date, "" while unknown."""

    def __init__(self, path: Path, *, now_s: Callable[[], float], today: Callable[[], str]) -> None:
        self._path, self._now_s, self._today = path, now_s, today
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = {}
        self._day: tuple[str, int] = ("", 0)
        self._guesses = Throttle(free=_FREE_GUESSES, cap_s=_CAP_DEVICE_S, forget_s=_FORGET_S, clock=now_s)
        self._guessed = Throttle(free=_FREE_GUESSES + 2, cap_s=_CAP_DOSSIER_S, forget_s=_FORGET_S, clock=now_s)
        self._load()

    def take(self, device: str, policy: DossierPolicy, *, officer: bool = False) -> None:
        """Count a look-up, or raise DossierError dossier.slow_down, dossier.day_limit (then it is not counted).

        ``officer``: a known person at work: ten times as many in 10 minutes, and not among the office's day.
        """
        with self._lock:
            now, today = self._now_s(), self._today()
            times = [min(at, now) for at in self._times.get(device, []) if now - at < WINDOW_S]
            if len(times) >= policy.lookups_per_kiosk * (10 if officer else 1):
                raise DossierError("dossier.slow_down", minutes=max(1, math.ceil((times[0] + WINDOW_S - now) / 60)))
            if self._day[0] != today:
                self._day = (today, 0)
            if not officer:
                if self._day[1] >= policy.lookups_per_day:
                    raise DossierError("dossier.day_limit")
                self._day = (today, self._day[1] + 1)
            self._times.pop(device, None)
            self._times[device] = [*times, now]
            while len(self._times) > _DEVICES:
                self._times.pop(next(iter(self._times)))
            self._save()

    def may_guess(self, device: str, dossier: str) -> None:
        """Raise DossierError dossier.secret_wait while this device, or this dossier (its hash), must wait."""
        with self._lock:
            wait_s = max(self._guesses.wait_s(device), self._guessed.wait_s(dossier))
        if wait_s > 0:
            raise DossierError("dossier.secret_wait", seconds=int(wait_s) + 1)

    def guessed_wrong(self, device: str, dossier: str) -> None:
        """The 4 characters were wrong."""
        with self._lock:
            self._guesses.failed(device)
            self._guessed.failed(dossier)
            self._save()

    def guessed_right(self, dossier: str) -> None:
        """They were right: the dossier waits no more. The device's count stays: its next user is somebody else."""
        with self._lock:
            self._guessed.passed(dossier)

    def _save(self) -> None:
        values = {
            "version": _VERSION, "times": self._times, "day": self._day,
            "guesses": self._guesses.dump(), "guessed": self._guessed.dump(),
        }  # fmt: skip
        draft = self._path.with_name(self._path.name + ".new")
        try:
            draft.write_text(json.dumps(values), encoding="ascii")
            draft.replace(self._path)
        except OSError as error:  # the limits hold in memory all the same
            log.warning("the counts of look-ups were not saved: %s", type(error).__name__)

    def _load(self) -> None:
        try:
            values = json.loads(self._path.read_text(encoding="ascii"))
            if values["version"] != _VERSION:
                return
            self._times = {str(k): [float(x) for x in v] for k, v in values["times"].items()}
            self._day = (str(values["day"][0]), int(values["day"][1]))
            self._guesses.load(values["guesses"])
            self._guessed.load(values["guessed"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            log.warning("the counts of look-ups could not be read; they begin anew")
