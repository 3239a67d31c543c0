"""The hub's process: journal, engine, bus and web put together, started and stopped in order."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queue_core.clock import Clock, SimulatedClock, SystemClock
from queue_core.commands import ChangeOffice, ReportAlert
from queue_core.journal import Journal
from queue_core.office import dump_office
from queue_core.office_file import read_office
from queue_core.version import version
from queue_core.wire.bus import Bus, end_process
from queue_core.wire.messages import CatalogueVersion, DeviceState, Rev
from queue_core.wire.responder import Rate
from queue_core.wire.tls import TlsFiles as BrokerTls
from queue_core.wire.topics import Topics
from queue_hub.accounts import Accounts
from queue_hub.bus_front import BusFront
from queue_hub.catalogue_shelf import Offer, Shelf
from queue_hub.central_link import CentralLink
from queue_hub.certificates import end_soon
from queue_hub.command import keep_applied, office_to_apply
from queue_hub.dossiers.desk import DossierDesk
from queue_hub.engine import Engine
from queue_hub.forecasts import Forecasts
from queue_hub.information import Information
from queue_hub.keeper import BACKUP_NAME, Keeper
from queue_hub.procedures import Procedures
from queue_hub.ratings import RatingDesk
from queue_hub.recovery import open_or_salvage
from queue_hub.tls import TlsFiles, is_loopback, local_names, office_tls
from queue_hub.uplink import AWAY, REFUSED, Uplink
from queue_kit import memory
from queue_kit.health.device_file import of_the_device
from queue_kit.health.watch import Body, HealthWatch
from queue_kit.sd_notify import Notifier

log = logging.getLogger(__name__)
SWITCH_S = 0.0005
#: the last backup of the machine whose place this one takes; laid into its data when it is made
RESTORE_NAME = "restore.db"
#: told by the hub's own daily look and by that at the whole device
CERTIFICATE_ENDS = "certificate_ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOptions:
    """What the command line says."""

    data: Path
    office: Path
    broker_host: str
    broker_port: int
    broker_username: str
    broker_password: str | None
    http_host: str
    http_port: int
    public_host: str
    public_port: int
    printer: str
    paper_mm: int
    simulated_clock: bool
    clock_source: str | None
    requests_per_s: float
    ready_file: Path | None
    backup: Path | None = None
    witness_wait_s: float = 5.0
    dossier_folder: Path | None = None
    catalogue: Path | None = None
    #: certificate, key and authority of the console, where the province gave them
    http_tls: tuple[Path, Path, Path] | None = None
    broker_tls: BrokerTls | None = None
    central: CentralLink | None = None


class Hub:
    """A running hub. Raises keyed errors at construction when it cannot serve."""

    def __init__(self, options: HubOptions, notifier: Notifier | None = None) -> None:
        """``notifier``: the line to systemd; its watchdog is fed by the thread that commits."""
        self.options = options
        self._notifier = notifier or Notifier({})
        # A click passes through three threads; behind a replay of the wait each would wait for Python's default 5 ms.
        sys.setswitchinterval(SWITCH_S)
        options.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        office = read_office(options.office)
        self.journal: Journal
        # restore.db: laid there when this machine takes a dead one's place.
        backups = [*([options.backup / BACKUP_NAME] if options.backup else []), options.data / RESTORE_NAME]
        self.journal, salvaged = open_or_salvage(
            options.data / "hub.db", simulated=options.simulated_clock, backups=[b for b in backups if b.exists()]
        )
        self._keeper = Keeper(self.journal, options.backup, self._report, daily=self._look_at_certificates)
        self.clock: Clock = (
            SimulatedClock(self.journal.floor_ms)
            if options.simulated_clock
            else SystemClock(source=options.clock_source)
        )
        self.forecasts = Forecasts()
        self.engine = Engine(
            self.journal,
            self.clock,
            office,
            forecast=self.forecasts.tell,
            follow=self._follow,
            fatal=end_process,
            turned=self._notifier.alive,
            salvaged=salvaged,
            witness_wait_s=options.witness_wait_s,
        )
        self.forecasts.attach(self.engine)
        self.dossiers = DossierDesk(self.engine, options.data, drop_folder=options.dossier_folder)
        self.ratings = RatingDesk(self.engine, options.data, self.dossiers)
        self._file_office = office
        setup = self.engine.state.setup
        self.bus = Bus(
            host=options.broker_host,
            port=options.broker_port,
            topics=Topics(setup.province, setup.id),
            client=options.broker_username,
            kind="hub",
            password=options.broker_password,
            tls=options.broker_tls,
            version=version(),
            epoch=self.engine.epoch,
            on_connection=self._on_connection,
            now_ms=lambda: self.engine.moment.utc_ms,
        )
        self.front = BusFront(
            self.engine,
            self.bus,
            waits=self.forecasts.for_newcomer,
            clock=self.clock if isinstance(self.clock, SimulatedClock) else None,
            rate=Rate(options.requests_per_s, 2 * options.requests_per_s),
            dossiers=self.dossiers,
            ratings=self.ratings,
        )
        self._uplink = self._link(options.central) if options.central else None
        self.information = Information(self.engine, self.bus, book=self.dossiers.results)
        self.shelf = Shelf(
            options.catalogue or options.data / "catalogue.db", options.data / "catalogue", self._say_catalogue
        )
        self.procedures = Procedures(lambda: self.shelf.offer)
        # What an earlier run said of this machine and is over meanwhile must be taken back.
        said = {kind for device, kind in self.engine.state.alerts if device == "hub" and of_the_device(kind)}
        self._body = frozenset(said - {CERTIFICATE_ENDS})
        self._ends_soon = False
        self._health = HealthWatch(
            Body(options.data), say=self.bus.set_health, troubles=self._on_body, teller="hub", told=self._body
        )
        self._web: Any = None
        self._accounts: Accounts | None = None

    def start(self) -> None:
        """Serve."""
        self.engine.start()
        values = office_to_apply(self.options.data, self._file_office, dump_office(self.engine.state.setup))
        if values is not None:
            self._apply_file(values)
        self.forecasts.start()
        self.dossiers.start()
        if self.options.backup is None:  # what an earlier run said of a stick that is no longer wanted
            self._report("backup_failed", False)
            self._report("backup_same_device", False)
        self._keeper.start()
        if self._uplink is not None:
            self._uplink.start()
        else:  # nor of a central
            self._report(AWAY, False)
            self._report(REFUSED, False)
        self._health.start()
        self.front.start()
        self.information.start()
        self.bus.start()
        self.shelf.start()
        if self.options.http_port or self.options.public_port:
            self._start_web()
        # Officers are served without a broker too, so systemd is not kept waiting for it.
        self._notifier.ready()
        threading.Thread(target=self._say_ready, name="ready", daemon=True).start()

    def stop(self) -> None:
        """Say goodbye and leave everything on disk."""
        self._notifier.stopping()
        self._health.stop()
        self.shelf.stop()
        if self._web is not None:
            self._web.stop()
        self.procedures.close()
        self.front.stop()
        self.information.stop()
        self.dossiers.stop()
        self.engine.stop()
        if self._uplink is not None:
            self._uplink.stop()
        self.forecasts.stop()
        self.bus.stop()
        self._keeper.stop()
        self.journal.close()

    @property
    def _has_printer(self) -> bool:
        return not self.options.printer.startswith("none")

    def _report(self, kind: str, there: bool) -> None:  # noqa: FBT001 (the keeper's callback)
        self.engine.ask(ReportAlert(device="hub", kind=kind, on=there), by="hub", answer=lambda _outcome: None)

    def _look_at_certificates(self) -> None:
        options = self.options
        authorities = {tls[2] for tls in (options.http_tls,) if tls} | {tls.ca for tls in (options.broker_tls,) if tls}
        self._ends_soon = end_soon(authorities, self.engine.moment.utc_ms)
        self._report(CERTIFICATE_ENDS, self._ends_soon or CERTIFICATE_ENDS in self._body)

    def _link(self, central: CentralLink) -> Uplink:
        dials = central.dials(self.bus.topics, epoch=self.journal.epoch, now_ms=lambda: self.engine.moment.utc_ms)
        uplink = Uplink(self.journal, dials, self._report)
        self.engine.on_commit(lambda _commit: uplink.committed())
        return uplink

    def _devices(self) -> dict[str, DeviceState]:
        """What each device says of itself, this hub too."""
        return {**self.front.presence.all(), self.bus.client: self.bus.said}

    def _on_body(self, kinds: frozenset[str]) -> None:
        for kind in self._body ^ kinds:
            self._report(kind, kind in kinds or (kind == CERTIFICATE_ENDS and self._ends_soon))
        self._body = kinds

    def _start_web(self) -> None:
        from queue_hub.follow import Follower
        from queue_hub.print_jobs import KioskPrinters
        from queue_hub.web.app import make_app, make_public_app
        from queue_hub.web.catalogue_files import catalogue_router
        from queue_hub.web.context import WebSettings
        from queue_hub.web.procedure_page import procedure_router
        from queue_hub.web.server import Listener, WebThread

        options, listeners = self.options, []
        if options.http_port:
            tls = self._tls(options.http_host)
            self._accounts = Accounts(options.data)
            code = self._accounts.first_run_code()
            if code is not None:
                log.warning("first run: open the console and enter this code: %s", code)
            settings = WebSettings(
                data=options.data,
                tls=tls is not None,
                version=version(),
                print_slip=self._print_slip if self._has_printer else None,
                print_booking=self._print_booking if self._has_printer else None,
                kiosks=KioskPrinters(self.engine, self.bus, self.front.presence, self._follow),
                dossiers=self.dossiers,
                ratings=self.ratings,
                procedures=self.procedures,
                print_picture=self._print_picture if self._has_printer else None,
                paper_mm=options.paper_mm,
                devices=self._devices,
            )
            app = make_app(self.engine, self._accounts, settings)
            app.include_router(catalogue_router(self.shelf))
            listeners.append(Listener(app=app, host=options.http_host, port=options.http_port, tls=tls))
        if options.public_port:
            public = make_public_app(self.engine, Follower(options.data, self.journal.epoch), self.forecasts.from_now)
            public.include_router(catalogue_router(self.shelf))
            public.include_router(procedure_router(self.engine, self.shelf))
            tls = self._tls(options.public_host)
            listeners.append(Listener(app=public, host=options.public_host, port=options.public_port, tls=tls))
        self._web = WebThread(listeners, fatal=end_process)
        self._web.start()

    def _tls(self, host: str) -> TlsFiles | None:
        if is_loopback(host):
            return None
        if self.options.http_tls is not None:
            cert, key, ca = self.options.http_tls
            return TlsFiles(cert=cert, key=key, ca=ca)
        return office_tls(self.options.data / "tls", local_names(host), office=self.engine.state.setup.name["vi"])

    def _on_connection(self, connected: bool) -> None:  # noqa: FBT001 -- the bus's callback
        self._notifier.status("serving" if connected else "serving; the broker is away")
        self.front.on_connection(connected)
        self.information.on_connection(connected)
        if connected and self.shelf.offer is not None:
            self._say_catalogue(self.shelf.offer)

    def _say_catalogue(self, offer: Offer) -> None:
        rev = Rev(epoch=self.engine.epoch, seq=self.engine.seq)
        message = CatalogueVersion(
            rev=rev, asof_ms=self.engine.moment.utc_ms, hash=offer.hash, bytes=offer.size_bytes,
            procedures=offer.procedures, path=offer.path,
        )  # fmt: skip
        self.bus.publish(self.bus.topics.catalogue, message, retain=True, qos=1)

    def _apply_file(self, values: dict[str, Any]) -> None:
        outcome = self.engine.submit(ChangeOffice(office=values), by="file").result(10)
        if outcome.error is not None:
            log.error("the office's file was not applied: %s", outcome.error)
            self._report("file_refused", True)
            return
        self._report("file_refused", False)
        keep_applied(self.options.data, self._file_office)

    def _follow(self, ticket: Any, state: Any) -> str | None:
        base = state.setup.public_base_url
        if not base:
            return None
        from queue_hub.follow import follow_url

        return follow_url(base, ticket.id, epoch=self.journal.epoch, data=self.options.data)

    def _print_slip(self, state: Any, ticket: Any) -> Any:
        from queue_hub.slip_printing import print_ticket

        return print_ticket(state, ticket, self.options.printer, self.options.paper_mm, self._follow(ticket, state))

    def _print_booking(self, state: Any, booking: Any) -> Any:
        from queue_hub.slip_printing import print_booking

        return print_booking(state, booking, self.options.printer, self.options.paper_mm)

    def _print_picture(self, picture: Any) -> None:
        from queue_hub.slip_printing import print_picture

        print_picture(picture, self.options.printer)

    def _say_ready(self) -> None:
        if self.bus.wait_connected(3600) and self.options.ready_file is not None:
            with contextlib.suppress(OSError):
                self.options.ready_file.write_text("ready\n", encoding="utf-8")
        log.info("the hub serves")
        # The replay of a long journal and the start itself leave much behind.
        memory.tidy()
        memory.give_back_code()
