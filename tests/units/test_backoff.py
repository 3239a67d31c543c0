"""A process that cannot start is tried again for ever, and ever more seldom."""

import subprocess
import sys
from pathlib import Path

import pytest

from queue_kit import backoff
from queue_kit.backoff import FORGOTTEN_S, count, wait_s
from queue_kit.screen import splash


@pytest.mark.parametrize(("starts", "seconds"), [(-1, 0), (0, 0), (1, 1), (2, 2), (6, 32), (7, 60), (1000, 60)])
def test_each_failed_start_doubles_the_wait_up_to_a_minute(starts: int, seconds: int) -> None:
    assert wait_s(starts) == seconds


def test_starts_are_counted_until_ten_quiet_minutes_have_passed(tmp_path: Path) -> None:
    file, now_s = tmp_path / "starts", 1_800_000_000.0
    assert [count(file, now_s + 5 * n) for n in range(4)] == [0, 1, 2, 3]
    assert count(file, now_s + 15 + FORGOTTEN_S) == 0
    assert count(file, now_s + 16 + FORGOTTEN_S) == 1


@pytest.mark.parametrize("content", [b"", b"soon\n", b"\xff\xfe"])
def test_a_spoilt_count_keeps_nothing_from_starting(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "starts").write_bytes(content)
    assert count(tmp_path / "starts", 0.0) == 0
    assert count(tmp_path / "no folder" / "starts", 0.0) == 0


def test_a_unit_waits_before_its_second_start(tmp_path: Path) -> None:
    said = [
        subprocess.run(
            [sys.executable, "-m", "queue_kit.backoff"], env={"RUNTIME_DIRECTORY": str(tmp_path)},
            capture_output=True, text=True, check=True, timeout=30,
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert said == ["", "start 2 within ten minutes: waiting 1 s\n"]


def test_while_it_waits_the_panel_says_that_the_device_is_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a dead screen left behind is a black panel, for up to a minute."""
    did: list[str] = []
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    monkeypatch.setattr(splash, "show_again", lambda: did.append("picture"))
    monkeypatch.setattr(backoff.time, "sleep", lambda seconds: did.append(f"waits {seconds}"))
    backoff.main()
    assert did == []
    backoff.main()
    assert did == ["picture", "waits 1"]
