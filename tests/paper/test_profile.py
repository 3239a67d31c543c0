"""What a printer can do stands in its address; a second printer stands in for the first."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import Image

from queue_kit.paper.errors import PaperError, PrinterAddressError
from queue_kit.paper.interpreter import VirtualPrinter
from queue_kit.paper.printer import Roll, open_printer, open_printers
from queue_kit.paper.profile import PrinterProfile, take_profile
from queue_kit.paper.slip import example_slip, slip_image

SLIP = example_slip()


def draw(roll: Roll) -> Image.Image:
    slip = example_slip(reprint=roll.again)
    return slip_image(slip, roll.width_dots, native_codes=roll.native_codes)


@pytest.mark.parametrize(
    ("options", "profile"),
    [
        ({}, PrinterProfile()),
        ({"profile": "epson"}, PrinterProfile(completion="process-id", clears_buffer=True)),
        ({"paper": "58"}, PrinterProfile(width_dots=384)),
        ({"paper": "80", "dots": "512"}, PrinterProfile(width_dots=512)),
        ({"cutter": "no", "codes": "native"}, PrinterProfile(cutter=False, codes="native")),
        ({"profile": "epson", "completion": "status"}, PrinterProfile(completion="status", clears_buffer=True)),
        ({"deadline": "20"}, PrinterProfile(deadline_s=20.0)),
    ],
)
def test_what_an_address_says_of_the_printer(options: dict[str, str], profile: PrinterProfile) -> None:
    assert take_profile(options) == profile
    assert options == {}


@pytest.mark.parametrize(
    ("option", "allowed"),
    [
        ("paper=76", "80, 58"),
        ("dots=10", "256 to 832"),
        ("dots=wide", "256 to 832"),
        ("cutter=perhaps", "yes, no"),
        ("codes=aztec", "raster, native"),
        ("deadline=0", "1 to 60"),
    ],
)
def test_a_mistake_says_what_is_allowed(option: str, allowed: str) -> None:
    with pytest.raises(PrinterAddressError) as refused:
        open_printer(f"tcp://127.0.0.1?{option}")
    assert allowed in refused.value.en


@pytest.mark.parametrize(("roll", "width"), [("paper=80", 576), ("paper=58", 384), ("dots=512", 512)])
@pytest.mark.parametrize("codes", ["raster", "native"])
def test_a_slip_is_drawn_for_the_paper_it_lies_on_and_its_code_can_be_read(roll: str, width: int, codes: str) -> None:
    with VirtualPrinter(width_dots=width) as virtual:
        printer = open_printer(f"{virtual.address}?{roll}&codes={codes}")
        assert printer.print_slip(draw).confirmed
        assert virtual.errors == []
        (slip,) = virtual.slips
    assert slip.width == width
    (code,) = zxingcpp.read_barcodes(slip.convert("L"))
    assert code.text == SLIP.follow_url


def test_a_tearing_edge_instead_of_a_knife() -> None:
    with VirtualPrinter() as virtual:
        assert open_printer(f"{virtual.address}?cutter=no").print_slip(draw).confirmed
        assert virtual.slips == []
        assert virtual.unfinished_dots > 0


def test_what_the_first_cannot_print_comes_out_of_the_second() -> None:
    with VirtualPrinter() as first, VirtualPrinter(width_dots=384) as second:
        pair = open_printers(first.address, f"{second.address}?paper=58")
        assert not pair.print_slip(draw).second
        first.run_out_of_paper()
        result = pair.print_slip(draw)
        assert (result.second, result.first_trouble, result.confirmed) == (True, "paper.out", True)
        first.refill()
        assert not pair.print_slip(draw).second, "nobody has to switch back"
        assert (len(first.slips), len(second.slips)) == (2, 1)
        pair.close()


def test_a_slip_that_began_at_the_first_is_marked_as_a_reprint_at_the_second() -> None:
    with VirtualPrinter() as first, VirtualPrinter() as second:
        first.open_cover(after_dots=300)
        result = open_printers(first.address, second.address).print_slip(draw)
        assert result.second
        (slip,) = second.slips
    assert slip.height == slip_image(example_slip(reprint=True)).height != slip_image(example_slip()).height


def test_where_neither_prints_the_first_ones_trouble_is_told() -> None:
    with VirtualPrinter() as first, VirtualPrinter() as second:
        first.run_out_of_paper()
        second.open_cover(after_dots=100)
        with pytest.raises(PaperError) as caught:
            open_printers(first.address, second.address).print_slip(draw)
    assert caught.value.key == "paper.out"
    assert caught.value.may_have_printed, "half a slip lies in the second one"


def test_a_mistake_in_the_second_address_is_told_at_the_start() -> None:
    with pytest.raises(PrinterAddressError):
        open_printers("none:", "tcp://")
