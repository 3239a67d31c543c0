"""``motcua signs``: the number signs above the counters and the keypads on the desks."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from queue_core.errors import MotcuaError
from queue_core.version import version
from queue_core.wire.topics import Topics

if TYPE_CHECKING:
    from queue_display.signs.wiring import Wiring


def signs(  # noqa: PLR0917 -- a process's options
    province: Annotated[str, typer.Option(help="province's id in the topics", envvar="MOTCUA_PROVINCE")] = "demo",
    office: Annotated[str, typer.Option(help="office's id in the topics", envvar="MOTCUA_OFFICE")] = "demo",
    client: Annotated[str, typer.Option(help="this machine's identity at the broker")] = "signs-1",
    broker_host: Annotated[str, typer.Option(envvar="MOTCUA_BROKER_HOST")] = "127.0.0.1",
    broker_port: Annotated[int, typer.Option(envvar="MOTCUA_BROKER_PORT")] = 1883,
    broker_username: Annotated[str | None, typer.Option(help="account at the broker, when not the client's id")] = None,
    broker_password_file: Annotated[Path | None, typer.Option(help="file with the broker's password")] = None,
    tls_ca: Annotated[Path | None, typer.Option(help="the office's authority; with --tls-cert and --tls-key")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="this machine's certificate")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="this machine's key")] = None,
    wiring: Annotated[
        Path | None, typer.Option(help="which sign and keypad hangs where (docs/signs.md); without it: none")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="folder on this machine's card: its room and that it writes are told too")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="only say whether the wiring file is good")] = False,
    ready_file: Annotated[Path | None, typer.Option(help="written when the signs were told what to show")] = None,
    verbose: Annotated[bool, typer.Option()] = False,
) -> None:
    """Number signs and keypads of the counters."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    from queue_display.signs import wiring as wires

    try:
        wired = wires.Wiring() if wiring is None else wires.read_wiring(wiring)
        topics = Topics(province, office)
    except (MotcuaError, ValueError) as error:
        _refuse(error)
    if check:
        _describe(wired)
        return
    from queue_core.wire.bus import Bus
    from queue_core.wire.tls import broker_tls
    from queue_display.signs.runtime import Runtime
    from queue_kit.health.watch import Body
    from queue_kit.sd_notify import Notifier

    try:
        tls = broker_tls(tls_ca, tls_cert, tls_key)
    except ValueError as error:
        _refuse(error)
    notifier = Notifier()
    tied: list[Runtime] = []

    def on_connection(connected: bool) -> None:
        tied[0].on_connection(connected)
        notifier.status("connected" if connected else "the broker is away")

    bus = Bus(
        host=broker_host,
        port=broker_port,
        topics=topics,
        client=client,
        kind="signs",
        username=broker_username,
        password=broker_password_file.read_text(encoding="utf-8").strip() if broker_password_file else None,
        tls=tls,
        version=version(),
        on_connection=on_connection,
    )

    def shown() -> None:
        if ready_file is not None and not ready_file.exists():
            part = ready_file.with_name(f".{ready_file.name}.part")
            part.write_text(f"{client}\n", encoding="utf-8")
            part.replace(ready_file)

    runtime = Runtime(bus, wired, body=Body(data), on_shown=shown, turned=notifier.alive)
    tied.append(runtime)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runtime.leave())
    runtime.start()
    notifier.ready()
    runtime.run()
    notifier.stopping()
    runtime.stop()


def _refuse(error: Exception) -> NoReturn:
    said = f"{error.vi}\n{error.en}\n({error.key})" if isinstance(error, MotcuaError) else str(error)
    typer.echo(said, err=True)
    raise typer.Exit(2) from error


def _describe(wired: Wiring) -> None:
    """What hangs where, one line a unit."""
    for line in wired.lines:
        typer.echo(f"{line.id}: {line.port}, {line.baud} baud, parity {line.parity}, {line.stop_bits} stop bit(s)")
        for sign in line.signs:
            typer.echo(f"  {sign.address:>3}  {sign.counter}: sign, {sign.kind}, {sign.cells} cells")
        for keypad in line.keypads:
            typer.echo(f"  {keypad.address:>3}  {keypad.counter}: keypad, {len(keypad.keys)} keys")
    for matrix in wired.matrices:
        typer.echo(f"{matrix.kind}: {matrix.counter}, {matrix.width}×{matrix.height}")
    for buttons in wired.buttons:
        typer.echo(f"pins ({wired.factory}): {buttons.counter}, {', '.join(f'GPIO{pin}' for pin in buttons.pins)}")
