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
    [("URIs: file:{here}", True), ("URIs: file:{here}/away", False), ("URIs: http://hub/motcua", True),
     ("URIs: file:{here} file:{here}/away", False)],
)  # fmt: skip
def test_a_stick_that_nobody_put_in_is_no_fault(tmp_path: Path, uris: str, there: bool) -> None:
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
