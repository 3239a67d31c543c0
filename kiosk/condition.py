"""How this kiosk is: its printer, its scanner, its machine; told on the bus, and each trouble to the console."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.paper_troubles import printer_health
from queue_core.wire.bus import Bus
from queue_kit.health.readings import ROOT
from queue_kit.health.watch import Body, HealthWatch

if TYPE_CHECKING:
    from queue_kit.paper.commands import PrinterStatus


class Condition:
    """``tell``: takes each kind of trouble that came or went; ``printer``: what the printer said of itself last.

    ``machine`` stands for ``/`` where the machine's own state is read. Any thread.
    """

    def __init__(
        self,
        bus: Bus,
        data: Path,
        *,
        tell: Callable[[str, bool], None],
        printer: Callable[[], PrinterStatus | None],
        machine: Path = ROOT,
    ) -> None:
        self._bus, self._tell, self._printer = bus, tell, printer
        self._lock = threading.Lock()
        self._troubled: dict[str, frozenset[str]] = {}
        self._alerts: frozenset[str] = frozenset()
        #: what is known of a further device, by its field in DeviceHealth: asked now and then, answered at once
        self.devices: dict[str, Callable[[], str | None]] = {}
        self._watch = HealthWatch(
            Body(data, root=machine),
            say=bus.set_health,
            troubles=lambda kinds: self.report("body", kinds),
            teller="kiosk",
            parts=self._parts,
        )
        self.start, self.stop, self.look = self._watch.start, self._watch.stop, self._watch.look

    def report(self, source: str, kinds: frozenset[str]) -> None:
        """Tell the console of the present troubles of one source (``paper``, ``body`` …); the others' stay."""
        with self._lock:
            self._troubled[source] = kinds
            before, self._alerts = self._alerts, frozenset[str]().union(*self._troubled.values())
            now = self._alerts
            if before == now:
                return
            self._bus.set_alerts(now)  # under the lock: the newest is said last
        for kind in sorted(before ^ now):
            self._tell(kind, kind in now)

    def _parts(self) -> dict[str, Any]:
        """What only this process knows for its health."""
        return printer_health(self._printer()) | {name: ask() for name, ask in self.devices.items()}
