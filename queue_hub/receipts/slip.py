"""The receipt as a slip of 80 or 58 mm: form 01's essentials and the code as QR (Code 128 does not fit a roll)."""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageFont

from queue_hub.receipts.words import Field, Form
from queue_kit.paper.layout import BODY_DOTS, Sheet, qr_picture
from queue_kit.paper.typesetting import font_of

_SMALL_DOTS: Final = 34


def receipt_lines(form: Form) -> list[str]:
    """What the slip says, top to bottom."""
    said = [form.office, form.title, form.code]
    if form.secret:
        said.append(f"Mã tra cứu: {form.secret}")
    said += [f"{one.label}: {one.value}" for one in _shown(form)]
    said += [form.note] if form.note else []
    return said


def _shown(form: Form) -> list[Field]:
    wanted = ("Nội dung yêu cầu", "Thời gian nhận", "Thời gian trả", "Hẹn lại", "Ngày hẹn trả", "Phí, lệ phí")
    return [one for one in (*form.fields, *form.closing) if one.label.startswith(wanted)]


def receipt_slip(form: Form, width_dots: int = 576) -> Image.Image:
    """Draw it: Pillow mode ``1``, ``width_dots`` wide, 0 black. Raises FontMissingError without a font."""
    sheet = Sheet(width_dots)
    body, strong, small = font_of("medium", BODY_DOTS), font_of("bold", BODY_DOTS), font_of("medium", _SMALL_DOTS)
    sheet.text(form.office, strong)
    sheet.gap(10)
    sheet.rule()
    sheet.gap(10)
    sheet.text(form.title.capitalize(), strong)
    sheet.gap(6)
    sheet.paste(qr_picture(form.code))
    sheet.text(form.code, _one_line(form.code, width_dots))
    if form.secret:
        sheet.text(f"Mã tra cứu: {form.secret}", font_of("bold", 46))
    sheet.gap(10)
    sheet.rule(dotted=True)
    sheet.gap(10)
    for one in _shown(form):
        sheet.text(one.label, small)
        sheet.text(one.value, strong if one.strong else body)
        sheet.gap(8)
    if form.items:
        sheet.text("Giấy tờ đã nộp" if form.number == "01" else form.opening, strong)
    for place, item in enumerate(form.items, 1):
        sheet.text(f"{place}. {item}", small)
    if form.note:
        sheet.gap(6)
        sheet.rule(dotted=True)
        sheet.gap(8)
        sheet.text(form.note, small)
    return sheet.finish()


def _one_line(code: str, width_dots: int) -> ImageFont.FreeTypeFont:
    """The largest bold in which a code stands on one line; never under 12 points, there it may break."""
    size = BODY_DOTS
    while size > _SMALL_DOTS and font_of("bold", size).getlength(code) > width_dots - 16:
        size -= 1
    return font_of("bold", size)
