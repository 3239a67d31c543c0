"""The wiring file: which sign and keypad hangs on which port, under which address, above which counter.

It belongs to the machine the wires end in; the office's own file says no more than what a counter's sign can show.
Keys and examples: docs/signs.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from queue_core.office import Id
from queue_core.office_file import read_settings
from queue_display.signs.errors import WiringError
from queue_display.signs.frame import Frame
from queue_kit.pins import SPI_PINS, Factory, check_pins

#: the pins of one chain of HUB75 panels, by how the library's boards lead them
HUB75_PINS: Final = {
    "regular": (4, 7, 8, 9, 10, 11, 15, 17, 18, 22, 23, 24, 25, 27),
    "adafruit-hat": (4, 5, 6, 12, 13, 16, 17, 20, 21, 22, 23, 24, 26, 27),
}
#: what a key may mean; ``transfer:SERVICE`` sends the one at the counter to a service
Key = Annotated[str, Field(pattern=r"^(next|recall|serve|finish|no_show|pause|undo|transfer:[a-z0-9-]{1,32})$")]
#: a register's number, or what it holds
Word = Annotated[int, Field(ge=0, le=0xFFFF)]
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _minutes(value: object) -> object:
    if not isinstance(value, dict):
        return value
    plan: dict[int, Any] = {}
    for key, percent in value.items():
        found = _TIME.fullmatch(str(key))
        if not found:
            message = f"“{key}” is not a time span such as 18:30"
            raise ValueError(message)
        plan[int(found[1]) * 60 + int(found[2])] = percent
    return plan


#: minute after local midnight → percent from then on; in the file "18:30": 40
Brightness = Annotated[dict[int, Annotated[int, Field(ge=1, le=100)]], BeforeValidator(_minutes)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mark(_Part):
    """A register that lights something small (a decimal point) while the hub is not heard."""

    at: Word = Field(alias="register")
    on: Word = 1
    off: Word = 0


class Dimmer(_Part):
    """A register that takes brightness, 1 to ``most``."""

    at: Word = Field(alias="register")
    most: Annotated[int, Field(ge=1, le=0xFFFF)] = 8


class ModbusSign(_Part):
    """A number display as a Modbus RTU unit.

    ``form``: ``number`` (one register holds the value), ``bcd`` (four digits a register), ``ascii`` (two characters a
    register). ``blank``, ``closed``: raw values for form ``number``; in the other forms they are spaces and dashes.
    ``verify``: read the registers back; for units that say yes and do something else.
    """

    kind: Literal["modbus"]
    counter: Id
    address: Annotated[int, Field(ge=1, le=247)]
    at: Word = Field(default=0, alias="register")
    form: Literal["number", "bcd", "ascii"] = "number"
    cells: Annotated[int, Field(ge=1, le=16)] = 4
    write: Literal["single", "multiple"] = "single"
    blank: Word = 0
    closed: Word | None = None
    blank_digit: Annotated[int, Field(ge=10, le=15)] = 15
    dash_digit: Annotated[int, Field(ge=10, le=15)] | None = None
    mark: Mark | None = None
    dimmer: Dimmer | None = None
    verify: bool = False


class TextSign(_Part):
    """A sign that takes frames of text. ``answer``: what it confirms with; without it, nobody knows if it is there."""

    kind: Literal["text"]
    counter: Id
    address: Annotated[int, Field(ge=0, le=255)] = 0
    frame: Annotated[str, Field(min_length=3, max_length=200)]
    cells: Annotated[int, Field(ge=1, le=64)] = 8
    encoding: Literal["ascii", "utf-8"] = "ascii"
    skip: Annotated[int, Field(ge=0, le=8)] = 1
    mark: Annotated[str, Field(max_length=4)] = "."
    closed: Annotated[str, Field(max_length=64)] = "TẠM ĐÓNG"
    answer: Annotated[str, Field(max_length=16)] = ""

    def made_frame(self) -> Frame:
        """The checked template."""
        return Frame(self.frame, counter=self.counter, encoding=self.encoding, skip=self.skip)


class Lamp(_Part):
    """A register of a keypad that tells the officer: taken, or refused (a lamp, a beep)."""

    at: Word = Field(alias="register")
    taken: Word = 1
    refused: Word = 2


class ModbusKeypad(_Part):
    """A keypad as a Modbus RTU unit, asked again and again. ``form``: ``code`` (the key held, 0 none) or ``bits``."""

    counter: Id
    address: Annotated[int, Field(ge=1, le=247)]
    at: Word = Field(default=0, alias="register")
    form: Literal["code", "bits"] = "code"
    keys: Annotated[dict[Annotated[int, Field(ge=0, le=0xFFFF)], Key], Field(min_length=1)]
    lamp: Lamp | None = None


class Line(_Part):
    """A serial port and what hangs on it. ``port`` by udev's name, so that it is the same after a restart."""

    id: Id
    port: Annotated[str, Field(pattern=r"^/.+")]
    baud: Literal[1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] = 9600
    parity: Literal["none", "even", "odd"] = "none"
    stop_bits: Literal[1, 2] = 1
    answer_ms: Annotated[int, Field(ge=20, le=2000)] = 200
    echo: bool = Field(default=False, description="the adaptor hears its own words")
    rs485: bool = Field(default=False, description="the kernel's driver switches the direction")
    signs: tuple[Annotated[ModbusSign | TextSign, Field(discriminator="kind")], ...] = ()
    keypads: tuple[ModbusKeypad, ...] = ()


class Matrix(_Part):
    """LED matrices on the machine's own pins. Sizes in LEDs, multiples of 8; ``turned``: each block, in degrees."""

    kind: Literal["max7219", "hub75", "none"]
    counter: Id
    width: Annotated[int, Field(ge=8, le=256, multiple_of=8)] = 32
    height: Annotated[int, Field(ge=8, le=64, multiple_of=8)] = 8
    spi: Annotated[int, Field(ge=0, le=1)] = 0
    chip: Annotated[int, Field(ge=0, le=1)] = 0
    turned: Literal[0, 90, -90, 180] = -90
    reversed: bool = False
    mapping: Literal["regular", "adafruit-hat"] = "regular"


class Buttons(_Part):
    """Keys on GPIO pins: pin → what it means. ``lamp``: a pin that blinks taken (once) or refused (three times)."""

    counter: Id
    pins: Annotated[dict[int, Key], Field(min_length=1)]
    lamp: int | None = None


class Wiring(_Part):
    """Everything that hangs on this machine. ``format`` 1."""

    format: Literal[1] = 1
    lines: tuple[Line, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    factory: Factory = "lgpio"
    buttons: tuple[Buttons, ...] = ()
    brightness: Brightness = {}

    def counters(self) -> set[str]:
        """Every counter that has a sign or a keypad."""
        signs = {sign.counter for line in self.lines for sign in line.signs}
        keypads = {keypad.counter for line in self.lines for keypad in line.keypads}
        return {*signs, *keypads, *(m.counter for m in self.matrices), *(b.counter for b in self.buttons)}


def read_wiring(path: Path) -> Wiring:
    """Read and check a file.

    Raises :class:`~queue_core.errors.ConfigError` with path and line, :class:`WiringError`, or
    :class:`~queue_kit.pins.PinError`: all before any port is touched.
    """
    wiring = read_settings(path, Wiring)
    check_wiring(wiring)
    return wiring


def check_wiring(wiring: Wiring) -> None:
    """What no single key can see: addresses, ports and pins that two claim; frames that cannot be filled."""
    _once([line.id for line in wiring.lines])
    _once([line.port for line in wiring.lines])
    for line in wiring.lines:
        holders: dict[int, str] = {}
        for unit in (*line.signs, *line.keypads):
            shared = isinstance(unit, TextSign) and "{address" not in unit.frame
            if unit.address in holders and not shared:
                raise WiringError(
                    "signs.address_twice", line=line.id, address=unit.address, one=holders[unit.address],
                    other=unit.counter,
                )  # fmt: skip
            if not shared:
                holders[unit.address] = unit.counter
            if isinstance(unit, TextSign):
                unit.made_frame()
    _once([f"spi {m.spi}.{m.chip}" for m in wiring.matrices if m.kind == "max7219"])
    _once([m.kind for m in wiring.matrices if m.kind == "hub75"])
    check_pins(_pins(wiring))


def _once(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise WiringError("signs.twice", what=name)


def _pins(wiring: Wiring) -> Iterator[tuple[str, int]]:
    if any(m.kind == "max7219" for m in wiring.matrices):
        yield from (("SPI (MAX7219)", pin) for pin in SPI_PINS)
    for panel in (m for m in wiring.matrices if m.kind == "hub75"):
        yield from (("HUB75", pin) for pin in HUB75_PINS[panel.mapping])
    for keypad in wiring.buttons:
        yield from ((f"{keypad.counter}: {key}", pin) for pin, key in keypad.pins.items())
        if keypad.lamp is not None:
            yield f"{keypad.counter}: lamp", keypad.lamp
