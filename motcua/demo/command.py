"""``motcua demo``: start the office, show where things are, and - without a display - play a morning in it."""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from motcua.disk_folder import disk_folder
from queue_core.errors import MotcuaError

if TYPE_CHECKING:
    from motcua.office_run import OfficeRun
    from queue_display.signs.virtual import VirtualSigns

KIOSK_SIZE = (1080, 1920)
BOARD_SIZE = (1920, 1080)
OFFICER = "lan"


def demo(
    *,
    out: Annotated[Path, typer.Option(help="folder for pictures, slips and the report")] = Path("demo-out"),
    virtual: Annotated[
        bool, typer.Option("--virtual", help="on a virtual screen, even where there is a display")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="keep the office's data here instead of a folder thrown away")
    ] = None,
    office: Annotated[
        Path | None, typer.Option(help="an office's configuration instead of the shipped commune")
    ] = None,
) -> None:
    """The whole office on this computer: broker, hub, kiosk, board, printer and console. Ctrl-C ends it."""
    headless = virtual or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    out.mkdir(parents=True, exist_ok=True)
    if headless and "DISPLAY" not in os.environ:
        typer.echo(
            "Không có màn hình: văn phòng chạy trên màn hình ảo. / No display: the office runs on a virtual screen."
        )
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        with ExitStack() as stack:
            place = data or stack.enter_context(disk_folder(prefix="motcua-demo-"))
            place.mkdir(parents=True, exist_ok=True)
            _run(stack, place.absolute(), out.absolute(), office, stop, headless=headless)
    except KeyboardInterrupt:
        typer.echo("\nVăn phòng đã đóng cửa. / The office has closed.")
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(1) from error


def _run(
    stack: ExitStack, place: Path, out: Path, office_file: Path | None, stop: threading.Event, *, headless: bool
) -> None:
    from motcua.demo.lobby_devices import REST_S, VirtualScanner, write_panel
    from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
    from motcua.virtual_screen import VirtualScreen
    from queue_hub.accounts import Accounts, Role
    from queue_kit.broker import free_port
    from queue_kit.paper.interpreter import VirtualPrinter

    http_port, public_port = free_port(), free_port()
    public = f"http://127.0.0.1:{public_port}"
    round_the_clock(office_file or SHIPPED_OFFICE, place / "office.yaml", public_base_url=public)
    password = secrets.token_urlsafe(9)
    accounts = Accounts(place / "hub")
    accounts.create(OFFICER, password, Role.ADMINISTRATOR, "Nguyễn Thị Lan", title="Công chức Tư pháp – Hộ tịch")
    accounts.close()
    printer = VirtualPrinter(out / "slips").start()
    stack.callback(printer.close)
    office = stack.enter_context(
        OfficeRun(
            place,
            office=place / "office.yaml",
            http_port=http_port,
            public_port=public_port,
            signs=1,
            hub_options=["--clock-source", "system", "--printer", printer.address],
        )
    )
    kiosk_screen = board_screen = None
    if headless:
        kiosk_screen = stack.enter_context(VirtualScreen(*KIOSK_SIZE))
        board_screen = stack.enter_context(VirtualScreen(*BOARD_SIZE))
    kiosk_size = KIOSK_SIZE if headless else (540, 960)
    board_size = BOARD_SIZE if headless else (1280, 720)
    who = ["--province", office.office.province, "--office", office.office.id]
    # A unix socket's path may not be long, and the office's folder may lie deep.
    pins = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="motcua-pins-"))) / "pins"
    scanner = None
    beside = ["--scanner", "keyboard:"]
    if headless:
        # A person has a keyboard; the scripted citizen has devices whose other end is ours.
        scanner = stack.enter_context(VirtualScanner(place / "ttyScanner"))
        write_panel(place / "panel.yaml")
        beside = ["--scanner", scanner.address, "--panel", str(place / "panel.yaml"), "--mock-pins", str(pins)]
        beside += ["--attract-s", str(REST_S)]
    kiosk = office.child(
        "kiosk",
        [
            "kiosk", *who, *office.client_words("kiosk-1"),
            "--client", "kiosk-1",
            "--printer", printer.address, *beside, "--hub-url", f"http://127.0.0.1:{http_port}",
            "--data", str(place / "kiosk"),
            "--size", f"{kiosk_size[0]}x{kiosk_size[1]}",
            "--ready-file", str(place / "kiosk.ready"),
        ],
        env=kiosk_screen.env if kiosk_screen else None,
    )  # fmt: skip
    sound = ["--audio", f"wav:{out / 'voice.wav'}"] if headless else []
    board = office.child(
        "board",
        [
            "display", *who, *office.client_words("board-1"),
            "--client", "board-1",
            "--data", str(place / "board"),
            "--size", f"{board_size[0]}x{board_size[1]}",
            "--log-calls", str(place / "calls.jsonl"),
            "--ready-file", str(place / "board.ready"),
            *sound,
        ],
        env=board_screen.env if board_screen else None,
    )  # fmt: skip
    signs = _hang_signs(stack, office, who, place) if headless else None
    typer.echo("Đang mở kiosk và bảng gọi số… / The kiosk and the board are starting…")
    kiosk.wait_for(place / "kiosk.ready", 60)
    board.wait_for(place / "board.ready", 60)
    console = f"http://127.0.0.1:{http_port}"
    _say_where(console, password, public)
    if kiosk_screen is not None and board_screen is not None and signs is not None and scanner is not None:
        from motcua.demo.morning import Morning
        from motcua.demo.report import write_report

        morning = Morning(
            kiosk=kiosk_screen, board=board_screen, printer=printer, signs=signs, scanner=scanner, pins=pins,
            console=console, account=(OFFICER, password), out=out, calls=place / "calls.jsonl",
        )  # fmt: skip
        facts = morning.play()
        write_report(out, facts)
        typer.echo(f"Báo cáo / report: {out / 'report.html'}")
        return
    while not stop.wait(0.5):
        if not (kiosk.running and board.running):
            break


def _hang_signs(stack: ExitStack, office: OfficeRun, who: list[str], place: Path) -> VirtualSigns:
    """A text sign on a line of its own above each counter; the unit's address is the counter's number."""
    import json

    from queue_display.signs.virtual import ANSWER, CELLS, FRAME, VirtualSigns

    counters = {counter.number: counter.id for counter in office.office.counters}
    signs = stack.enter_context(VirtualSigns(place / "ttySigns", counters))
    units = [
        {"kind": "text", "counter": counter, "address": number, "cells": CELLS, "frame": FRAME, "answer": ANSWER}
        for number, counter in counters.items()
    ]
    wiring = place / "signs.yaml"
    # JSON is YAML: the same reader takes it
    wiring.write_text(json.dumps({"lines": [{"id": "line-1", "port": str(signs.port), "signs": units}]}))
    office.child(
        "signs",
        ["signs", *who, *office.client_words("signs-1"), "--wiring", str(wiring), "--data", str(place / "signs")],
    )
    return signs


def _say_where(console: str, password: str, public: str) -> None:
    import segno

    typer.echo(f"\n  Trang cán bộ / officer's console: {console}")
    typer.echo(f"  Tên đăng nhập / user: {OFFICER}    Mật khẩu / password: {password}")
    typer.echo(f"  Trang theo dõi số / follow page: {public}/t/… (QR trên phiếu / on the slip)\n")
    segno.make(console, micro=False).terminal(compact=True)
    typer.echo("  Ctrl-C để đóng cửa / to close the office\n")
