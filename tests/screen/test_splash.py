"""The picture while a device starts, in the kernel's own format, upright however the panel hangs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from queue_kit.screen.splash import draw, show, show_again

WIDTH, HEIGHT = 320, 180


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """As the kernel tells of a frame buffer: 32 bits a pixel, lines as long as they look."""
    folder = tmp_path / "fb0"
    folder.mkdir()
    told = {"virtual_size": f"{WIDTH},{HEIGHT}", "bits_per_pixel": "32", "stride": str(WIDTH * 4)}
    for name, value in told.items():
        (folder / name).write_text(f"{value}\n", encoding="ascii")
    return folder


def shown(system: Path, tmp_path: Path, rotation: int = 0) -> tuple[bytes, Path]:
    device, kept = tmp_path / "fb", tmp_path / "picture"
    device.write_bytes(b"")
    show(rotation, system=system, device=device, kept=kept)
    return device.read_bytes(), kept


def off(one: Image.Image, other: Image.Image) -> int:
    return max(high for _, high in ImageChops.difference(one, other).getextrema())


def test_thirty_two_bits_are_blue_green_red_and_nothing(system: Path, tmp_path: Path) -> None:
    data, _ = shown(system, tmp_path)
    assert data[:4] == bytes([0x82, 0x44, 0x08, 0]), "the dark blue of the office's band"
    assert off(Image.frombytes("RGB", (WIDTH, HEIGHT), data, "raw", "BGRX"), draw(WIDTH, HEIGHT, 0)) == 0


def test_sixteen_bits_and_lines_that_are_longer_than_they_look(system: Path, tmp_path: Path) -> None:
    (system / "bits_per_pixel").write_text("16\n", encoding="ascii")
    (system / "stride").write_text(f"{WIDTH * 2 + 64}\n", encoding="ascii")
    data, _ = shown(system, tmp_path)
    assert len(data) == (WIDTH * 2 + 64) * HEIGHT
    lines = b"".join(data[at : at + WIDTH * 2] for at in range(0, len(data), WIDTH * 2 + 64))
    assert off(Image.frombytes("RGB", (WIDTH, HEIGHT), lines, "raw", "BGR;16"), draw(WIDTH, HEIGHT, 0)) <= 8


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_it_is_upright_for_who_stands_before_it_with_words_in_the_middle_and_whole(rotation: int) -> None:
    picture = draw(WIDTH, HEIGHT, rotation)
    assert picture.size == (WIDTH, HEIGHT), "whatever the turn, the panel keeps its pixels"
    upright = picture.rotate(-rotation, expand=True)
    assert off(upright, draw(*upright.size, 0)) == 0
    left, top, right, bottom = upright.convert("L").point(lambda level: 255 * (level > 160)).getbbox()  # type: ignore[misc]
    assert min(left, upright.width - right) > 4
    assert abs((left + right) - upright.width) <= 4
    assert 0.35 * upright.height < top < bottom < 0.65 * upright.height


def test_a_process_that_takes_the_screen_puts_it_back_and_one_without_misses_nothing(
    system: Path, tmp_path: Path
) -> None:
    data, kept = shown(system, tmp_path)
    again = tmp_path / "again"
    again.write_bytes(bytes(len(data)))
    show_again(device=again, kept=kept)
    assert again.read_bytes() == data
    show_again(device=tmp_path / "none", kept=kept)
    show_again(device=again, kept=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_strange_depth_is_said_and_nothing_is_written(system: Path, tmp_path: Path) -> None:
    (system / "bits_per_pixel").write_text("8\n", encoding="ascii")
    with pytest.raises(ValueError, match="8 bits"):
        shown(system, tmp_path)
    assert not (tmp_path / "picture").exists()


@pytest.mark.skipif(Path("/dev/fb0").exists(), reason="this computer has a frame buffer: it stays as it is")
def test_a_computer_without_a_frame_buffer_says_so() -> None:
    words = [sys.executable, "-m", "queue_kit.screen.splash", "--province", "a", "--rotation", "90"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "fb0" in done.stderr
