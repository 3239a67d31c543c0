"""What stands on the forms, in words: the same data for the A5 sheet and for the slip.

Forms: phụ lục of TT 01/2018/TT-VPCP: 01 Giấy tiếp nhận hồ sơ và hẹn trả kết quả, 02 Phiếu yêu cầu bổ sung, hoàn thiện
hồ sơ, 03 Phiếu từ chối tiếp nhận giải quyết hồ sơ, 04 Phiếu xin lỗi và hẹn lại ngày trả kết quả.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from queue_core.errors import MotcuaError, register
from queue_core.office import Office
from queue_hub.dossiers.record import Person, Record

FormNumber = Literal["01", "02", "03", "04"]
TITLES: Final[dict[FormNumber, str]] = {
    "01": "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "02": "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
    "03": "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
    "04": "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
}
#: the letters after the running number: "Số: 0017/TNHS"
_SIGNS: Final[dict[FormNumber, str]] = {"01": "TNHS", "02": "YCBS", "03": "TCTN", "04": "XLHL"}
DOTS: Final = "…" * 24
register(
    {
        "receipt.not_yet": (
            "Hồ sơ này chưa có nội dung của mẫu {form}.",
            "This dossier has nothing for form {form} yet.",
        )
    }
)


class FormError(MotcuaError):
    """A form that a dossier does not (yet) have."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form. ``strong``: what the eye looks for (a date)."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form ready to be drawn. ``secret``: the 4 characters, on form 01 only; ``signers``: left and right."""

    number: FormNumber
    title: str
    office: str
    sign: str
    place_and_date: str
    code: str
    secret: str = ""
    opening: str
    fields: tuple[Field, ...]
    items: tuple[str, ...] = ()
    closing: tuple[Field, ...] = ()
    ending: str = ""
    signers: tuple[str, ...] = ()
    note: str = ""
    hotline: str = ""
    filled_by: str = field(default="", repr=False)


def form(number: FormNumber, record: Record, person: Person, office: Office, *, secret: str, now: datetime) -> Form:
    """The words of a form. Raises FormError receipt.not_yet when the dossier has nothing for it."""
    _check(number, record)
    name = office.name["vi"]
    who = (
        Field("Tiếp nhận hồ sơ của" if number == "01" else "Hồ sơ của", person.name or DOTS),
        Field("Địa chỉ", person.address or DOTS),
        Field("Số điện thoại", person.phone or DOTS),
        Field("Nội dung yêu cầu giải quyết", matter(record)),
    )
    opening, items, closing, ending = _parts(number, record, name)
    made = {"02": record.supplement_asked}.get(number) or (record.received if number in {"01", "03"} else now)
    return Form(
        number=number,
        title=TITLES[number],
        office=name,
        sign=f"Số: {record.number:04d}/{_SIGNS[number]}",
        place_and_date=f"Ngày {made:%d} tháng {made:%m} năm {made:%Y}",
        code=record.code,
        secret=secret if number == "01" else "",
        opening=opening,
        fields=who,
        items=items,
        closing=closing,
        ending=ending,
        signers=("NGƯỜI NỘP HỒ SƠ", "NGƯỜI TIẾP NHẬN HỒ SƠ") if number == "01" else ("NGƯỜI TIẾP NHẬN HỒ SƠ",),
        note=_NOTES[number],
        hotline=office.hotline,
        filled_by=record.officer,
    )


_NOTES: Final[dict[FormNumber, str]] = {
    "01": "Khi đến nhận kết quả, mời mang theo Giấy này và căn cước; nhận thay cần giấy uỷ quyền. "
    "Tra cứu tại máy ở sảnh bằng mã hồ sơ và mã tra cứu.",
    "02": "Mời mang theo Phiếu này khi đến nộp bổ sung. Thời hạn giải quyết được tính lại từ ngày nhận đủ hồ sơ.",
    "03": "",
    "04": "",
}


def _check(number: FormNumber, record: Record) -> None:
    there = {
        "01": not record.refused_why,
        "02": bool(record.supplement_what),
        "03": bool(record.refused_why),
        "04": record.extended_from is not None,
    }
    if not there[number]:
        raise FormError("receipt.not_yet", form=number)


def _parts(number: FormNumber, record: Record, office: str) -> tuple[str, tuple[str, ...], tuple[Field, ...], str]:
    if number == "01":
        closing = (
            Field("Số lượng hồ sơ", f"{record.copies:02d} (bộ)"),
            Field("Thời gian giải quyết theo quy định", record.term.words()),
            *([Field("Phí, lệ phí", record.fee)] if record.fee else []),
            Field("Thời gian nhận hồ sơ", moment(record.received)),
            Field(
                "Thời gian trả kết quả" + ("" if record.given_due else " (dự kiến)"), moment(record.due), strong=True
            ),
            Field("Nhận kết quả tại", "Quầy trả kết quả, " + office),
            Field("Vào Sổ theo dõi hồ sơ", f"Quyển số {record.received:%Y}, số thứ tự {record.number}"),
        )
        return "", tuple(paper_words(record)), closing, ""
    if number == "02":
        items = tuple(_lines(record.supplement_what))
        opening = "Để hoàn thiện hồ sơ, đề nghị ông/bà bổ sung, hoàn thiện những nội dung sau:"
        ending = "Nếu có vướng mắc, mời liên hệ Trung tâm để được hướng dẫn."
        return opening, items, (), ending
    if number == "03":
        opening = "Qua xem xét, Trung tâm không tiếp nhận giải quyết hồ sơ này với lý do cụ thể như sau:"
        ending = "Trung tâm thông báo để ông/bà được biết và thực hiện."
        return opening, tuple(_lines(record.refused_why)), (), ending
    apology = (
        Field("Ngày tiếp nhận", moment(record.received)),
        Field("Ngày hẹn trả trước đây", moment(record.extended_from) if record.extended_from else DOTS),
        Field("Lý do chậm", record.extended_why or DOTS),
        Field("Hẹn lại ngày trả kết quả", moment(record.due), strong=True),
    )
    opening = "Hồ sơ chưa được giải quyết đúng hẹn. Trung tâm trân trọng xin lỗi ông/bà và hẹn lại như sau:"
    ending = "Sự chậm trễ này gây phiền hà, tốn kém thời gian, công sức của ông/bà; mong nhận được sự thông cảm."
    return opening, (), apology, ending


def matter(record: Record) -> str:
    """The procedure's name with its code."""
    return f"{record.matter} ({record.procedure})" if record.procedure else record.matter


def paper_words(record: Record) -> list[str]:
    """The papers handed in, with their counts."""
    lines = []
    for paper in record.papers:
        counts = [f"{n:02d} {kind}" for n, kind in ((paper.originals, "bản chính"), (paper.copies, "bản sao")) if n]
        lines.append(f"{paper.name} ({', '.join(counts)})" if counts else paper.name)
    return lines


def moment(at: datetime) -> str:
    """«16 giờ 30 phút, ngày 26 tháng 11 năm 2026», as forms write a time."""
    return f"{at:%H} giờ {at:%M} phút, " + f"ngày {at:%d} tháng {at:%m} năm {at:%Y}".replace(" ", "\u00a0")


def _lines(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
