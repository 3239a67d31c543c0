"""A slip printer as the rest of the office sees it, and how its configured address becomes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from queue_kit.paper.channel import Channel
from queue_kit.paper.commands import PrinterStatus
from queue_kit.paper.errors import PrinterAddressError
from queue_kit.paper.profile import PROFILES, Completion, PrinterProfile, take_profile

__all__ = [
    "PROFILES",
    "Completion",
    "Draw",
    "PrintResult",
    "Printer",
    "PrinterProfile",
    "PrinterStatus",
    "Roll",
    "open_printer",
    "open_printers",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The paper that a slip is drawn for.

    ``native_codes``: the printer draws a QR itself where the picture leaves a place for it. ``again``: the slip is
    printed once more, a first one (or a part of it) may lie about.
    """

    width_dots: int
    native_codes: bool = False
    again: bool = False


#: Draws a slip for a roll.
Draw = Callable[[Roll], Image.Image]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintResult:
    """A slip that left without an error. Only ``confirmed`` means that the printer said so itself."""

    confirmed: bool
    status: PrinterStatus
    duration_s: float
    sent_bytes: int
    second: bool = False
    """It came out of the second printer, because the first one could not."""
    first_trouble: str = ""
    """Key of what the first printer had, then."""


class Printer(Protocol):
    """A slip printer. Calls come from a worker thread, never from the touch screen's; each ends by its deadline."""

    width_dots: int
    """Dots across its roll: what a slip is drawn for."""

    def print_slip(self, slip: Image.Image | Draw) -> PrintResult:
        """Print and cut one slip (mode ``1``, 0 black), or what draws it for this printer's paper.

        Raises :class:`queue_kit.paper.errors.PaperError`.
        """

    def status(self) -> PrinterStatus:
        """Ask the printer how it is. Raises nothing: what is wrong stands in ``problem``."""

    def close(self) -> None:
        """Let the line go."""


_FORMS: Final = "none:, tcp://HOST[:9100], serial:/dev/ttyUSB0?baud=115200, usb:04b8:0202, file:/dev/usb/lp0"


def open_printer(
    address: str,
    *,
    width_dots: int = 576,
    cutter: bool = True,
    connect_deadline_s: float = 3.0,
    status_deadline_s: float = 1.0,
    print_deadline_s: float = 10.0,
) -> Printer:
    """Make the printer that ``address`` names; nothing is connected yet.

    ``none:`` · ``tcp://host:9100`` · ``file:/dev/usb/lp0`` · ``serial:/dev/ttyUSB0?baud=115200`` ·
    ``usb:04b8:0202?in=82&out=01``, each with what :mod:`queue_kit.paper.profile` reads: ``profile``, ``paper``,
    ``dots``, ``cutter``, ``codes``, ``completion``, ``deadline``.

    :param width_dots: dots across the roll where the address says nothing; a wider slip is refused.
    :param cutter: cut after each slip, else feed far enough to tear it off; where the address says nothing.
    :param print_deadline_s: for one slip, with a serial line's own time added.
    :raises PrinterAddressError: with what is wrong and what is allowed.
    """
    from queue_kit.paper.printers.none import NoPrinter

    parts = urlsplit(address)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    try:
        if parts.scheme == "none":
            return NoPrinter()
        profile = take_profile(options)
        connect = _line(parts.scheme, parts.netloc, parts.path, options, connect_deadline_s)
    except ValueError as error:
        raise PrinterAddressError("paper.address", address=address, problem=str(error)) from error
    if options:
        unknown = ", ".join(sorted(options))
        raise PrinterAddressError("paper.address", address=address, problem=f"unknown option {unknown}")

    from queue_kit.paper.escpos_printer import EscposPrinter

    return EscposPrinter(
        connect,
        address=address,
        profile=profile,
        width_dots=profile.width_dots or width_dots,
        cutter=cutter if profile.cutter is None else profile.cutter,
        keep_open=parts.scheme in {"serial", "usb"},
        status_deadline_s=status_deadline_s,
        print_deadline_s=profile.deadline_s or print_deadline_s,
    )


def open_printers(first: str, second: str = "none:", *, width_dots: int = 576) -> Printer:
    """The printer at ``first``, with the one at ``second`` to fall back on. Raises PrinterAddressError."""
    usual = open_printer(first, width_dots=width_dots)
    if second.startswith("none"):
        return usual
    from queue_kit.paper.pair import PrinterPair

    return PrinterPair(usual, open_printer(second, width_dots=width_dots))


def _line(
    scheme: str, netloc: str, path: str, options: dict[str, str], connect_deadline_s: float
) -> Callable[[], Channel]:
    """Give what opens the line; python-escpos is imported only when it is called (0.4 s on a desktop computer)."""
    if scheme == "tcp":
        host, port = _host_and_port(netloc)

        def network() -> Channel:
            from queue_kit.paper.printers.network import NetworkChannel

            return NetworkChannel(host=host, port=port, connect_timeout_s=connect_deadline_s)

        return network
    if scheme == "file" and path.startswith("/") and not netloc:

        def file() -> Channel:
            from queue_kit.paper.printers.file import FileChannel

            return FileChannel(path=Path(path))

        return file
    if scheme == "serial" and path.startswith("/") and not netloc:
        baud = int(options.pop("baud", "115200"))

        def serial() -> Channel:
            from queue_kit.paper.printers.serial import SerialChannel

            return SerialChannel(path=path, baud=baud, timeout_s=connect_deadline_s)

        return serial
    if scheme == "usb" and not netloc:
        vendor, _, product = path.partition(":")
        vendor_id, product_id = int(vendor, 16), int(product, 16)
        ends = [int(text, 16) if (text := options.pop(way, "")) else None for way in ("in", "out")]

        def usb() -> Channel:
            from queue_kit.paper.printers.usb import UsbChannel

            return UsbChannel(vendor=vendor_id, product=product_id, endpoint_in=ends[0], endpoint_out=ends[1])

        return usb
    message = f"allowed: {_FORMS}"
    raise ValueError(message)


def _host_and_port(netloc: str) -> tuple[str, int]:
    parts = urlsplit(f"//{netloc}")
    if not parts.hostname or parts.username is not None:
        message = "a host is missing"
        raise ValueError(message)
    return parts.hostname, parts.port or 9100
