"""The small judgements of the real device that need no root."""

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from motcua.update import device
from motcua.update.device import _last, _open_root, _run, _there
from motcua.update.errors import UpdateError


@pytest.mark.parametrize(
    ("uris", "there"),
    [("URIs: file:{here}/stick", True), ("URIs: file:{here}/away", False), ("URIs: http://hub/motcua", True),
     ("URIs: file:{here}/stick file:{here}/away", False), ("URIs: file:{here}/nothing-on-it", False)],
)  # fmt: skip
def test_a_stick_that_nobody_put_in_is_no_fault(tmp_path: Path, uris: str, there: bool) -> None:
    (tmp_path / "stick/dists").mkdir(parents=True)
    (tmp_path / "nothing-on-it").mkdir()
    assert _there(f"Types: deb\n{uris.format(here=tmp_path)}\nSuites: bookworm\n") is there


def test_of_what_apt_says_the_error_is_told_and_not_the_last_warning() -> None:
    done = _run("sh", "-c", "echo 'E: no such package' >&2; echo 'W: old lists' >&2; exit 100")
    assert _last(done) == "E: no such package"
    assert _last(_run("sh", "-c", "exit 1")) == "no word"


def test_a_program_that_hangs_is_ended() -> None:
    assert _run("sleep", "60", timeout_s=0.1).returncode == 124


@pytest.mark.parametrize(("flags", "asked"), [(0, []), (os.ST_RDONLY, [("mount", "-o", "remount,rw", "/")])])
def test_only_a_root_that_is_read_only_is_opened(
    monkeypatch: pytest.MonkeyPatch, flags: int, asked: list[tuple[str, ...]]
) -> None:
    said: list[tuple[str, ...]] = []

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        said.append(words)
        return subprocess.CompletedProcess(words, 0, "", "")

    monkeypatch.setattr(device.os, "statvfs", lambda _path: SimpleNamespace(f_flag=flags))
    monkeypatch.setattr(device, "_run", run)
    _open_root()
    assert said == asked


def test_a_root_that_does_not_open_is_told_and_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device.os, "statvfs", lambda _path: SimpleNamespace(f_flag=os.ST_RDONLY))
    monkeypatch.setattr(device, "_run", lambda *words: subprocess.CompletedProcess(words, 32, "", "mount: /: denied"))
    with pytest.raises(UpdateError, match="mount: /: denied"):
        _open_root()


@pytest.mark.parametrize(
    ("free_mb", "one_card", "lacks"),
    [(900, True, True), (1100, True, False), (500, False, True), (700, False, False)],
)
def test_room_is_wanted_for_the_newer_one_the_way_back_and_the_journal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free_mb: int, one_card: bool, lacks: bool
) -> None:
    def said(*words: str) -> str:
        return "200000" if words[0] == "dpkg-query" else "Package: motcua\nInstalled-Size: 400000\nSize: 150000000\n"

    root = tmp_path.parent if one_card else Path("/proc")
    monkeypatch.setattr(device, "_said", said)
    monkeypatch.setattr(device, "ROOT", root)
    monkeypatch.setattr(device.shutil, "disk_usage", lambda _path: SimpleNamespace(free=free_mb * 1_000_000))
    if lacks:
        with pytest.raises(UpdateError) as told:
            device.DebianDevice().check_room("2", tmp_path)
        assert told.value.key == "update.no_room"
        assert f"{free_mb} MB" in told.value.vi
    else:
        device.DebianDevice().check_room("2", tmp_path)


def test_who_hands_over_is_no_more_there_while_the_version_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are deleted meanwhile; in use, they would keep the root open until the next start."""
    became: list[list[str]] = []
    monkeypatch.setattr(device.os, "execvp", lambda _program, words: became.append(words))
    device.DebianDevice().hand_over()
    assert became == [["systemctl", "start", "motcua-install.service"]]
