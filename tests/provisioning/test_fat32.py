"""The FAT32 writer against Debian's own tools: mkfs makes the volume, mtools reads it back, fsck finds nothing."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from provisioning.fat32 import Fat32, FullError, NotFat32Error, first_partition
from tests.provisioning.conftest import fsck, image, stock

START = 8192 * 512


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return image(tmp_path / "card.img", stock(tmp_path / "stock"), megabytes=40)


def opened(path: Path) -> Fat32:
    handle = os.open(path, os.O_RDWR)
    return Fat32(handle, first_partition(handle))


def mtools(path: Path, *words: str) -> bytes:
    tools = {"PATH": "/usr/bin:/bin", "MTOOLS_SKIP_CHECK": "1", "LC_ALL": "C.UTF-8"}
    program = [*words[:1], "-i", f"{path}@@{START}", *words[1:]]
    return subprocess.run(program, env=tools, capture_output=True, check=True).stdout


def test_stock_files_are_read(disk: Path) -> None:
    fat = opened(disk)
    assert (fat.read("issue.txt", 1000) or b"").startswith(b"Raspberry Pi reference")
    assert fat.read("ISSUE.TXT", 1000) == fat.read("issue.txt", 1000)
    assert fat.exists("overlays")
    assert fat.read("overlays", 1000) is None
    assert fat.read("none", 1000) is None
    assert fat.read("none/at/all", 1000) is None
    with pytest.raises(NotFat32Error, match="over 10 bytes"):
        fat.read("issue.txt", 10)


def test_what_is_written_is_read_by_others_and_fsck_is_content(disk: Path, seed: int) -> None:
    rng = random.Random(seed)
    files = {
        "user-data": b"#cloud-config\n" * 400,
        "cmdline.txt": b"root=PARTUUID=4e639091-02\n",
        "motcua/card.json": b"{}",
        "motcua/packages/motcua_0.9.0-1_trixie_arm64.deb": rng.randbytes(1_000_003),
        "motcua/packages/Tên có dấu và dài hơn mười ba chữ.deb": rng.randbytes(513),
        "motcua/empty": b"",
        "UPPER.TXT": b"x",
        "a.b.c": b"two points",
    }
    fat = opened(disk)
    for path, data in files.items():
        fat.write(path, data)
    fsck(disk)
    again = opened(disk)
    for path, data in files.items():
        assert again.read(path, 10_000_000) == data
        assert mtools(disk, "mtype", f"::{path}") == data, path


def test_a_day_of_writing_replacing_and_removing_leaks_nothing(disk: Path, seed: int) -> None:
    rng = random.Random(seed)
    fat = opened(disk)
    before = fat.free_bytes()
    kept: dict[str, bytes] = {}
    for _turn in range(80):
        path = rng.choice(["motcua/", "", "motcua/packages/"]) + f"file-{rng.randrange(20)}.json"
        if rng.random() < 0.3:
            fat.remove(path)
            kept.pop(path, None)
        else:
            kept[path] = rng.randbytes(rng.choice([0, 1, 511, 512, 513, 9000]))
            fat.write(path, kept[path])
    assert {path: fat.read(path, 10_000) for path in kept} == kept
    fsck(disk)
    for path in kept:
        fat.remove(path)
    # The two folders, as large as they had to grow, are what is left.
    assert before - fat.free_bytes() <= 30 * 512
    fsck(disk)


def test_what_is_removed_is_overwritten(disk: Path) -> None:
    fat = opened(disk)
    fat.write("motcua/bundle.json", b"doi-mat-khau-nay" * 100)
    assert b"doi-mat-khau-nay" in disk.read_bytes()
    fat.remove("motcua/bundle.json")
    assert b"doi-mat-khau-nay" not in disk.read_bytes()
    assert not fat.exists("motcua/bundle.json")
    fat.remove("motcua/bundle.json")


def test_a_full_volume_is_told_before_anything_is_changed(disk: Path) -> None:
    fat = opened(disk)
    before = disk.read_bytes()
    with pytest.raises(FullError):
        fat.write("motcua/large", b"x" * (fat.free_bytes() + 1))
    assert disk.read_bytes() == before


def test_the_old_file_or_the_new_one_at_every_cut(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writes of one replacement, cut after each of them: the file is always whole."""
    opened(disk).write("cmdline.txt", b"old " * 300)
    start = disk.read_bytes()
    real, left = os.pwrite, [0]

    class Cut(Exception):
        pass

    def pwrite(handle: int, data: bytes, place: int) -> int:
        if left[0] == 0:
            raise Cut
        left[0] -= 1
        return real(handle, data, place)

    seen = set()
    for count in range(40):
        disk.write_bytes(start)
        fat = opened(disk)
        left[0] = count
        monkeypatch.setattr(os, "pwrite", pwrite)
        try:
            fat.write("cmdline.txt", b"new " * 500)
            done = True
        except Cut:
            done = False
        monkeypatch.undo()
        seen.add(opened(disk).read("cmdline.txt", 10_000))
        if done:
            break
    else:
        pytest.fail("it never ended")
    assert seen == {b"old " * 300, b"new " * 500}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda _data: b"", "no partition table"),
        (lambda _data: b"x" * 5000, "no partition table"),
        (lambda data: data[:450] + b"\x83" + data[451:], "type 0x83"),
        (lambda data: data[: START + 510] + b"no" + data[START + 512 :], "no boot sector"),
        (lambda data: data[: START + 11] + b"\x01\x00" + data[START + 13 :], "makes no sense"),
        (lambda data: data[: START + 17] + b"\x00\x02" + data[START + 19 :], "FAT12 or FAT16"),
        (lambda data: data[: START + 600], "ends too early"),
    ],
)
def test_what_is_no_fat32_is_refused(disk: Path, spoil: object, words: str) -> None:
    assert callable(spoil)
    disk.write_bytes(spoil(disk.read_bytes()))
    with pytest.raises(NotFat32Error, match=words):
        opened(disk)
