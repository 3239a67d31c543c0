"""Where a code is looked up: chosen by configuration. A slow, absent or confused registry never blocks a kiosk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from queue_core.dossiers import Dossier
from queue_hub.dossiers.errors import RegistryError
from queue_hub.dossiers.last_answers import LastAnswers

DEADLINE_S: Final = 3.0
_KEPT: Final = 5000
_HANDS: Final = 2


class Registry(Protocol):
    """Knows dossiers by their code."""

    def find(self, code: str, *, deadline_s: float) -> Dossier | None:
        """The dossier, or None when this registry has none. Raises RegistryError when it cannot say within the time."""
        ...


class Cached:
    """A registry with a deadline that holds, and its last answers with "as of" for when it is away.

    ``shelf``: what is kept of the answers on disk; a restart of the hub does not forget those.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        shelf: LastAnswers,
        now: Callable[[], datetime | None],
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._registry, self._shelf, self._now, self._deadline_s = registry, shelf, now, deadline_s
        self._known: OrderedDict[str, tuple[Dossier | None, datetime | None]] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(_HANDS, thread_name_prefix="registry")
        self._busy: set[Future[Dossier | None]] = set()

    def close(self) -> None:
        """Wait for nobody."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def find(self, code: str) -> Dossier | None:
        """The dossier as the registry says, or as it last said (``as_of``). Raises RegistryError dossier.registry_*."""
        try:
            found = self._ask(code)
        except RegistryError:
            return self._remembered(code)
        self._keep(code, found)
        return found

    def _ask(self, code: str) -> Dossier | None:
        with self._lock:
            self._busy = {one for one in self._busy if not one.done()}
            if len(self._busy) >= _HANDS:  # all hands wait for it already: it is away
                raise RegistryError("dossier.registry_away")
            future = self._pool.submit(self._registry.find, code, deadline_s=self._deadline_s)
            self._busy.add(future)
        try:
            found = future.result(self._deadline_s)
        except TimeoutError as error:
            future.cancel()
            raise RegistryError("dossier.registry_away") from error
        except RegistryError:
            raise
        except Exception as error:  # noqa: BLE001
            # its own fault may hold what it was sent: only the kind of it is told
            raise RegistryError("dossier.registry_wrong", problem=type(error).__name__) from None
        if found is not None and (not isinstance(found, Dossier) or found.code != code):
            raise RegistryError("dossier.registry_wrong", problem="another dossier")
        return found

    def _keep(self, code: str, found: Dossier | None) -> None:
        now = self._now()
        with self._lock:
            self._known[code] = (found, now)
            self._known.move_to_end(code)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._shelf.keep(code, found, now)

    def _remembered(self, code: str) -> Dossier | None:
        with self._lock:
            known = self._known.get(code)
        found, as_of = known if known is not None else (self._shelf.find(code, self._now()), None)
        if found is None:
            raise RegistryError("dossier.registry_away")
        return replace(found, as_of=found.as_of or as_of)
