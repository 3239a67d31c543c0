"""Pages that set scanners up, read back from the paper; and the command that prints, lists and tries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from kiosk.scanning import decode_frame
from kiosk.scanning.command import app
from kiosk.scanning.makers import MAKERS, TRIALS
from kiosk.scanning.sheets import draw_sheet
from tests.scanning.pictures import frame, squares

SET_B, FNC3_VALUE = 104, 96
CODE = "000.17.22.H56-210531-0001"


def printed(pdf: Path) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The page as a printer of 200 dots an inch lays it out."""
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-singlefile", pdf, pdf.with_suffix("")], check=True, timeout=60)
    with Image.open(pdf.with_suffix(".pgm")) as page:
        return np.array(page.convert("L"))


@pytest.mark.parametrize("maker", MAKERS)
def test_every_code_of_a_page_reads_back(maker: str, tmp_path: Path) -> None:
    draw_sheet(MAKERS[maker], tmp_path / "sheet.pdf")
    page = printed(tmp_path / "sheet.pdf")
    read = {one.text for one in decode_frame(page)}
    assert {text for text, _ in TRIALS} | {step.command for step in MAKERS[maker].steps if step.command} <= read
    # Nothing runs into the margin.
    assert page[:, -80:].min() > 200
    assert page[:, :80].min() > 200


def test_what_sets_a_scanner_up_begins_with_the_reader_s_own_sign(tmp_path: Path) -> None:
    """FNC3 is code value 96 of sets A and B: right after the start of the symbol (ISO/IEC 15417, table 1)."""
    from reportlab.graphics.barcode.code128 import Code128

    from kiosk.scanning.sheets import FNC3

    drawn = Code128(FNC3 + "VSUFCR.", quiet=False)
    drawn.validate()
    drawn.encode()
    assert drawn.encoded[:2] == [SET_B, FNC3_VALUE]


def test_a_sheet_from_the_command(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sheet", str(tmp_path / "a.pdf"), "--maker", "honeywell"])
    assert done.exit_code == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert CliRunner().invoke(app, ["sheet", str(tmp_path / "a.pdf"), "--maker", "acme"]).exit_code == 2
    assert CliRunner().invoke(app, ["sheet", str(tmp_path / "no" / "a.pdf")]).exit_code == 2


def test_a_camera_is_tried_without_a_kiosk(tmp_path: Path) -> None:
    Image.fromarray(frame(squares(CODE))).save(tmp_path / "receipt.png")
    words = [sys.executable, "-m", "motcua", "scanner", "try", f"camera:folder:{tmp_path}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=90)
    assert (done.returncode, done.stdout.split()) == (0, [CODE]), done.stderr


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("hid:/dev/input/by-id/none", 1, "Không thấy máy quét /dev/input/by-id/none"),
        ("laser:", 2, "hid:/dev/input/by-id"),
        ("keyboard:", 2, "any editor"),
    ],
)
def test_what_is_wrong_is_said(address: str, code: int, says: str) -> None:
    words = [sys.executable, "-m", "motcua", "scanner", "try", address, "--seconds", "1"]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=90, env={"COLUMNS": "400", "PATH": "/usr/bin:/bin"}
    )
    assert done.returncode == code
    assert says in done.stderr


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("camera:/dev/video-none", "Không thấy camera /dev/video-none"),
        ("hid:/dev/input/by-id/none", "Không thấy máy quét /dev/input/by-id/none"),
        ("serial:/dev/ttyNone", "Không thấy máy quét /dev/ttyNone"),
    ],
)
def test_a_technician_hears_at_once_what_is_away_and_may_plug_it_in(address: str, says: str) -> None:
    words = [sys.executable, "-m", "motcua", "scanner", "try", address, "--seconds", "60"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as trying:
        assert trying.stderr is not None
        told = next((line for line in trying.stderr if "Không thấy" in line), "")
        assert says in told
        assert trying.poll() is None, "it waits for the device"
        trying.terminate()


def test_rules_name_the_enrolled_ports_and_refuse_the_rest() -> None:
    done = CliRunner().invoke(app, ["rules", "--panel", "1-1.2", "--scanner", "1-1.3"])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    refusal = lines.index('ATTR{authorized}="0"')
    assert [line for line in lines[:refusal] if "KERNEL==" in line] == [
        'ATTR{bInterfaceClass}=="03", KERNEL=="1-1.2:*", GOTO="motcua_names"',
        'ATTR{bInterfaceClass}=="03", KERNEL=="1-1.3:*", GOTO="motcua_names"',
    ]
    assert any('SUBSYSTEMS=="usb"' in line and 'MODE="0600"' in line for line in lines[refusal:])
    assert 'SYMLINK+="motcua/scanner"' in lines[-1]
    assert 'KERNELS=="1-1.3:*"' in lines[-1]


@pytest.mark.parametrize("port", ["", "1", "1-", "a-1", '1-1"', "1-1\nRUN+=", "1-1:1.0", "*"])
def test_what_is_no_port_is_refused(port: str) -> None:
    assert CliRunner().invoke(app, ["rules", "--scanner", port]).exit_code == 2


def test_the_list_runs_anywhere() -> None:
    assert CliRunner().invoke(app, ["list"]).exit_code == 0
