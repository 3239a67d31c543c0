"""What somebody at the kiosk does: a finger on a tile, a key, a receipt held to the scanner.

Named after what stands on the tile, in Vietnamese where it has a fixed name.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.session.events import Event
from kiosk.session.looking import Group


class Touch(Event):
    """Base of what a finger does; it also shows that somebody is there."""


@dataclass(frozen=True, slots=True)
class Anywhere(Touch):
    """A touch that means nothing else."""


@dataclass(frozen=True, slots=True)
class GoHome(Touch):
    """Trang đầu."""


@dataclass(frozen=True, slots=True)
class GoBack(Touch):
    """Quay lại."""


@dataclass(frozen=True, slots=True)
class TakeNumber(Touch):
    """Lấy số thứ tự."""


@dataclass(frozen=True, slots=True)
class CollectResult(Touch):
    """Nhận kết quả."""


@dataclass(frozen=True, slots=True)
class OpenCheckIn(Touch):
    """Tôi có lịch hẹn."""


@dataclass(frozen=True, slots=True)
class OpenPriority(Touch):
    """Tôi thuộc diện ưu tiên."""


@dataclass(frozen=True, slots=True)
class OpenProcedures(Touch):
    """Tra cứu thủ tục."""


@dataclass(frozen=True, slots=True)
class OpenFind(Touch):
    """Type what the matter is called."""


@dataclass(frozen=True, slots=True)
class OpenFields(Touch):
    """The fields, as a list."""


@dataclass(frozen=True, slots=True)
class OpenGroup(Touch):
    """The procedures of a field or of a matter of life."""

    group: Group


@dataclass(frozen=True, slots=True)
class ShowFound(Touch):
    """All that was found for what was typed."""


@dataclass(frozen=True, slots=True)
class OpenProcedure(Touch):
    """A procedure's page."""

    code: str


@dataclass(frozen=True, slots=True)
class ReadSection(Touch):
    """A part of the procedure, whole."""

    section: str


@dataclass(frozen=True, slots=True)
class ReadAloud(Touch):
    """Nghe đọc, from the page that is shown on. ``pages``: the first stretch of the text on each page."""

    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintChecklist(Touch):
    """In danh sách giấy tờ."""


@dataclass(frozen=True, slots=True)
class TakeForProcedure(Touch):
    """A number for this procedure's service."""


@dataclass(frozen=True, slots=True)
class ChoosePriority(Touch):
    """A class, or none of them."""

    priority: str | None


@dataclass(frozen=True, slots=True)
class ChooseService(Touch):
    """A service, or a group that opens its own list."""

    service: str


@dataclass(frozen=True, slots=True)
class ReadWhole(Touch):
    """Xem thêm: a service whose name did not fit on its tile."""

    service: str


@dataclass(frozen=True, slots=True)
class TurnPage(Touch):
    """Another page of the list."""

    page: int


@dataclass(frozen=True, slots=True)
class TypeDigit(Touch):
    """A key of the check-in pad."""

    digit: str


@dataclass(frozen=True, slots=True)
class EraseDigit(Touch):
    """The pad's erasing key."""


@dataclass(frozen=True, slots=True)
class CheckIn(Touch):
    """Nhận số of a booking."""


@dataclass(frozen=True, slots=True)
class PressKey(Touch):
    """A letter, digit or sign of the keyboard."""

    key: str


@dataclass(frozen=True, slots=True)
class EraseKey(Touch):
    """Its erasing key."""


@dataclass(frozen=True, slots=True)
class ClearKeys(Touch):
    """Empty the field."""


@dataclass(frozen=True, slots=True)
class SwitchKeys(Touch):
    """Letters or figures on the keys."""


@dataclass(frozen=True, slots=True)
class SwitchMethod(Touch):
    """Telex, VNI, or plain letters."""


Key = PressKey | EraseKey | ClearKeys | SwitchKeys | SwitchMethod


@dataclass(frozen=True, slots=True)
class OpenDossiers(Touch):
    """Tra cứu hồ sơ."""


@dataclass(frozen=True, slots=True)
class WithoutReceipt(Touch):
    """Không có giấy tiếp nhận."""


@dataclass(frozen=True, slots=True)
class LookUpCode(Touch):
    """Look up the code that was typed."""


@dataclass(frozen=True, slots=True)
class OpenSecret(Touch):
    """Type the receipt's 4 characters."""


@dataclass(frozen=True, slots=True)
class OpenDetails(Touch):
    """See what the 4 characters open."""


@dataclass(frozen=True, slots=True)
class TakeForDossier(Touch):
    """A number for what the dossier needs now."""


@dataclass(frozen=True, slots=True)
class Scanned(Touch):
    """A scanner read a text. It is kept nowhere: what is not a code of ours is forgotten at once."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TryAgain(Touch):
    """Thử lại."""


@dataclass(frozen=True, slots=True)
class Finished(Touch):
    """Xong, on the number."""


@dataclass(frozen=True, slots=True)
class Reprint(Touch):
    """In lại phiếu, where the slip did not come out."""


@dataclass(frozen=True, slots=True)
class SetLanguage(Touch):
    """A language of the lobby."""

    lang: str


@dataclass(frozen=True, slots=True)
class OpenLook(Touch):
    """Cỡ chữ / Tương phản."""


@dataclass(frozen=True, slots=True)
class SetLook(Touch):
    """Large or not, high contrast or not."""

    large: bool
    high_contrast: bool


@dataclass(frozen=True, slots=True)
class AskHelp(Touch):
    """The help button."""


@dataclass(frozen=True, slots=True)
class CloseOverlay(Touch):
    """The overlay's own button."""


@dataclass(frozen=True, slots=True)
class OpenRating(Touch):
    """Đánh giá phục vụ. ``scans``: a scanner stands beside the screen."""

    scans: bool = False


@dataclass(frozen=True, slots=True)
class OpenTypedNumber(Touch):
    """The number on the slip, typed."""


@dataclass(frozen=True, slots=True)
class ChoosePrefix(Touch):
    """What that number begins with."""

    prefix: str


@dataclass(frozen=True, slots=True)
class GiveNumber(Touch):
    """The number is complete."""


@dataclass(frozen=True, slots=True)
class ChooseFace(Touch):
    """How one was served, 1 the unhappiest."""

    value: int


@dataclass(frozen=True, slots=True)
class ToggleReason(Touch):
    """One of the things that were not good, or not that one after all."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReasonsDone(Touch):
    """That is all, or nothing of it."""


@dataclass(frozen=True, slots=True)
class ChangeOpinion(Touch):
    """Another face after all."""


@dataclass(frozen=True, slots=True)
class OpenTechnician(Touch):
    """A finger stayed on the office's name."""


@dataclass(frozen=True, slots=True)
class EnterPin(Touch):
    """Mở, at the technician's door."""


@dataclass(frozen=True, slots=True)
class RunCheck(Touch):
    """One of the technician's checks."""

    name: str


@dataclass(frozen=True, slots=True)
class TouchedTarget(Touch):
    """A target of the touch test was meant; the finger fell so far from it."""

    off_mm: float
