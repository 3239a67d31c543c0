"""What citizens said, kept on the kiosk's disk until the hub has it: whole or not at all, each once.

A file of its own beside the slips' record: small, rewritten with each change and synced before anything follows from
it. What lay in it half-way when the power went is sent at the next start: it was said. A file that nobody can read is
renamed ``….corrupt.<time>`` and reported, never deleted.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from queue_core.wire.messages import RateRequest

log = logging.getLogger(__name__)
_VERSION: Final = 1
#: a kiosk that was cut off for days keeps so many, the newest
MOST_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A request; ``ready``: it will not be changed any more."""

    request: RateRequest
    ready: bool = False


class KeptRatings:
    """The file; one process, any thread. What the disk does not take stays in memory and is written with the next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}
        self._read()

    def keep(self, request: RateRequest) -> None:
        """Said, or said again before it went."""
        with self._lock:
            self._kept[request.request_id] = Kept(request)
            while len(self._kept) > MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._write()

    def release(self, request_id: str) -> None:
        """It may go."""
        with self._lock:
            if kept := self._kept.get(request_id):
                self._kept[request_id] = replace(kept, ready=True)
                self._write()

    def forget(self, request_id: str) -> None:
        """The hub has it, or will never take it."""
        with self._lock:
            if self._kept.pop(request_id, None) is not None:
                self._write()

    def ready(self) -> list[RateRequest]:
        """What may go, the oldest first."""
        with self._lock:
            return [kept.request for kept in self._kept.values() if kept.ready]

    def __len__(self) -> int:
        return len(self._kept)

    # ------------------------------------------------------------------ the file
    def _write(self) -> None:
        requests = [kept.request.model_dump(mode="json", exclude_defaults=True) for kept in self._kept.values()]
        text = json.dumps({"version": _VERSION, "ratings": requests}, ensure_ascii=False)
        part = self._path.with_name(self._path.name + ".part")
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError as error:
            log.warning("a rating could not be written: %s", type(error).__name__)

    def _read(self) -> None:
        try:
            values: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
            requests = [RateRequest.model_validate(one) for one in values["ratings"]]
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            aside = self._path.with_name(f"{self._path.name}.corrupt.{int(time.time())}")
            log.warning("the kept ratings were damaged; the file is kept as %s", aside.name)
            try:
                self._path.rename(aside)
            except OSError:
                log.warning("and could not be renamed")
            return
        # Whoever said it has gone: nothing of it will be changed any more.
        self._kept = {request.request_id: Kept(request, ready=True) for request in requests}
