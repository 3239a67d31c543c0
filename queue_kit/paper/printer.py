"""A slip printer as the rest of the office sees it, and how its configured address becomes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from queue_kit.paper.channel import Channel
from queue_kit.paper.commands import PrinterStatus
from queue_kit.paper.errors import PrinterAddressError

__all__ = ["Completion", "PrintResult", "Printer", "PrinterProfile", "PrinterStatus", "open_printer"]

Completion = Literal["process-id", "paper-status", "status", "none"]
"""How the end of a slip is known: "process-id" GS ( H comes back when it is printed; "paper-status" GS r comes back
in its turn; "status" the real-time status after it; "none" a printer that answers nothing. Only the first two confirm.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintResult:
    """A slip that left without an error. Only ``confirmed`` means that the printer said so itself."""

    confirmed: bool
    status: PrinterStatus
    duration_s: float
    sent_bytes: int


class Printer(Protocol):
    """A slip printer. Calls come from a worker thread, never from the touch screen's; each ends by its deadline."""

    def print_slip(self, image: Image.Image) -> PrintResult:
        """Print and cut one slip (mode ``1``, 0 black). Raises :class:`queue_kit.paper.errors.PaperError`."""

    def status(self) -> PrinterStatus:
        """Ask the printer how it is. Raises nothing: what is wrong stands in ``problem``."""

    def close(self) -> None:
        """Let the line go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterProfile:
    """What a model can do. ``generic`` is understood by nearly all; ``epson`` confirms the printed slip itself."""

    completion: Completion = "paper-status"
    clears_buffer: bool = False
    """Whether DLE DC4 8 throws away the rest of an unfinished slip."""
    band_rows: int = 48
    bands_ahead: int = 3
    """Bands sent before the first one's answer is waited for: little enough that a question still gets through."""


PROFILES: Final = {
    "generic": PrinterProfile(),
    "epson": PrinterProfile(completion="process-id", clears_buffer=True),
    "silent": PrinterProfile(completion="none"),
}
_COMPLETIONS: Final[tuple[Completion, ...]] = ("process-id", "paper-status", "status", "none")
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
    ``usb:04b8:0202?in=82&out=01``, each with ``?profile=generic|epson|silent`` and ``&completion=…``.

    :param width_dots: dots across the roll; a wider slip is refused.
    :param cutter: cut after each slip, else feed far enough to tear it off.
    :param print_deadline_s: for one slip, with a serial line's own time added.
    :raises PrinterAddressError: with what is wrong and what is allowed.
    """
    from queue_kit.paper.printers.none import NoPrinter

    parts = urlsplit(address)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    try:
        if parts.scheme == "none":
            return NoPrinter()
        profile = _profile(options)
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
        width_dots=width_dots,
        cutter=cutter,
        keep_open=parts.scheme in {"serial", "usb"},
        status_deadline_s=status_deadline_s,
        print_deadline_s=print_deadline_s,
    )


def _profile(options: dict[str, str]) -> PrinterProfile:
    name = options.pop("profile", "generic")
    if name not in PROFILES:
        message = f"profile {name!r}; allowed: {', '.join(PROFILES)}"
        raise ValueError(message)
    profile = PROFILES[name]
    completion = options.pop("completion", profile.completion)
    for known in _COMPLETIONS:
        if completion == known:
            return PrinterProfile(
                completion=known,
                clears_buffer=profile.clears_buffer,
                band_rows=profile.band_rows,
                bands_ahead=profile.bands_ahead,
            )
    message = f"completion {completion!r}; allowed: {', '.join(_COMPLETIONS)}"
    raise ValueError(message)


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
        endpoint_in, endpoint_out = int(options.pop("in", "82"), 16), int(options.pop("out", "01"), 16)

        def usb() -> Channel:
            from queue_kit.paper.printers.usb import UsbChannel

            return UsbChannel(vendor=vendor_id, product=product_id, endpoint_in=endpoint_in, endpoint_out=endpoint_out)

        return usb
    message = f"allowed: {_FORMS}"
    raise ValueError(message)


def _host_and_port(netloc: str) -> tuple[str, int]:
    parts = urlsplit(f"//{netloc}")
    if not parts.hostname or parts.username is not None:
        message = "a host is missing"
        raise ValueError(message)
    return parts.hostname, parts.port or 9100
