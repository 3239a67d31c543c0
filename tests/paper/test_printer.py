"""A slip on its way to a printer on the wire: a TCP port, a pseudo-terminal, and everything that can go wrong."""

from __future__ import annotations

import os
import socket
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageChops

from queue_kit.paper.errors import PaperError, PrinterAddressError, PrinterNotReady, PrinterUnreachable, PrintUnfinished
from queue_kit.paper.interpreter import VirtualPrinter
from queue_kit.paper.printer import Printer, PrintResult, open_printer
from queue_kit.paper.slip import example_slip, slip_image

SLIP = slip_image(example_slip())
LINES = ["tcp", "serial", "file"]
PROFILES = ["generic", "epson"]


@pytest.fixture
def paper() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as printer:
        yield printer
        assert printer.errors == []


def reach(virtual: VirtualPrinter, *, profile: str = "generic", **other: Any) -> Printer:
    return open_printer(f"{virtual.address}?profile={profile}", **({"print_deadline_s": 5.0} | other))


def same(first: Image.Image, second: Image.Image) -> bool:
    return (
        first.size == second.size and ImageChops.difference(first.convert("L"), second.convert("L")).getbbox() is None
    )


# -- as it should be


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_slip_comes_out_dot_by_dot_and_is_confirmed(line: str, profile: str) -> None:
    with VirtualPrinter(pty=line != "tcp") as virtual:
        address = f"file:{virtual.path}" if line == "file" else virtual.address
        printer = open_printer(f"{address}?profile={profile}")
        for count in (1, 2):
            result = printer.print_slip(SLIP)
            assert result.confirmed
            assert result.status.ready
            assert same(virtual.wait_for_slip(count, 5), SLIP)
        assert printer.status().ready
        printer.close()
        assert virtual.errors == []
        assert len(virtual.slips) == 2


def test_the_narrow_roll_and_no_cutter() -> None:
    narrow = slip_image(example_slip(long=True), 384)
    with VirtualPrinter(width_dots=384) as virtual:
        printer = reach(virtual, width_dots=384, cutter=False)
        assert printer.print_slip(narrow).confirmed
        assert virtual.slips == []  # torn off by hand
        assert virtual.unfinished_dots > narrow.height
        assert virtual.errors == []


def test_the_demo_printer_leaves_pictures_a_phone_can_read(tmp_path: Path) -> None:
    slip = example_slip()
    with VirtualPrinter(tmp_path / "paper") as virtual:
        reach(virtual).print_slip(slip_image(slip))
        virtual.wait_for_slip(1, 5)
    with Image.open(tmp_path / "paper" / "slip-0001.png") as picture:
        (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == slip.follow_url
    assert [path.name for path in (tmp_path / "paper").iterdir()] == ["slip-0001.png"]


def test_confirmed_means_printed_not_sent(paper: VirtualPrinter) -> None:
    paper.set_speed(3000)
    result = reach(paper).print_slip(SLIP)
    assert result.duration_s > SLIP.height / 3000 * 0.8
    assert len(paper.slips) == 1


def test_a_printer_behind_a_picture_full_of_real_time_commands() -> None:
    hostile = Image.frombytes(
        "1", (576, 200), bytes(0xFF ^ byte for byte in b"\x10\x04\x01\x10\x14\x01\x10\x05\x02" * 1600)
    )
    with VirtualPrinter() as virtual:
        assert reach(virtual).print_slip(hostile).confirmed
        assert virtual.errors == []


def test_near_the_end_of_the_roll_is_told_and_prints(paper: VirtualPrinter) -> None:
    paper.near_end_of_paper()
    printer = reach(paper)
    assert printer.status().paper_near_end is True
    result = printer.print_slip(SLIP)
    assert result.confirmed
    assert result.status.paper_near_end is True


# -- what can go wrong before


@pytest.mark.parametrize(
    ("happening", "kind", "key"),
    [
        (lambda v: v.run_out_of_paper(), PrinterNotReady, "paper.out"),
        (lambda v: v.open_cover(), PrinterNotReady, "paper.cover_open"),
        (lambda v: v.hang(), PrinterUnreachable, "paper.silent"),
        (lambda v: v.answer("silent"), PrinterUnreachable, "paper.silent"),
        (lambda v: v.answer("garbage"), PrinterUnreachable, "paper.garbled"),
    ],
)
@pytest.mark.parametrize("line", ["tcp", "serial"])
def test_a_printer_that_cannot_print_gets_no_slip(happening: Any, kind: type[PaperError], key: str, line: str) -> None:
    with VirtualPrinter(pty=line == "serial") as virtual:
        happening(virtual)
        printer = reach(virtual, status_deadline_s=0.3)
        started = time.monotonic()
        with pytest.raises(kind) as caught:
            printer.print_slip(SLIP)
        assert caught.value.key == key
        assert not caught.value.may_have_printed
        assert caught.value.vi
        assert printer.status().problem == key
        assert time.monotonic() - started < 2
        assert virtual.unfinished_dots == 0
        printer.close()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    printer = open_printer(f"tcp://127.0.0.1:{port}")
    with pytest.raises(PrinterUnreachable) as caught:
        printer.print_slip(SLIP)
    assert caught.value.key == "paper.unreachable"
    assert str(port) in caught.value.vi
    assert printer.status().online is False
    assert printer.status().problem == "paper.unreachable"


def test_a_device_that_is_not_plugged_in(tmp_path: Path) -> None:
    for scheme in ("file", "serial"):
        assert open_printer(f"{scheme}:{tmp_path}/lp0").status().problem == "paper.unreachable"


@pytest.mark.parametrize("scheme", ["file", "serial"])
def test_a_device_that_is_others_says_which_group_to_join(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "lp0"
    device.touch()
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != device)  # the tests' own user may anything
    printer = open_printer(f"{scheme}:{device}")
    assert printer.status().problem == "paper.no_permission"
    with pytest.raises(PrinterUnreachable) as caught:
        printer.print_slip(SLIP)
    assert caught.value.key == "paper.no_permission"
    assert not caught.value.may_have_printed
    assert device.group() in caught.value.vi


def test_a_connection_nobody_accepts_ends_by_its_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first, socket.socket() as second:
        for blocker in (first, second):
            blocker.setblocking(False)
            blocker.connect_ex(full.getsockname())
        printer = open_printer(
            f"tcp://127.0.0.1:{full.getsockname()[1]}", connect_deadline_s=0.3, status_deadline_s=0.3
        )
        started = time.monotonic()
        with pytest.raises(PrinterUnreachable):
            printer.print_slip(SLIP)
        assert time.monotonic() - started < 1.5


def test_a_slip_wider_than_the_roll_is_refused(paper: VirtualPrinter) -> None:
    with pytest.raises(PrinterNotReady) as caught:
        reach(paper, width_dots=384).print_slip(SLIP)
    assert caught.value.key == "paper.too_wide"


# -- what can go wrong in the middle


@pytest.mark.parametrize(
    ("profile", "dots"), [("generic", 300), ("generic", SLIP.height - 1), ("epson", 1), ("epson", SLIP.height - 1)]
)
@pytest.mark.parametrize(
    ("happening", "recovery", "key"),
    [
        (VirtualPrinter.run_out_of_paper, VirtualPrinter.refill, "paper.out"),
        (VirtualPrinter.open_cover, VirtualPrinter.close_cover, "paper.cover_open"),
    ],
)
def test_trouble_in_the_middle_is_named_at_once_and_the_next_slip_is_whole(
    paper: VirtualPrinter, *, happening: Any, recovery: Any, key: str, dots: int, profile: str
) -> None:
    printer = reach(paper, profile=profile)
    happening(paper, dots)
    started = time.monotonic()
    with pytest.raises(PrinterNotReady) as caught:
        printer.print_slip(SLIP)
    assert time.monotonic() - started < 2.5
    assert caught.value.key == key
    assert caught.value.may_have_printed
    assert paper.slips == []
    recovery(paper)
    assert printer.print_slip(SLIP).confirmed
    half, whole = paper.slips
    # A printer that cannot clear its buffer goes on with what it holds as soon as it can; an Epson has forgotten it.
    assert half.height == dots if profile == "epson" else dots <= half.height <= SLIP.height
    assert same(whole, SLIP)


@pytest.mark.parametrize("line", ["tcp", "serial"])
def test_a_printer_that_hangs_in_the_middle_is_reported_unfinished_by_the_deadline(line: str) -> None:
    with VirtualPrinter(pty=line == "serial") as virtual:
        address = virtual.address + ("?baud=4000000" if line == "serial" else "")
        printer = open_printer(address, print_deadline_s=0.8, status_deadline_s=0.6)
        virtual.hang(200)
        started = time.monotonic()
        with pytest.raises(PrintUnfinished) as caught:
            printer.print_slip(SLIP)
        assert time.monotonic() - started < 2
        assert caught.value.key == "paper.unfinished"
        assert caught.value.may_have_printed
        with pytest.raises(PrinterUnreachable):
            printer.print_slip(SLIP)
        virtual.resume()
        assert printer.print_slip(SLIP).confirmed
        assert same(virtual.slips[-1], SLIP)
        assert virtual.errors == []
        printer.close()


def test_a_printer_that_falls_silent_after_the_data_has_not_confirmed(paper: VirtualPrinter) -> None:
    paper.set_speed(4000)
    printer = reach(paper, print_deadline_s=0.8, status_deadline_s=0.3)
    threading.Thread(target=_silence_when_printing, args=(paper,), daemon=True).start()
    with pytest.raises(PrintUnfinished):
        printer.print_slip(SLIP)


def _silence_when_printing(virtual: VirtualPrinter) -> None:
    with virtual._changed:
        virtual._changed.wait_for(lambda: virtual._machine.unfinished_dots > 0, 5)
        virtual._machine.mood = "silent"


def test_the_line_is_cut_in_the_middle() -> None:
    virtual = VirtualPrinter(rows_per_s=500).start()
    printer = reach(virtual)
    threading.Thread(target=_switch_off_when_printing, args=(virtual,), daemon=True).start()
    with pytest.raises(PrinterUnreachable) as caught:
        printer.print_slip(SLIP)
    assert caught.value.key == "paper.unreachable"
    assert caught.value.may_have_printed


def _switch_off_when_printing(virtual: VirtualPrinter) -> None:
    with virtual._changed:
        virtual._changed.wait_for(lambda: virtual._machine.unfinished_dots > 0, 5)
    virtual.close()


def test_a_kiosk_that_died_in_the_middle_of_a_band_does_not_spoil_the_next_slip(paper: VirtualPrinter) -> None:
    from queue_kit.paper import commands

    band = next(commands.raster_bands(SLIP, 48))
    with socket.create_connection(("127.0.0.1", paper.port)) as dying:
        dying.sendall(commands.INITIALISE + band[:1000])
        with paper._changed:
            assert paper._changed.wait_for(lambda: paper.unfinished_dots > 0, 5)
    assert reach(paper).print_slip(SLIP).confirmed
    (slip,) = paper.slips
    assert slip.height == SLIP.height + 48  # the half band stands above it
    assert same(slip.crop((0, 48, 576, slip.height)), SLIP)


def test_two_slips_at_once_come_out_one_after_the_other_or_are_refused_busy(paper: VirtualPrinter) -> None:
    paper.set_speed(8000)
    printer = reach(paper, status_deadline_s=3.0)
    results: list[PrintResult] = []
    threads = [threading.Thread(target=lambda: results.append(printer.print_slip(SLIP))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert [result.confirmed for result in results] == [True, True]
    assert all(same(slip, SLIP) for slip in paper.slips)


def test_asking_a_printing_printer_does_not_wait(paper: VirtualPrinter) -> None:
    paper.set_speed(2000)
    printer = reach(paper)
    thread = threading.Thread(target=printer.print_slip, args=(SLIP,))
    thread.start()
    with paper._changed:
        assert paper._changed.wait_for(lambda: paper._machine.unfinished_dots > 0, 5)
    started = time.monotonic()
    assert printer.status().problem == "paper.busy"
    assert time.monotonic() - started < 0.2
    thread.join(10)


def test_a_network_printer_that_takes_no_more_ends_by_the_deadline() -> None:
    endless = Image.new("1", (576, 120_000), 255)  # more than the kernel's own buffers swallow
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        printer = open_printer(f"tcp://127.0.0.1:{deaf.getsockname()[1]}?profile=silent", print_deadline_s=0.5)
        started = time.monotonic()
        with pytest.raises(PrintUnfinished):
            printer.print_slip(endless)
        assert time.monotonic() - started < 10


def drain(connection: socket.socket) -> None:
    """Read until the other side ends it."""
    while connection.recv(10):
        pass


def test_what_a_failed_slip_left_on_the_line_is_not_delivered_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        printer = open_printer(f"tcp://127.0.0.1:{deaf.getsockname()[1]}", status_deadline_s=0.2)
        with pytest.raises(PrinterUnreachable):
            printer.print_slip(SLIP)
        connection, _ = deaf.accept()
        with connection, pytest.raises(ConnectionResetError):
            drain(connection)


# -- printers that say less


def test_a_printer_that_never_answers_prints_but_confirms_nothing(paper: VirtualPrinter) -> None:
    paper.answer("silent")
    result = reach(paper, profile="silent").print_slip(SLIP)
    assert not result.confirmed
    assert result.status.online is None
    assert same(paper.wait_for_slip(1, 5), SLIP)


def test_no_printer_is_a_choice() -> None:
    printer = open_printer("none:")
    assert printer.status().problem == "paper.none"
    with pytest.raises(PrinterNotReady) as caught:
        printer.print_slip(SLIP)
    assert caught.value.key == "paper.none"
    printer.close()


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", "allowed"),
        ("lpt1", "allowed"),
        ("http://127.0.0.1", "allowed"),
        ("tcp://", "host"),
        ("tcp://127.0.0.1:99999", "Port"),
        ("file:lp0", "allowed"),
        ("serial:/dev/ttyUSB0?baud=fast", "fast"),
        ("serial:/dev/ttyUSB0?bawd=9600", "bawd"),
        ("usb:printer", "printer"),
        ("tcp://127.0.0.1?profile=canon", "canon"),
        ("tcp://127.0.0.1?completion=hope", "hope"),
    ],
)
def test_an_address_with_a_mistake_says_which(address: str, problem: str) -> None:
    with pytest.raises(PrinterAddressError) as caught:
        open_printer(address)
    assert caught.value.key == "paper.address"
    assert problem in caught.value.en


def test_opening_a_printer_does_not_import_escpos() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from queue_kit.paper.printer import open_printer; open_printer('tcp://127.0.0.1:1');"
        "sys.exit('escpos' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def test_a_pseudo_terminal_that_nobody_reads_stalls_and_ends_by_the_deadline() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    try:
        for scheme in ("file", "serial"):
            address = f"{scheme}:{os.ttyname(slave)}?profile=silent" + ("&baud=4000000" if scheme == "serial" else "")
            printer = open_printer(address, print_deadline_s=0.5)
            started = time.monotonic()
            with pytest.raises(PrintUnfinished):
                printer.print_slip(SLIP)
            printer.close()
            assert time.monotonic() - started < 2
    finally:
        os.close(master)
        os.close(slave)


def test_escpos_leaves_neither_a_root_handler_nor_a_folder_behind(tmp_path: Path) -> None:
    import subprocess
    import sys

    program = (
        "import logging, sys; from queue_kit.paper.transports import escpos_printers; escpos_printers();"
        "sys.exit(len(logging.getLogger().handlers))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, timeout=60, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_the_virtual_printer_as_a_program_prints_and_ends_cleanly(tmp_path: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "queue_kit.paper.interpreter", "--port", "0", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        address = program.stdout.readline().split()[0]
        assert open_printer(address).print_slip(SLIP).confirmed
        program.terminate()
        assert program.wait(10) == 0
    with Image.open(tmp_path / "slip-0001.png") as picture:
        assert same(picture, SLIP)


# -- the cable


@pytest.mark.parametrize("line", ["tcp", "serial", "file"])
def test_pulled_out_in_the_middle_and_put_back(line: str, tmp_path: Path) -> None:
    name = tmp_path / "slip-printer" if line != "tcp" else None
    with VirtualPrinter(link=name, rows_per_s=2000) as virtual:
        address = f"file:{name}" if line == "file" else virtual.address
        printer = open_printer(address, print_deadline_s=5.0, status_deadline_s=0.3)
        cable = threading.Thread(target=lambda: (virtual.wait_until_printing(5), virtual.unplug()), daemon=True)
        cable.start()
        with pytest.raises(PrinterUnreachable) as caught:
            printer.print_slip(SLIP)
        assert (caught.value.key, caught.value.may_have_printed) == ("paper.unreachable", True)
        cable.join(5)
        assert printer.status().problem == "paper.unreachable"
        virtual.plug()
        virtual.set_speed(None)
        assert printer.print_slip(SLIP).confirmed
        assert same(virtual.slips[-1], SLIP)
        assert virtual.errors == []
        printer.close()
