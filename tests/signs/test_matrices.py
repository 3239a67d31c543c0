"""Matrices of LEDs: the picture, and what arrives at the chips; a panel through a module of its library's shape."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest

from queue_display.signs.errors import UnitError
from queue_display.signs.matrices import MatrixSign, open_sign
from queue_display.signs.picture import picture
from queue_display.signs.protocols.hub75 import AMBER
from queue_display.signs.protocols.max7219 import Max7219Sign
from queue_display.signs.protocols.none import NoSign
from queue_display.signs.shows import Show
from queue_display.signs.wiring import Matrix
from tests.signs.house import eventually


def matrix(**more: Any) -> Matrix:
    return Matrix.model_validate({"counter": "quay-3", "kind": "max7219", "turned": 0, **more})


def rows(show: Show, width: int = 32, height: int = 8, phase: int = 0) -> list[str]:
    image = picture(show, width, height, phase)
    return ["".join("#" if image.getpixel((x, y)) else "." for x in range(width)) for y in range(height)]


class Chips:
    """MAX7219 chips in a chain, as their data sheet has them: two bytes a chip, the last chip's first."""

    def __init__(self, count: int = 4) -> None:
        self.count = count
        self.broken = False
        self.power_cut()

    def power_cut(self) -> None:
        self.registers = [dict.fromkeys(range(16), 0) for _ in range(self.count)]
        for chip in self.registers:
            chip[0x0B], chip[0x09] = 0, 0xFF  # scans one digit, and decodes: what it wakes up with

    def data(self, data: list[int]) -> None:
        if self.broken:
            raise OSError(5, "Input/output error")
        assert len(data) == 2 * self.count
        for chip, (register, value) in enumerate(zip(data[::2], data[1::2], strict=True)):
            self.registers[self.count - 1 - chip][register] = value

    command = cleanup = lambda *_: None

    def lit(self) -> list[str]:
        """What a person sees; dark unless awake, scanning all rows, not decoding."""
        out = []
        for y in range(8):
            row = ""
            for chip in self.registers:
                awake = chip[0x0C] & 1 and chip[0x0B] == 7 and chip[0x09] == 0
                row += "".join("#" if awake and chip[x + 1] >> y & 1 else "." for x in range(8))
            out.append(row)
        return out


def test_the_chips_light_the_picture() -> None:
    chips = Chips()
    sign = Max7219Sign(matrix(), interface=chips)
    sign.draw(Show(number="A025"), 0)
    assert chips.lit() == rows(Show(number="A025"))
    assert any("#" in row for row in chips.lit())
    sign.draw(Show(percent=20), 0)
    assert chips.lit() == ["." * 32] * 8
    assert {chip[0x0A] for chip in chips.registers} == {3}, "darker: 20 % of 15"


def test_after_a_power_cut_of_the_chips_the_next_picture_wakes_them() -> None:
    chips = Chips()
    sign = Max7219Sign(matrix(), interface=chips)
    sign.draw(Show(number="A025"), 0)
    chips.power_cut()
    assert chips.lit() == ["." * 32] * 8
    sign.draw(Show(number="A025"), 1)
    assert chips.lit() == rows(Show(number="A025"))


@pytest.mark.parametrize(
    ("number", "width", "height"), [("HT-0151", 24, 8), ("Đ001", 32, 8), ("A001", 8, 8), ("HT-015", 32, 32)]
)
def test_a_number_that_does_not_fit_leaves_it_dark(number: str, width: int, height: int) -> None:
    with pytest.raises(UnitError) as caught:
        rows(Show(number=number), width, height)
    assert caught.value.trouble == "narrow"


def test_the_mark_of_a_lost_hub_stands_apart_from_the_number() -> None:
    with_mark, without = rows(Show(number="A025", lost=True)), rows(Show(number="A025"))
    assert with_mark[-1][-1] == "#"
    assert without[-1][-1] == "."
    assert all(row[-2] == "." for row in with_mark), "a dark column between the two"


def test_the_words_of_a_paused_counter_take_turns_where_there_is_no_room() -> None:
    assert rows(Show(closed=True), phase=0) != rows(Show(closed=True), phase=1)
    assert rows(Show(closed=True), 64, 32, phase=0) == rows(Show(closed=True), 64, 32, phase=1)


def test_no_bus_and_no_library_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spidev", None)
    with pytest.raises(UnitError) as caught:
        Max7219Sign(matrix()).draw(Show(), 0)
    assert caught.value.trouble == "driver"
    assert "python3-spidev" in caught.value.vi


def test_a_bus_that_fails_is_away_and_comes_back_by_itself() -> None:
    chips, changes = Chips(), []
    chips.broken = True
    sign = MatrixSign(
        matrix(), Max7219Sign(matrix(), interface=chips), changed=lambda: changes.append(1), again_s=0.05
    )  # fmt: skip
    sign.show(Show(number="A025"))
    sign.start()
    eventually(lambda: sign.trouble == "away")
    chips.broken = False
    eventually(lambda: sign.trouble is None)
    eventually(lambda: chips.lit() == rows(Show(number="A025")))
    assert len(changes) == 2
    sign.stop()


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A module of the shape of hzeller's; it keeps the matrices that were made."""
    made: list[Any] = []

    class RGBMatrix:
        def __init__(self, options: Any) -> None:
            self.options, self.brightness, self.image = options, 100, None
            made.append(self)

        def SetImage(self, image: Any) -> None:  # noqa: N802 -- the library's own name
            assert image.mode == "RGB"
            assert image.size == (self.options.cols * self.options.chain_length, self.options.rows)
            self.image = image.copy()

    module = types.ModuleType("rgbmatrix")
    module.RGBMatrix, module.RGBMatrixOptions = RGBMatrix, types.SimpleNamespace  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rgbmatrix", module)
    return made


def test_a_coloured_panel_through_a_module_of_the_librarys_shape(panels: list[Any]) -> None:
    sign = open_sign(matrix(kind="hub75", width=128, height=32))
    sign.draw(Show(number="HT-015", percent=40), 0)
    assert (panels[0].options.chain_length, panels[0].options.cols, panels[0].brightness) == (2, 64, 40)
    colours = {colour for _, colour in panels[0].image.getcolors()}
    assert colours == {AMBER, (0, 0, 0)}
    sign.close()


def test_a_panel_without_its_library_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rgbmatrix", None)
    with pytest.raises(UnitError) as caught:
        open_sign(matrix(kind="hub75", width=64, height=32)).draw(Show(), 0)
    assert caught.value.trouble == "driver"
    assert "docs/signs.md" in caught.value.en


def test_a_counter_without_a_sign() -> None:
    sign = open_sign(matrix(kind="none"))
    assert isinstance(sign, NoSign)
    sign.draw(Show(number="A025"), 0)
