"""The camera: does it give pictures, and is there anything to see on them. No picture is kept, none is shown here.

A kiosk's camera is its scanner (``--scanner camera:…``); in a terminal ``--device camera=ADDRESS`` names one as well.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kiosk.scanning import Attention, Scanner, Seeing, SmallPicture, check_scanner
from queue_core.errors import register
from queue_kit.doctor import Check, Doing, Outcome, Setting, absent, failed, of_error, ok, unknown

if TYPE_CHECKING:
    from kiosk.scanning.scanners.camera import CameraScanner

#: its process loads numpy and the engines from a slow card first
_THERE_S: Final = 25.0
_LOOK_S: Final = 40.0
#: from the first picture on, somebody has so long to hold something up
_AIM_S: Final = 15.0
_PAUSE_S: Final = 0.05
#: greys between the darkest and the brightest twentieth of the pixels: less is a covered lens, or a wall of one colour
_LEAST_SPREAD: Final = 24
register(
    {
        "doctor.camera": ("{address} đang gửi ảnh", "{address} sends pictures"),
        "doctor.camera_not_named": (
            "Chưa khai báo camera nào (--scanner camera:… hoặc --device camera=…)",
            "No camera is configured (--scanner camera:… or --device camera=…)",
        ),
        "doctor.camera_away": (
            "Không có ảnh từ {address}. Hãy kiểm tra cáp và nguồn của camera.",
            "No picture comes from {address}. Check the camera's cable and power.",
        ),
        "doctor.camera_asleep": (
            "Camera đang ngủ và chưa thức lần nào: hãy chạy phép “Thử camera”",
            "The camera sleeps and was never awake: run “Camera trial”",
        ),
        "doctor.hold_paper": (
            "Mời đưa một tờ giấy có chữ ra trước camera…",
            "Hold a printed sheet before the camera…",
        ),
        "doctor.camera_sees": (
            "Camera nhìn thấy: ảnh {width}×{height}, độ sáng {brightness} %",
            "The camera sees: picture of {width}×{height}, brightness {brightness} %",
        ),
        "doctor.camera_blind": (
            "Ảnh chỉ có một màu (độ sáng {brightness} %). Hãy mở nắp ống kính, lau kính, bật đèn.",
            "The picture is of one colour only (brightness {brightness} %). Uncover and wipe the lens, light the lamp.",
        ),
    }
)


def checks(setting: Setting) -> list[Check]:
    """Does it give pictures; is something on them."""
    return [
        Check(
            name="camera", code=33, vi="Camera", en="Camera", deadline_s=_THERE_S,
            run=lambda doing: _with_own(setting, lambda one: _there(one, setting, doing)),
        ),
        Check(
            name="look", code=56, vi="Thử camera", en="Camera trial", acts=True, deadline_s=_LOOK_S,
            run=lambda doing: _with_own(setting, lambda one: look(one, setting, doing)),
        ),
    ]  # fmt: skip


def address_of(setting: Setting) -> str | None:
    """The camera that is configured, as a scanner's address; None: none is."""
    if setting.scanner.startswith("camera:"):
        return setting.scanner
    named = setting.more.get("camera")
    if named is None or named.startswith("camera:"):
        return named
    return f"camera:{named}"


def not_named() -> Outcome:
    """There is none by the configuration."""
    return absent("doctor.camera_not_named")


def of_state(there: bool | None, setting: Setting) -> Outcome:  # noqa: FBT001 -- three values
    """What a running kiosk knows of its camera."""
    if there is None:
        return unknown("doctor.camera_asleep")
    key = "doctor.camera" if there else "doctor.camera_away"
    return (ok if there else failed)(key, address=_shown(setting))


def look(camera: Scanner, setting: Setting, doing: Doing) -> Outcome:
    """Wait for a picture on which something is to be seen; a person may hold something up meanwhile."""
    if not isinstance(camera, Seeing):
        return not_named()
    said = ok("doctor.hold_paper")
    doing.tell(said.vi, said.en)
    seen: SmallPicture | None = None
    until_s = doing.until_s
    pause = threading.Event()
    while time.monotonic() < until_s:
        camera.attend(Attention.SHOWN)  # a running kiosk may have wanted less in between
        if (picture := camera.picture) is not None:
            if seen is None:
                until_s = min(until_s, time.monotonic() + _AIM_S)
            seen = picture
            if _spread(picture) >= _LEAST_SPREAD:
                return ok(
                    "doctor.camera_sees",
                    width=picture.width,
                    height=picture.height,
                    brightness=_brightness(picture),
                )
        elif _trouble(camera) is not None:
            break
        pause.wait(_PAUSE_S)
    if seen is not None:
        return failed("doctor.camera_blind", brightness=_brightness(seen))
    return _trouble(camera) or failed("doctor.camera_away", address=_shown(setting))


def _there(camera: CameraScanner, setting: Setting, doing: Doing) -> Outcome:
    camera.attend(Attention.AWAKE)
    pause = threading.Event()
    while camera.there is None and time.monotonic() < doing.until_s:
        pause.wait(_PAUSE_S)
    trouble = _trouble(camera)
    if trouble is not None:
        return trouble
    if camera.there is None:
        return unknown("doctor.no_answer", seconds=round(_THERE_S))
    return of_state(camera.there, setting)


def _with_own(setting: Setting, use: Callable[[CameraScanner], Outcome]) -> Outcome:
    """A camera of our own for the length of one check: of a terminal, where no kiosk runs."""
    from kiosk.scanning.scanners.camera import CameraScanner

    address = address_of(setting)
    if address is None:
        return not_named()
    check_scanner(address)
    # What it reads meanwhile may be somebody's card: it is let fall.
    camera = CameraScanner(address=address, heard=lambda _text: None)
    camera.start()
    try:
        return use(camera)
    finally:
        camera.stop()


def _trouble(camera: object) -> Outcome | None:
    """What the camera's own process says is wrong."""
    error = getattr(camera, "trouble", None)
    return None if error is None else of_error(error)


def _shown(setting: Setting) -> str:
    return (address_of(setting) or "").partition("?")[0]


def _brightness(picture: SmallPicture) -> int:
    """Percent of white."""
    return round(100 * sum(picture.pixels) / (255 * max(1, len(picture.pixels))))


def _spread(picture: SmallPicture) -> int:
    """Greys between the darkest twentieth and the brightest; specks do not count."""
    ordered = sorted(picture.pixels)
    edge = len(ordered) // 20
    return ordered[-1 - edge] - ordered[edge] if ordered else 0
