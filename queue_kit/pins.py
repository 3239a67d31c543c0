"""The GPIO pins of a Raspberry Pi: which may be used, by whom, and through which library.

Pins are BCM numbers (GPIO17 is pin 17), as gpiozero and the wiring tables write them. gpiozero chooses its library by
trying one after the other; here the configuration names it, so that a Pi without ``python3-lgpio`` says so at the start
instead of falling back to one that misses half of the presses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from queue_core.errors import MotcuaError, register

#: how pins are reached; ``mock`` is gpiozero's own stand-in, for tests and for looking at a panel without one
Factory = Literal["lgpio", "rpigpio", "pigpio", "mock"]
_FACTORIES: Final[Mapping[str, tuple[str, str]]] = {
    "lgpio": ("gpiozero.pins.lgpio", "LGPIOFactory"),
    "rpigpio": ("gpiozero.pins.rpigpio", "RPiGPIOFactory"),
    "pigpio": ("gpiozero.pins.pigpio", "PiGPIOFactory"),
    "mock": ("gpiozero.pins.mock", "MockFactory"),
}
#: the forty-pin header; 0 and 1 are the HATs' own
FIRST_PIN: Final = 2
LAST_PIN: Final = 27
#: pins of the first SPI bus with its two chip selects: MOSI, MISO, SCLK, CE0, CE1
SPI_PINS: Final = (10, 9, 11, 8, 7)

register(
    {
        "pins.twice": (
            "Chân GPIO{pin} được dùng hai lần: {one} và {other}. Hãy chuyển một trong hai sang chân khác.",
            "GPIO{pin} is used twice: {one} and {other}. Move one of them to another pin.",
        ),
        "pins.no_such": (
            "Không có chân GPIO{pin} ({use}). Cho phép: GPIO{first} đến GPIO{last} (số BCM, không phải số chân cắm).",
            "There is no GPIO{pin} ({use}). Allowed: GPIO{first} to GPIO{last} (BCM numbers, not those of the header).",
        ),
        "pins.library": (
            "Không dùng được thư viện GPIO “{factory}”: {problem}. Trên Raspberry Pi hãy cài gói python3-{factory}.",
            "The GPIO library {factory!r} cannot be used: {problem}. On a Raspberry Pi install python3-{factory}.",
        ),
        "pins.forbidden": (
            "Không được phép dùng các chân GPIO. Hãy thêm người dùng {user} vào nhóm gpio: sudo adduser {user} gpio",
            "The GPIO pins may not be used. Put the user {user} into the group gpio: sudo adduser {user} gpio",
        ),
        "pins.not_mock": (
            "--mock-pins chỉ dùng để thử, với factory: mock trong tệp của --panel; tệp này ghi “{factory}”.",
            "--mock-pins is for trials, with factory: mock in the file of --panel; this one says {factory!r}.",
        ),
        "pins.socket": (
            "Không mở được cổng của chân giả {path}: {problem}. Hãy chọn đường dẫn ngắn trong thư mục ghi được.",
            "The stand-in pins' socket {path} cannot be opened: {problem}. Choose a short path in a writable folder.",
        ),
        "pins.busy": (
            "Chân GPIO{pin} ({use}) đang được chương trình khác hoặc thiết bị khác dùng: {problem}.",
            "GPIO{pin} ({use}) is used by another program or device: {problem}.",
        ),
    }
)


class PinError(MotcuaError, ValueError):
    """Pins that cannot be used as configured (keys ``pins.*``)."""


def check_pins(uses: Iterable[tuple[str, int]]) -> None:
    """Each pin exists and has one use; ``uses``: what for, in a technician's words, and the pin.

    Raises :class:`PinError`: ``pins.no_such``, ``pins.twice``.
    """
    taken: dict[int, str] = {}
    for use, pin in uses:
        if not FIRST_PIN <= pin <= LAST_PIN:
            raise PinError("pins.no_such", pin=pin, use=use, first=FIRST_PIN, last=LAST_PIN)
        if pin in taken:
            raise PinError("pins.twice", pin=pin, one=taken[pin], other=use)
        taken[pin] = use


def open_factory(name: Factory) -> Any:
    """The pin factory of gpiozero's by this name; it is handed to every device, no default is ever used.

    Raises :class:`PinError`: ``pins.library``, ``pins.forbidden``.
    """
    from importlib import import_module

    module, attribute = _FACTORIES[name]
    try:
        return getattr(import_module(module), attribute)()
    except ImportError as error:
        raise PinError("pins.library", factory=name, problem=error) from error
    except Exception as error:  # each library has errors of its own: lgpio.error, RuntimeError, OSError
        if isinstance(error, PermissionError) or "open gpiochip" in str(error):
            raise PinError("pins.forbidden", user=_user()) from error
        raise PinError("pins.library", factory=name, problem=str(error)[:120] or type(error).__name__) from error


def pin_error(error: Exception, *, use: str, pin: int) -> PinError:
    """What a device's constructor raised, in words."""
    return PinError("pins.busy", pin=pin, use=use, problem=str(error)[:120] or type(error).__name__)


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
