"""`motcua kiosk`: the touch screen in the lobby. Reads the options, then becomes :mod:`kiosk.run`.

The process is replaced, not imported on: what read the options (typer, click, rich) is 5 MB that a kiosk would carry
for months, and the C library reads its own settings only at a start.
"""

from __future__ import annotations

import os
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
        str, typer.Option(help="none: | tcp://HOST:9100 | usb:VID:PID | serial:/dev/… | file:…; see docs/printers.md")
    ] = "none:",
    second_printer: Annotated[
        str, typer.Option(help="Prints when the first one cannot; the same addresses.")
    ] = "none:",
    scanner: Annotated[
        str, typer.Option(help="keyboard: (it types into the window) | serial:/dev/…?baud=9600 | none:")
    ] = "none:",
    panel: Annotated[
        Path | None,
        typer.Option(help="Which pin is what: presence, buttons, light, door (docs/panel.md); none without."),
    ] = None,
    mock_pins: Annotated[
        Path | None, typer.Option(help="For tests and demonstrations: a socket to work the panel's mock pins through.")
    ] = None,
    hub_url: Annotated[
        str, typer.Option(help="The hub's web address, to fetch newer procedures: https://hub:8443; empty: never.")
    ] = "",
    technician_pin_file: Annotated[
        Path | None, typer.Option(help="Made by motcua doctor --new-pin; without it there is no technician's page.")
    ] = None,
    paper_mm: Annotated[int, typer.Option(help="Width of the paper roll: 80 or 58.")] = 80,
    data: Annotated[Path, typer.Option(help="Folder of the print record and the last lobby.")] = Path("kiosk-data"),
    size: Annotated[str, typer.Option(help="The panel's own pixels, before any rotation.")] = "1080x1920",
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
    press_sound: Annotated[
        bool, typer.Option("--press-sound/--no-press-sound", help="A soft click at each press.")
    ] = True,
    sound_device: Annotated[
        str, typer.Option(help="ALSA device of clicks and guidance; the default one if empty.")
    ] = "",
    headset: Annotated[
        bool, typer.Option("--headset", help="Only a headset plays it: what belongs to one person may be spoken.")
    ] = False,
    ready_file: Annotated[Path | None, typer.Option(help="Written when the first full frame is drawn.")] = None,
    touch_map: Annotated[Path | None, typer.Option(help="For tests: what can be touched, at each new screen.")] = None,
) -> None:
    """Run the lobby's touch screen until it is told to stop (SIGINT, SIGTERM)."""
    from kiosk.run import Options, check
    from queue_core.errors import MotcuaError
    from queue_kit.pins import PinError

    plan = None
    if panel is not None:
        from kiosk.panel.plan import read_plan

        try:
            read = read_plan(panel)
            if mock_pins is not None and read.factory != "mock":
                raise PinError("pins.not_mock", factory=read.factory)
            plan = read.model_dump_json(exclude_defaults=True)
        except MotcuaError as error:
            typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
            raise typer.Exit(2) from error

    options = Options(
        province=province,
        office=office,
        client=client,
        broker_host=broker_host,
        broker_port=broker_port,
        broker_username=broker_username,
        broker_password_file=_absolute(broker_password_file),
        tls_ca=_absolute(tls_ca),
        tls_cert=_absolute(tls_cert),
        tls_key=_absolute(tls_key),
        printer=printer,
        second_printer=second_printer,
        scanner=scanner,
        panel=plan,
        mock_pins=_absolute(mock_pins),
        hub_url=hub_url,
        technician_pin_file=_absolute(technician_pin_file),
        paper_mm=paper_mm,
        data=str(data.absolute()),
        size=size,
        position=position,
        fullscreen=fullscreen,
        rotation=rotation,
        dpi=dpi,
        lower_edge_mm=lower_edge_mm,
        cursor=cursor,
        lang=lang,
        idle_s=idle_s,
        ring_s=ring_s,
        attract_s=attract_s,
        press_sound=press_sound,
        sound_device=sound_device,
        headset=headset,
        ready_file=_absolute(ready_file),
        touch_map=_absolute(touch_map),
    )
    if (problem := check(options)) is not None:
        raise typer.BadParameter(problem)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "kiosk.run", options.dump()])  # noqa: S606 -- ourselves


def _absolute(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())
