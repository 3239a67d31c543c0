"""``motcua hub``: the office's hub as a process."""

from __future__ import annotations

import json
import logging
import signal
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from queue_core.errors import ConfigError, JournalError, MotcuaError
from queue_core.office import Office, dump_office

log = logging.getLogger(__name__)
SHIPPED_OFFICE = Path(__file__).parent / "offices" / "commune.yaml"


def hub(  # noqa: PLR0917 -- a process's options
    data: Annotated[Path, typer.Option(help="folder of the journal and the accounts; it must be on a disk")],
    office: Annotated[Path, typer.Option(help="the office's configuration file")] = SHIPPED_OFFICE,
    broker_host: Annotated[str, typer.Option(envvar="MOTCUA_BROKER_HOST")] = "127.0.0.1",
    broker_port: Annotated[int, typer.Option(envvar="MOTCUA_BROKER_PORT")] = 1883,
    broker_username: Annotated[str, typer.Option(help="account at the broker; its client id too")] = "hub",
    broker_password_file: Annotated[Path | None, typer.Option(help="file with the broker's password")] = None,
    tls_ca: Annotated[Path | None, typer.Option(help="the office's authority; with --tls-cert and --tls-key")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="the hub's certificate, for a broker elsewhere")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="the hub's key")] = None,
    http_host: Annotated[str, typer.Option(help="console; other than 127.0.0.1 it speaks HTTPS")] = "127.0.0.1",
    http_port: Annotated[int, typer.Option(help="console's port; 0: none")] = 8080,
    http_cert: Annotated[Path | None, typer.Option(help="HTTPS certificate; else the hub makes its own")] = None,
    http_key: Annotated[Path | None, typer.Option(help="its key; with --http-cert and --http-ca")] = None,
    http_ca: Annotated[Path | None, typer.Option(help="the authority that browsers trust")] = None,
    public_port: Annotated[int, typer.Option(help="port of the public page to follow a ticket; 0: none")] = 0,
    public_host: Annotated[str, typer.Option(help="address of the public page")] = "127.0.0.1",
    printer: Annotated[str, typer.Option(help="printer of the console, such as tcp://127.0.0.1:9100")] = "none:",
    paper_mm: Annotated[int, typer.Option(help="80 or 58")] = 80,
    simulated_clock: Annotated[bool, typer.Option(help="take the time from the bus: simulations only")] = False,
    clock_source: Annotated[str, typer.Option(help="auto; or 'system': believe this computer's clock")] = "auto",
    requests_per_s: Annotated[float, typer.Option(help="requests a client may send a second", hidden=True)] = 50.0,
    ready_file: Annotated[Path | None, typer.Option(help="written when the hub serves")] = None,
    backup: Annotated[Path | None, typer.Option(help="folder on another device for hourly backups")] = None,
    witness_wait_s: Annotated[
        float, typer.Option(help="after a damaged or lost journal: seconds to hear who saw which numbers")
    ] = 5.0,
    dossier_folder: Annotated[
        Path | None, typer.Option(help="where an office drops CSV/XLSX lists of dossiers")
    ] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="the list of procedures; else catalogue.db in the data")
    ] = None,
    central: Annotated[
        list[str] | None, typer.Option(help="HOST:PORT of the province's broker; several: in the order to try them")
    ] = None,
    central_password_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="file with the office's password there")
    ] = None,
    central_ca: Annotated[Path | None, typer.Option(help="central's authority; with --central-cert, -key")] = None,
    central_cert: Annotated[Path | None, typer.Option(help="the office's certificate at central")] = None,
    central_key: Annotated[Path | None, typer.Option(help="its key")] = None,
    verbose: Annotated[bool, typer.Option()] = False,
) -> None:
    """The office's hub: journal, rules, bus, officer's console."""
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if len({file is None for file in (http_cert, http_key, http_ca)}) > 1:
        raise typer.BadParameter("--http-cert, --http-key and --http-ca belong together")
    from queue_core.wire.tls import broker_tls
    from queue_hub.central_link import CentralLink, address
    from queue_hub.process import Hub, HubOptions
    from queue_kit import memory
    from queue_kit.sd_notify import Notifier

    try:
        tls = broker_tls(tls_ca, tls_cert, tls_key)
        link = (
            CentralLink(
                addresses=tuple(address(word) for word in central),
                password=_secret(central_password_file),
                tls=broker_tls(central_ca, central_cert, central_key),
            )
            if central
            else None
        )
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error

    options = HubOptions(
        data=data,
        office=office,
        broker_host=broker_host,
        broker_port=broker_port,
        broker_username=broker_username,
        broker_password=_secret(broker_password_file),
        http_host=http_host,
        http_port=http_port,
        http_tls=(http_cert, http_key, http_ca) if http_cert and http_key and http_ca else None,
        public_host=public_host,
        public_port=public_port,
        printer=printer,
        paper_mm=paper_mm,
        simulated_clock=simulated_clock,
        clock_source=None if clock_source == "auto" else clock_source,
        requests_per_s=requests_per_s,
        ready_file=ready_file,
        backup=backup,
        witness_wait_s=witness_wait_s,
        dossier_folder=dossier_folder,
        catalogue=catalogue,
        broker_tls=tls,
        central=link,
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        # A dozen threads that mostly wait: each would hold a heap of its own.
        memory.one_heap(pictures=False)
        running = Hub(options, Notifier())
        running.start()
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(2 if isinstance(error, (ConfigError, JournalError)) else 3) from error
    stop.wait()
    running.stop()


def _secret(file: Path | None) -> str | None:
    return file.read_text(encoding="utf-8").strip() if file else None


def office_to_apply(data: Path, wanted: Office, current: dict[str, Any] | None) -> dict[str, Any] | None:
    """The file's configuration if the file changed since it was last applied, else None.

    What the supervisor changed in the console stays until a technician changes the file.
    """
    kept = data / "office.applied.json"
    values = dump_office(wanted)
    before = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else None
    if before == values or current is None:
        if before is None:
            keep_applied(data, wanted)
        return None
    return values


def keep_applied(data: Path, wanted: Office) -> None:
    """Remember what was applied from the file."""
    draft = data / "office.applied.json.new"
    draft.write_text(json.dumps(dump_office(wanted), ensure_ascii=False), encoding="utf-8")
    draft.replace(data / "office.applied.json")
