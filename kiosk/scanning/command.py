"""`motcua scanner`: a page to set a scanner up from, what is plugged in, and trying one without a kiosk."""

from __future__ import annotations

import contextlib
import queue
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from kiosk.errors import KioskError
from kiosk.scanning import Attention, Seeing, open_scanner
from kiosk.scanning.makers import MAKERS
from queue_kit.usb_rules import UsbPortError, usb_rules

#: how soon it is told what is wrong
_LOOK_S: Final = 0.2

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Set up, find and try scanners and cameras.")


@app.command()
def sheet(
    path: Annotated[Path, typer.Argument(help="The PDF to write.")],
    *,
    maker: Annotated[str, typer.Option(help=", ".join(MAKERS))] = "other",
) -> None:
    """Write a page to print: a scanner's set-up codes, and codes to try it with."""
    from kiosk.scanning.sheets import draw_sheet

    if maker not in MAKERS:
        raise typer.BadParameter(f"{maker}: {', '.join(MAKERS)}", param_hint="--maker")
    try:
        draw_sheet(MAKERS[maker], path)
    except OSError as error:
        raise typer.BadParameter(str(error), param_hint="PATH") from error
    typer.echo(path)


@app.command(name="list")
def list_devices() -> None:
    """Print the addresses of what is plugged in, by names that outlive a restart; then the ports of USB input."""
    for folder, kind in (("/dev/input/by-id", "hid"), ("/dev/serial/by-id", "serial"), ("/dev/v4l/by-id", "camera")):
        for path in sorted(Path(folder).glob("*")):
            if kind != "hid" or path.name.endswith("-event-kbd"):
                typer.echo(f"{kind}:{path}")
    for interface in sorted(Path("/sys/bus/usb/devices").glob("*:*")):
        if (interface / "bInterfaceClass").read_text(encoding="ascii").strip() == "03":
            port = interface.name.partition(":")[0]
            product = interface.parent / port / "product"
            name = product.read_text(encoding="utf-8", errors="replace").strip() if product.exists() else ""
            typer.echo(f"port {port} {name}")


@app.command()
def rules(
    *,
    panel: Annotated[list[str] | None, typer.Option(help="The touch panel's USB port, for example 1-1.2.")] = None,
    scanner: Annotated[str | None, typer.Option(help="The port of the scanner that types.")] = None,
) -> None:
    """Print udev rules that refuse every other USB input: for /etc/udev/rules.d/71-motcua-usb.rules."""
    try:
        typer.echo(usb_rules(panels=panel or (), scanner=scanner), nl=False)
    except UsbPortError as error:
        raise typer.BadParameter(f"{error.vi}\n{error.en}") from error


@app.command(name="try")
def try_one(
    address: Annotated[str, typer.Argument(help="As for `motcua kiosk --scanner`; not keyboard:.")],
    *,
    seconds: Annotated[float, typer.Option(min=1, help="How long.")] = 30,
    count: Annotated[int, typer.Option(min=1, help="End after so many codes.")] = 1,
) -> None:
    """Print what a scanner reads, and what is wrong as soon as it is known; exit 1 when nothing was read."""
    if address.startswith("keyboard"):
        raise typer.BadParameter("a scanner that types into the window is tried in any editor", param_hint="ADDRESS")
    heard: queue.Queue[str] = queue.Queue()
    try:
        scanner = open_scanner(address, heard.put)
    except KioskError as error:
        raise typer.BadParameter(f"{error.vi}\n{error.en}", param_hint="ADDRESS") from error
    scanner.start()
    if isinstance(scanner, Seeing):
        scanner.attend(Attention.AWAKE)
    until_s, read, told = time.monotonic() + seconds, 0, None
    try:
        while read < count and (left_s := until_s - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                typer.echo(heard.get(timeout=min(_LOOK_S, left_s)))
                read += 1
            trouble: KioskError | None = getattr(scanner, "trouble", None)
            if trouble is not None and trouble.key != told:
                # Waited for all the same: whoever hears it plugs the cable in.
                typer.echo(f"{trouble.vi}\n{trouble}", err=True)
            told = trouble.key if trouble is not None else None
    finally:
        scanner.stop()
    if not read:
        if told is None:
            typer.echo("không đọc được mã nào / nothing was read", err=True)
        raise typer.Exit(1)
