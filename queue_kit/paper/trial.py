"""The technician's test slip: is the paper wide enough, are the accents whole, and does a phone read the code."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PIL import Image

from queue_kit.paper.layout import BODY_DOTS, DOTS_PER_MM, Sheet, number_picture, qr_picture
from queue_kit.paper.slip import VIET_NAM
from queue_kit.paper.typesetting import font_of

ACCENTS: Final = "Ổ Ắ Ễ Ộ Ử Ỵ · ẵ ặ ỗ ợ ữ ỷ · Đ đ"
_QR_TEXT: Final = "MOTCUA-TEST"


def trial_slip_lines(*, width_dots: int, at: datetime, printer: str = "", office_name: str = "") -> list[str]:
    """Give the words of a test slip; ``printer`` is its address as configured, ``at`` aware."""
    lines = [
        office_name,
        "PHIẾU IN THỬ",
        f"{width_dots} chấm · {width_dots // DOTS_PER_MM} mm",
        printer,
        ACCENTS,
        "Thước bên dưới phải đúng 40\u00a0mm và hai mép phải thấy đủ.",
        "Mã QR phải đọc được bằng điện thoại.",
        at.astimezone(VIET_NAM).strftime("%H:%M · %d/%m/%Y"),
    ]
    return [line for line in lines if line]


def draw_trial_slip(lines: list[str], width_dots: int = 576) -> Image.Image:
    """Draw the test slip: words, a ruler of 40 mm, marks at both edges, number, code. Mode ``1``."""
    sheet = Sheet(width_dots)
    for line in lines:
        sheet.text(line, font_of("bold" if line == "PHIẾU IN THỬ" else "medium", BODY_DOTS))
    sheet.gap(16)
    _ruler(sheet)
    sheet.gap(16)
    sheet.paste(number_picture("A025", width_dots))
    sheet.gap(8)
    sheet.paste(qr_picture(_QR_TEXT))
    return sheet.finish()


def _ruler(sheet: Sheet) -> None:
    sheet.room(48)
    left = (sheet.width - 40 * DOTS_PER_MM) // 2
    for mm in range(41):
        height = 40 if mm % 10 == 0 else 28 if mm % 5 == 0 else 16
        x = left + mm * DOTS_PER_MM
        sheet.draw.rectangle((x - 1, sheet.y + 40 - height, x, sheet.y + 40), 0)
    for x in (0, sheet.width - 3):
        sheet.draw.rectangle((x, sheet.y, x + 2, sheet.y + 40), 0)
    sheet.y += 44
