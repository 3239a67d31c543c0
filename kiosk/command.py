"""`motcua kiosk`: the touch screen in the lobby."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer


def kiosk(
    *,
    province: Annotated[str, typer.Option(help="Province id in the topics.")] = "demo",
    office: Annotated[str, typer.Option(help="Office id in the topics.")] = "demo",
    client: Annotated[str, typer.Option(help="This kiosk's identity at the broker.")] = "kiosk-1",
    broker_host: Annotated[str, typer.Option(help="The office's broker.")] = "127.0.0.1",
    broker_port: Annotated[int, typer.Option(min=1, max=65535)] = 1883,
    broker_username: Annotated[str | None, typer.Option(help="Its account, where it is not the client id.")] = None,
    broker_password_file: Annotated[Path | None, typer.Option(help="A file whose first line is the password.")] = None,
    tls_ca: Annotated[Path | None, typer.Option(help="The office's authority; with --tls-cert and --tls-key.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="This kiosk's certificate.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="This kiosk's key.")] = None,
    printer: Annotated[
        str, typer.Option(help="none: | tcp://HOST:9100 | usb:VID:PID | serial:/dev/… | file:…")
    ] = "none:",
    paper_mm: Annotated[int, typer.Option(help="Width of the paper roll: 80 or 58.")] = 80,
    data: Annotated[Path, typer.Option(help="Folder of the print record and the last lobby.")] = Path("kiosk-data"),
    size: Annotated[str, typer.Option(help="Window in pixels, 1080x1920 or 1920x1080.")] = "1080x1920",
    position: Annotated[str, typer.Option(help="Left,top of the window.")] = "0,0",
    fullscreen: Annotated[bool, typer.Option("--fullscreen", help="Cover the whole screen.")] = False,
    rotation: Annotated[int, typer.Option(help="Turn picture and touches by 0, 90, 180 or 270 degrees.")] = 0,
    dpi: Annotated[
        float | None, typer.Option(help="Dots an inch of the panel; KIVY_DPI; else a 21.5 inch one.")
    ] = None,
    lower_edge_mm: Annotated[float, typer.Option(help="Height of the screen's lower edge above the floor.")] = 800.0,
    cursor: Annotated[bool, typer.Option("--cursor", help="Show the mouse pointer.")] = False,
    lang: Annotated[str, typer.Option(help="Language that a visit begins in.")] = "vi",
    idle_s: Annotated[float, typer.Option(help="Seconds without a touch until the question.")] = 30.0,
    ring_s: Annotated[float, typer.Option(help="Seconds to answer it.")] = 15.0,
    attract_s: Annotated[float, typer.Option(help="Seconds at home until the screen at rest.")] = 120.0,
    ready_file: Annotated[Path | None, typer.Option(help="Written when the first full frame is drawn.")] = None,
    touch_map: Annotated[Path | None, typer.Option(help="For tests: what can be touched, at each new screen.")] = None,
) -> None:
    """Run the lobby's touch screen until it is told to stop (SIGINT, SIGTERM)."""
    from queue_kit.screen import boot, memory

    memory.few_heaps()
    try:
        width, height = boot.parse_size(size)
        left, _, top = position.partition(",")
        place = int(left), int(top or "0")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if paper_mm not in {80, 58}:
        raise typer.BadParameter("paper-mm is 80 or 58")
    if rotation not in {0, 90, 180, 270}:
        raise typer.BadParameter("rotation is 0, 90, 180 or 270")
    data.mkdir(parents=True, exist_ok=True)
    screen = boot.prepare(
        size=(width, height),
        dpi=dpi,
        fullscreen=fullscreen,
        position=place,
        rotation=rotation,
        cursor=cursor,
        title=f"motcua {client}",
        home=data / "kivy",
        video=os.environ.get("SDL_VIDEODRIVER"),
    )

    from kiosk import session
    from kiosk.app import KioskApp, KioskSettings
    from kiosk.desk import Desk
    from queue_core.errors import MotcuaError
    from queue_core.wire.bus import Bus, TlsFiles
    from queue_core.wire.topics import Topics
    from queue_kit.paper.printer import open_printer
    from queue_kit.screen import fonts

    width_dots = {80: 576, 58: 384}[paper_mm]
    try:
        topics = Topics(province, office)
        # A wrong address shall be known now, not when the first citizen waits for the slip.
        open_printer(printer, width_dots=width_dots).close()
    except (MotcuaError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    tls = TlsFiles(tls_ca, tls_cert, tls_key) if tls_ca and tls_cert and tls_key else None
    password = _first_line(broker_password_file)

    fonts.register()
    app = KioskApp(
        settings=KioskSettings(
            screen=screen,
            lang=lang,
            timing=session.Timing(idle_s=idle_s, ring_s=ring_s, attract_s=attract_s),
            lower_edge_mm=lower_edge_mm,
            ready_file=ready_file,
            touch_map=touch_map,
        )
    )
    desk: Desk | None = None

    def connection_changed(connected: bool) -> None:
        if desk is not None:
            desk.connection_changed(connected)

    bus = Bus(
        host=broker_host,
        port=broker_port,
        topics=topics,
        client=client,
        kind="kiosk",
        username=broker_username,
        password=password,
        tls=tls,
        on_connection=connection_changed,
    )
    desk = Desk(bus=bus, data=data, printer=printer, width_dots=width_dots, post=app.post)
    app.link = desk
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.end())
    try:
        app.run()
    except KeyboardInterrupt:
        sys.exit(0)


def _first_line(file: Path | None) -> str | None:
    return None if file is None else file.read_text(encoding="utf-8").splitlines()[0].strip()
