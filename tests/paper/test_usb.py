"""A USB printer below pyusb: a bus backend with one printer on it, in place of libusb."""

from __future__ import annotations

import errno
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.core
from PIL import ImageChops

from queue_kit.paper.channel import ChannelLost
from queue_kit.paper.errors import PaperError
from queue_kit.paper.escpos_printer import EscposPrinter
from queue_kit.paper.machine import PaperMachine
from queue_kit.paper.printer import PROFILES, open_printer
from queue_kit.paper.printers.usb import UsbChannel
from queue_kit.paper.slip import example_slip, slip_image

SLIP = slip_image(example_slip())


class OnePrinterBus(usb.backend.IBackend):
    """What pyusb asks of a bus, answered by one Epson-like printer (04b8:0202, bulk 0x01 out and 0x82 in)."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = PaperMachine()
        self.plugged = True
        self.answers = bytearray()
        self.at_the_end: dict[str, object] = {}  # what happens right after the slip's end was confirmed

    def enumerate_devices(self) -> Any:
        return iter(["printer"] if self.plugged else [])

    def get_device_descriptor(self, dev: Any) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=0x04B8, idProduct=0x0202, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, bus=1, address=2, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=b"",
        )  # fmt: skip

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2, bInterfaceClass=7,
            bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=b"",
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: Any, ep: int, *_where: int) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(0x01, 0x82)[ep], bmAttributes=2, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=b"",
        )  # fmt: skip

    def open_device(self, dev: Any) -> Any:
        return dev

    def close_device(self, dev_handle: Any) -> None: ...

    def set_configuration(self, dev_handle: Any, config_value: int) -> None: ...

    def get_configuration(self, dev_handle: Any) -> int:
        return 1

    def claim_interface(self, dev_handle: Any, intf: int) -> None: ...

    def release_interface(self, dev_handle: Any, intf: int) -> None: ...

    def reset_device(self, dev_handle: Any) -> None: ...

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert (ep, timeout > 0) == (0x01, True)
        self._present()
        taken = bytes(data)[: self.machine.room_bytes]
        if not taken:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        self.answers += self.machine.receive(taken) + self.machine.work()
        if self.machine.slips and taken.startswith((b"\x1dr", b"\x1d(H")):
            for name, value in self.at_the_end.items():
                setattr(self.machine, name, value)
        return len(taken)

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert (ep, timeout > 0) == (0x82, True)
        self._present()
        if not self.answers:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        count = min(len(buff), len(self.answers))
        for i in range(count):
            buff[i] = self.answers[i]
        del self.answers[:count]
        return count

    def _present(self) -> None:
        if not self.plugged:
            raise usb.core.USBError("no such device", errno=errno.ENODEV)


def reach(bus: OnePrinterBus, profile: str = "epson") -> EscposPrinter:
    return EscposPrinter(
        lambda: UsbChannel(vendor=0x04B8, product=0x0202, backend=bus),
        address="usb:04b8:0202",
        profile=PROFILES[profile],
        width_dots=576,
        cutter=True,
        keep_open=True,
        status_deadline_s=0.3,
        print_deadline_s=2.0,
    )


@pytest.mark.parametrize("profile", ["generic", "epson"])
def test_a_slip_over_usb_is_confirmed(profile: str) -> None:
    bus = OnePrinterBus()
    printer = reach(bus, profile)
    assert printer.status().ready
    assert printer.print_slip(SLIP).confirmed
    assert bus.machine.errors == []
    (slip,) = bus.machine.slips
    assert ImageChops.difference(slip.convert("L"), SLIP.convert("L")).getbbox() is None
    printer.close()


def test_endpoints_are_found_and_a_wrong_one_is_told_with_those_there_are() -> None:
    UsbChannel(vendor=0x04B8, product=0x0202, endpoint_in=0x82, backend=OnePrinterBus()).close(abort=False)
    with pytest.raises(ChannelLost, match=r"82, 01"):
        UsbChannel(vendor=0x04B8, product=0x0202, endpoint_out=0x03, backend=OnePrinterBus())


def test_unplugged_and_plugged_in_again() -> None:
    bus = OnePrinterBus()
    printer = reach(bus)
    assert printer.print_slip(SLIP).confirmed
    bus.plugged = False
    assert printer.status().problem == "paper.unreachable"
    with pytest.raises(PaperError) as caught:
        printer.print_slip(SLIP)
    assert caught.value.key == "paper.unreachable"
    assert not caught.value.may_have_printed
    bus.plugged = True
    assert printer.print_slip(SLIP).confirmed


def test_paper_out_in_the_middle_over_usb() -> None:
    bus = OnePrinterBus()
    bus.machine.paper_left_dots = 400
    with pytest.raises(PaperError) as caught:
        reach(bus).print_slip(SLIP)
    assert caught.value.key == "paper.out"
    assert caught.value.may_have_printed


@pytest.mark.parametrize(
    ("profile", "happening", "key"),
    [
        ("generic", {"cover_open": True}, "paper.cover_open"),
        ("epson", {"cover_open": True}, "paper.cover_open"),
        ("generic", {"paper_left_dots": 0}, "paper.out"),
        ("epson", {"paper_left_dots": 0}, None),  # it said "printed" of this slip; the next one is refused
        ("generic", {"mood": "silent"}, "paper.unfinished"),
        ("epson", {"mood": "silent"}, "paper.unfinished"),
    ],
)
def test_the_state_after_the_slip_must_agree_with_its_end(
    profile: str, happening: dict[str, object], key: str | None
) -> None:
    bus = OnePrinterBus()
    bus.at_the_end = happening
    printer = reach(bus, profile)
    if key is None:
        result = printer.print_slip(SLIP)
        assert result.confirmed
        assert result.status.paper_out
        key = "paper.out"
    with pytest.raises(PaperError) as caught:
        printer.print_slip(SLIP)
    assert caught.value.key == key


def test_without_libusb_or_device_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "usb", None)
    monkeypatch.setitem(sys.modules, "usb.core", None)
    printer = open_printer("usb:04b8:0202")
    assert printer.status().problem == "paper.driver_missing"
    with pytest.raises(PaperError) as caught:
        printer.print_slip(SLIP)
    assert "pyusb" in caught.value.vi
