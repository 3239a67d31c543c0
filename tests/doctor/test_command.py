"""``motcua doctor`` as a technician types it: what is said, what is saved, and with which code it ends."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from kiosk.errors import KioskError
from kiosk.technician.pin import PinLock, write_pin
from motcua.doctor.command import doctor as command
from queue_kit.paper.interpreter import VirtualPrinter


def doctor(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "motcua", "doctor", *words], input=typed, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_what_failed_is_said_is_saved_and_is_the_exit_code(tmp_path: Path) -> None:
    report, readable = tmp_path / "report.json", tmp_path / "report.txt"
    with VirtualPrinter() as printer:
        printer.run_out_of_paper()
        words = ("--data", str(tmp_path), "--printer", printer.address)
        done = doctor(*words, "--json", "--report", str(report))
        assert done.returncode == 30, done.stderr
        line = json.loads(done.stdout.strip().splitlines()[-1])
        assert line["checks"] == json.loads(report.read_text(encoding="utf-8"))["checks"]
        (state,) = [one for one in line["checks"] if one["name"] == "printer"]
        assert (state["state"], state["key"], line["ok"], line["exit_code"]) == ("failed", "paper.out", False, 30)
        assert {one["name"] for one in line["checks"]} >= {"clock", "network", "disk", "temperature", "undervoltage"}
        assert "print" not in {one["name"] for one in line["checks"]}, "nothing comes out unasked"
        printer.refill()
        done = doctor("printer", "print", *words, "--lang", "en", "--report", str(readable))
        assert done.returncode == 0, done.stdout
        assert len(printer.slips) == 1
    assert "OK         Trial slip (print): The trial slip is out." in done.stdout
    assert "Trial slip" in readable.read_text(encoding="utf-8")


def test_a_device_is_handed_over_with_a_sheet_to_sign(tmp_path: Path) -> None:
    with VirtualPrinter() as printer:
        words = ("disk", "--data", str(tmp_path), "--printer", printer.address, "--hand-over", "mau-son · solo-1")
        done = doctor(*words)
        assert (done.returncode, len(printer.slips)) == (0, 1), done.stderr
        assert "biên bản bàn giao" in done.stderr
        printer.run_out_of_paper()
        done = doctor(*words)
    assert (done.returncode, "giấy" in done.stderr) == (50, True), "a sheet that is not on paper was not handed over"


def quick(*words: str) -> Result:
    """In this process: what the command does is the same."""
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, list(words))


def test_a_check_that_is_none_and_one_that_has_no_device() -> None:
    done = quick("printre")
    assert done.exit_code == 2
    assert "printer" in done.output
    assert quick("print").exit_code == 50


def test_the_list_names_codes_and_marks_what_acts() -> None:
    lines = quick("--list", "--lang", "en").output.splitlines()
    assert "30  printer          Printer" in lines
    assert "50  print            Trial slip  *" in lines


def test_a_pin_is_written_for_the_owner_only_and_a_weak_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    with pytest.raises(KioskError):
        write_pin(file, "123456")
    assert not file.exists()
    assert doctor("--new-pin", str(file), typed="805213\n").returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "805213" not in file.read_text(encoding="ascii")
    assert PinLock(file, tmp_path / "tries").try_pin("805213")
