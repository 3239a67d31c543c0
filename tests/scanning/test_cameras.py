"""Where frames come from: a Pi's camera, the kernel's, a folder, a film; each played at its own wire."""

from __future__ import annotations

import ctypes
import errno
import io
import mmap
import os
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from kiosk.errors import KioskError
from kiosk.scanning import check_scanner
from kiosk.scanning.camera.frames import source_of
from kiosk.scanning.camera.lights import light_of
from kiosk.scanning.camera.lights.led import LedLight
from kiosk.scanning.camera.settings import CameraSettings, read_settings
from kiosk.scanning.camera.sources import v4l2_kernel as kernel
from kiosk.scanning.camera.sources.v4l2 import V4l2Source

WIDE, HIGH = 640, 480
GREY = (np.indices((HIGH, WIDE)).sum(axis=0) % 251).astype(np.uint8)


def key_of(action: Any) -> str:
    with pytest.raises(KioskError) as caught:
        action()
    assert caught.value.vi
    assert "{" not in caught.value.vi + caught.value.en
    return caught.value.key


# ------------------------------------------------------------------ addresses
@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("camera:picamera2", {"kind": "picamera2", "target": "0", "width": 1280, "height": 720}),
        ("camera:picamera2:1?size=1920x1080&fps=15", {"target": "1", "width": 1920, "fps": 15}),
        ("camera:/dev/video0?light=gpio:18", {"kind": "v4l2", "target": "/dev/video0", "light": "gpio:18"}),
        ("camera:/dev/v4l/by-id/usb-Cam-video-index0", {"kind": "v4l2"}),
        ("camera:folder:/srv/shelf?turn=90&mirror=1", {"kind": "folder", "turn": 90, "mirror": True}),
        ("camera:video:/srv/a.mp4?cpu=30", {"kind": "video", "cpu_percent": 30}),
        ("camera:picamera2?codes=code128,qr,code39&units=H56,000.00.14", {"units": ("H56", "000.00.14")}),
        ("camera:picamera2?also=KQ%5C.%5BA-Z0-9.%5D%2B", {"also": r"KQ\.[A-Z0-9.]+"}),
    ],
)
def test_addresses(address: str, wanted: dict[str, Any]) -> None:
    check_scanner(address)
    settings = read_settings(address)
    assert {name: getattr(settings, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("camera:", "scanner.bad_address"),
        ("camera:video0", "scanner.bad_address"),
        ("camera:folder:relative", "scanner.bad_address"),
        ("camera:picamera2:x", "scanner.bad_address"),
        ("camera:picamera2?size=10x10", "camera.bad_option"),
        ("camera:picamera2?size=99999x99999", "camera.bad_option"),
        ("camera:picamera2?fps=0", "camera.bad_option"),
        ("camera:picamera2?cpu=100", "camera.bad_option"),
        ("camera:picamera2?codes=code128,braille", "camera.bad_option"),
        ("camera:picamera2?codes=", "camera.bad_option"),
        ("camera:picamera2?units=h56", "camera.bad_option"),
        ("camera:picamera2?also=(", "camera.bad_option"),
        ("camera:picamera2?turn=45", "camera.bad_option"),
        ("camera:picamera2?light=candle", "camera.bad_option"),
        ("camera:picamera2?light=led:../../etc", "camera.bad_option"),
        ("camera:picamera2?speed=3", "camera.bad_option"),
    ],
)
def test_addresses_that_are_none(address: str, key: str) -> None:
    assert key_of(lambda: check_scanner(address)) == key


# ------------------------------------------------------------------ a folder
def settings_of(address: str) -> CameraSettings:
    return read_settings(f"{address}?size={WIDE}x{HIGH}")


def test_a_folder_is_looked_through_again_and_again(tmp_path: Path) -> None:
    for name, grey in (("a.png", 10), ("b.jpg", 200)):
        Image.new("RGB", (WIDE, HIGH), (grey, grey, grey)).save(tmp_path / name)
    (tmp_path / "c.png").write_bytes(b"no picture")
    (tmp_path / "notes.txt").write_text("not looked at")
    source = source_of(settings_of(f"camera:folder:{tmp_path}"))
    source.open()
    assert [round(float(source.read(1.0).mean()), -1) for _ in range(4)] == [10, 200, 10, 200]
    assert source.read(1.0).shape == (HIGH, WIDE)


def test_a_folder_that_is_away_or_empty_says_so(tmp_path: Path) -> None:
    assert key_of(source_of(settings_of(f"camera:folder:{tmp_path}/away")).open) == "camera.away"
    assert key_of(source_of(settings_of(f"camera:folder:{tmp_path}")).open) == "camera.silent"


def test_a_film_is_a_camera(tmp_path: Path) -> None:
    from ffpyplayer.pic import Image as Frame
    from ffpyplayer.writer import MediaWriter

    film = tmp_path / "shelf.avi"
    form = {"pix_fmt_in": "gray", "width_in": WIDE, "height_in": HIGH, "codec": "rawvideo", "frame_rate": (25, 1)}
    writer = MediaWriter(str(film), [form])
    for index in range(10):
        writer.write_frame(
            img=Frame(plane_buffers=[GREY.tobytes()], pix_fmt="gray", size=(WIDE, HIGH)), pts=index / 25, stream=0
        )
    writer.close()
    source = source_of(settings_of(f"camera:video:{film}"))
    source.open()
    frames = [source.read(10.0) for _ in range(12)]
    source.close()
    assert all(frame.shape == (HIGH, WIDE) and abs(frame.astype(int) - GREY).max() <= 3 for frame in frames)
    assert key_of(lambda: source.read(0.1)) == "camera.silent"
    assert key_of(source_of(settings_of("camera:video:/no/such/film.mp4")).open) == "camera.away"


# ------------------------------------------------------------------ a Pi's camera
class Picamera2:
    """The library as it behaves on a Pi: the lores stream's rows are padded to the stride, colours lie below."""

    cameras = 1
    hangs = False
    opened: Picamera2 | None = None

    def __init__(self, number: int) -> None:
        self.number, self.running, self.controls = number, False, {}
        self.camera_controls = {"AfMode": (0, 2, 0)}
        Picamera2.opened = self

    @staticmethod
    def global_camera_info() -> list[dict[str, str]]:
        return [{"Model": "imx708"}] * Picamera2.cameras

    def create_video_configuration(self, **wanted: Any) -> dict[str, Any]:
        assert wanted["lores"]["format"] == "YUV420"
        return wanted

    def configure(self, configuration: dict[str, Any]) -> None:
        wide, high = configuration["lores"]["size"]
        self._size = (wide // 2 * 2, high // 2 * 2)

    def camera_configuration(self) -> dict[str, Any]:
        return {"lores": {"size": self._size}}

    def set_controls(self, controls: dict[str, Any]) -> None:
        self.controls |= controls

    def start(self) -> None:
        self.running = True

    def capture_array(self, name: str, *, wait: bool) -> str:
        assert (name, wait, self.running) == ("lores", False, True)
        return "job"

    def wait(self, job: str, timeout: float) -> np.ndarray[Any, Any]:
        assert job == "job"
        if self.hangs:
            raise TimeoutError
        wide, high = self._size
        padded = np.full((high * 3 // 2, (wide + 63) // 64 * 64), 77, np.uint8)
        padded[:high, :wide] = GREY[:high, :wide]
        return padded

    def stop(self) -> None:
        self.running = False

    def close(self) -> None:
        Picamera2.opened = None


@pytest.fixture
def pi(monkeypatch: pytest.MonkeyPatch) -> type[Picamera2]:
    module = types.ModuleType("picamera2")
    module.Picamera2 = Picamera2  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", module)
    monkeypatch.setattr(Picamera2, "cameras", 1)
    monkeypatch.setattr(Picamera2, "hangs", False)
    return Picamera2


@pytest.mark.parametrize("size", [(640, 480), (600, 450)])
def test_the_grey_of_a_pi_s_frame_is_cut_out_of_its_padding(pi: type[Picamera2], size: tuple[int, int]) -> None:
    source = source_of(read_settings(f"camera:picamera2?size={size[0]}x{size[1]}"))
    source.open()
    assert np.array_equal(source.read(1.0), GREY[: size[1], : size[0]])
    assert pi.opened is not None
    assert pi.opened.controls == {"AfMode": 2, "AfRange": 2}
    source.close()
    source.close()
    assert pi.opened is None


def test_a_pi_without_camera_a_silent_one_and_no_library(pi: type[Picamera2], monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_of(source_of(settings_of("camera:picamera2:1")).open) == "camera.away"
    source = source_of(settings_of("camera:picamera2"))
    source.open()
    monkeypatch.setattr(pi, "hangs", True)
    assert key_of(lambda: source.read(0.1)) == "camera.silent"
    source.close()
    monkeypatch.setitem(sys.modules, "picamera2", None)
    assert key_of(source.open) == "camera.no_picamera2"


# ------------------------------------------------------------------ the kernel's cameras
def test_each_structure_is_as_large_as_its_request_says() -> None:
    """The size in a request's number is the kernel's own word (linux/ioctl.h)."""
    assert {hex(request): ctypes.sizeof(made) for request, made in kernel.STRUCTURES.items()} == {
        hex(request): kernel.size_in(request) for request in kernel.STRUCTURES
    }


def padded(rows: np.ndarray[Any, Any], line_bytes: int) -> bytes:
    whole = np.full((rows.shape[0], line_bytes), 99, np.uint8)
    whole[:, : rows.shape[1]] = rows
    return whole.tobytes()


YUYV = np.stack([GREY, np.full_like(GREY, 128)], axis=2).reshape(HIGH, WIDE * 2)


@pytest.mark.parametrize(
    ("letters", "raw", "line_bytes"),
    [
        ("GREY", GREY.tobytes(), WIDE),
        ("GREY", GREY.tobytes(), 0),
        ("GREY", padded(GREY, 704), 704),
        ("GREY", padded(GREY, 704)[: 704 * (HIGH - 1) + WIDE], 704),
        ("NV12", GREY.tobytes() + bytes(WIDE * HIGH // 2), WIDE),
        ("YU12", padded(GREY, 768) + bytes(768 * HIGH // 2), 768),
        ("YUYV", YUYV.tobytes(), WIDE * 2),
        ("YUYV", padded(YUYV, 1408), 1408),
    ],
)
def test_the_grey_part_of_each_format(letters: str, raw: bytes, line_bytes: int) -> None:
    assert np.array_equal(kernel.grey_of(raw, letters, WIDE, HIGH, line_bytes), GREY)


def test_a_compressed_frame_is_grey_too() -> None:
    held = io.BytesIO()
    smooth = (np.indices((HIGH, WIDE)).sum(axis=0) // 8).astype(np.uint8)
    Image.fromarray(smooth).convert("RGB").save(held, "JPEG", quality=95)
    grey = kernel.grey_of(held.getvalue(), "MJPG", WIDE, HIGH, 0)
    assert abs(grey.astype(int) - smooth).max() <= 4


@pytest.mark.parametrize(("letters", "raw"), [("GREY", b""), ("YUYV", GREY.tobytes()), ("MJPG", b"\xff\xd8\xff")])
def test_half_a_frame_is_none(letters: str, raw: bytes) -> None:
    with pytest.raises((ValueError, OSError)):
        kernel.grey_of(raw, letters, WIDE, HIGH, 0)


class Kernel:
    """A driver's answers to the requests, over a file that stands for the device's memory."""

    def __init__(self, device: Path, *, formats: tuple[str, ...] = ("YUYV",), can: int = 0x04200001) -> None:
        self.length = mmap.ALLOCATIONGRANULARITY * (WIDE * HIGH * 2 // mmap.ALLOCATIONGRANULARITY + 1)
        device.write_bytes(bytes(self.length * 3))
        self.device, self.formats, self.can = device, formats, can
        self.queued: list[int] = []
        self.filled: list[tuple[int, int]] = []
        self.running = self.gone = self.busy = False

    def __call__(self, _file: int, request: int, argument: Any) -> int:
        if self.gone:
            raise OSError(errno.ENODEV, "gone")
        match request:
            case kernel.QUERYCAP:
                argument.capabilities, argument.device_caps = 0x80000000 | self.can, self.can
            case kernel.S_FMT:
                if self.busy:
                    raise OSError(errno.EBUSY, "busy")
                wanted = argument.pixelformat
                if wanted not in map(kernel.fourcc, self.formats):
                    argument.pixelformat = kernel.fourcc(self.formats[0] if self.formats else "RGB3")
                argument.width, argument.height, argument.bytesperline = WIDE, HIGH, WIDE * 2
            case kernel.S_PARM:
                raise OSError(errno.ENOTTY, "no rates here")
            case kernel.QUERYBUF:
                argument.length, argument.offset = self.length, argument.index * self.length
            case kernel.QBUF:
                self.queued.append(argument.index)
            case kernel.DQBUF:
                if not self.filled:
                    raise BlockingIOError(errno.EAGAIN, "nothing yet")
                argument.index, argument.flags = self.filled.pop(0)
                argument.bytesused = WIDE * HIGH * 2
            case kernel.STREAMON:
                self.running = True
            case kernel.STREAMOFF:
                self.running = False
        return 0

    def fills(self, grey: int, *, flags: int = 0) -> None:
        index = self.queued.pop(0)
        with self.device.open("r+b") as file:
            file.seek(index * self.length)
            file.write(bytes([grey, 128]) * (WIDE * HIGH))
        self.filled.append((index, flags))


@pytest.fixture
def driver(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path / "video0")


def camera_of(driver: Kernel) -> V4l2Source:
    return V4l2Source(CameraSettings(kind="v4l2", target=str(driver.device), width=WIDE, height=HIGH), ioctl=driver)


def test_the_newest_frame_is_taken_and_every_buffer_goes_back(driver: Kernel) -> None:
    source = camera_of(driver)
    source.open()
    assert driver.running
    assert driver.queued == [0, 1, 2]
    driver.fills(50)
    driver.fills(60)
    assert source.read(1.0).mean() == 60
    assert sorted(driver.queued) == [0, 1, 2]
    driver.fills(70, flags=kernel.BUFFER_ERROR)
    driver.fills(80)
    assert source.read(1.0).mean() == 80
    assert key_of(lambda: source.read(0.05)) == "camera.silent"
    driver.gone = True
    assert key_of(lambda: source.read(1.0)) == "camera.away"
    source.close()
    assert key_of(lambda: source.read(1.0)) == "camera.away"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"can": 0x04000002}, "camera.no_camera"),
        ({"can": 0x00000001}, "camera.no_camera"),
        ({"formats": ()}, "camera.no_format"),
        ({"formats": ("RGB3", "H264")}, "camera.no_format"),
    ],
)
def test_what_is_no_camera_of_ours_says_so(tmp_path: Path, changes: dict[str, Any], key: str) -> None:
    driver = Kernel(tmp_path / "video1", **changes)
    assert key_of(camera_of(driver).open) == key
    assert not driver.running


def test_a_file_a_missing_one_and_a_forbidden_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"x")
    settings = CameraSettings(kind="v4l2", target=str(plain), width=WIDE, height=HIGH)
    assert key_of(V4l2Source(settings).open) == "camera.no_camera"
    gone = CameraSettings(kind="v4l2", target="/dev/video-none", width=WIDE, height=HIGH)
    assert key_of(V4l2Source(gone).open) == "camera.away"

    def forbidden(*_: object) -> int:
        raise PermissionError(errno.EACCES, "forbidden")

    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(KioskError) as caught:
        V4l2Source(settings).open()
    assert caught.value.key == "camera.no_permission"
    assert "usermod -aG video" in caught.value.en


# ------------------------------------------------------------------ the lamp
def test_a_lamp_of_the_kernel_s_is_lit_as_bright_as_it_can(tmp_path: Path) -> None:
    lamp = tmp_path / "flash"
    lamp.mkdir()
    (lamp / "max_brightness").write_text("63\n")
    light = LedLight("flash", leds=tmp_path)
    light.set(on=True)
    assert (lamp / "brightness").read_text() == "63"
    light.close()
    assert (lamp / "brightness").read_text() == "0"
    LedLight("away", leds=tmp_path).set(on=True)


def test_a_lamp_on_a_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    from gpiozero import Device
    from gpiozero.pins.mock import MockFactory

    factory = MockFactory()
    monkeypatch.setattr(Device, "pin_factory", factory)
    light = light_of("gpio:18")
    light.set(on=True)
    assert factory.pin(18).state
    light.set(on=False)
    assert not factory.pin(18).state
    light.close()
    light_of("none").set(on=True)
