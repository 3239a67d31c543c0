"""The forms as A5 sheets (reportlab), with the code as Code 128 and as QR, and labels for the folder itself.

A code of 25 characters is some 300 modules of Code 128: at 0.33 mm 100 mm, which an A5 sheet holds and a slip does not.
"""

from __future__ import annotations

import io
from typing import Any, Final, Literal
from xml.sax.saxutils import escape

from reportlab.graphics.barcode import code128
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from queue_hub.dossiers.record import Record
from queue_hub.receipts.words import Field, Form
from queue_kit.fonts import find_font

_REGULAR, _BOLD = "Motcua", "Motcua-Bold"
_MARGIN: Final = 11 * mm
_WIDTH: Final = A5[0] - 2 * _MARGIN
_MODULE_MM: Final = 0.33
_QR_MODULE_MM: Final = 0.75
LABEL_MM: Final = (100.0, 50.0)


def _fonts() -> None:
    if _REGULAR not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_REGULAR, str(find_font("regular"))))
        pdfmetrics.registerFont(TTFont(_BOLD, str(find_font("bold"))))
        pdfmetrics.registerFontFamily(_REGULAR, normal=_REGULAR, bold=_BOLD, italic=_REGULAR, boldItalic=_BOLD)


def _style(size: float = 9.5, *, bold: bool = False, align: Literal[0, 1, 2, 4] = 0, **more: Any) -> ParagraphStyle:
    lead = more.pop("leading", size * 1.42)
    return ParagraphStyle(
        "x", fontName=_BOLD if bold else _REGULAR, fontSize=size, leading=lead, alignment=align, **more
    )


class _Qr(Flowable):
    """A QR code (ISO/IEC 18004, level M) with its quiet zone."""

    def __init__(self, text: str, module_mm: float = _QR_MODULE_MM) -> None:
        super().__init__()
        import segno

        self._rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        self._module = module_mm * mm
        self.width = self.height = (len(self._rows) + 8) * self._module

    def wrap(self, *_room: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        side = self._module
        top = self.height - 4 * side
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    # a hair's overlap: no white lines between modules on any printer
                    self.canv.rect((x + 4) * side, top - (y + 1) * side, side * 1.02, side * 1.02, stroke=0, fill=1)


class _Bars(Flowable):
    """The code as Code 128 with its text below, narrower modules only where the sheet is too small."""

    def __init__(self, text: str, room: float, height_mm: float = 13) -> None:
        super().__init__()
        quiet = 10 * _MODULE_MM * mm
        module = _MODULE_MM * mm
        drawn = code128.Code128(text, barWidth=module, barHeight=height_mm * mm, quiet=False)
        if drawn.width + 2 * quiet > room:
            module *= room / (drawn.width + 2 * quiet)
            drawn = code128.Code128(text, barWidth=module, barHeight=height_mm * mm, quiet=False)
        self._drawn, self._text = drawn, text
        self.width, self.height = room, height_mm * mm + 4.6 * mm

    def wrap(self, *_room: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        left = (self.width - self._drawn.width) / 2
        self._drawn.drawOn(self.canv, left, 4.6 * mm)
        self.canv.setFont(_BOLD, 10)
        self.canv.drawCentredString(self.width / 2, 0.6 * mm, self._text)


def form_pdf(form: Form) -> bytes:
    """The form as a PDF of A5 pages. Raises FontMissingError."""
    _fonts()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A5, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=8 * mm, bottomMargin=9 * mm,
        title=form.title.capitalize(), author=form.office, subject=form.code,
    )  # fmt: skip
    story: list[Flowable] = [
        _head(form), Spacer(0, 3 * mm), _codes(form), Spacer(0, 2.5 * mm),
        Paragraph(form.title, _style(13, bold=True, align=TA_CENTER, spaceAfter=2.2 * mm)),
    ]  # fmt: skip
    story += [_line(one) for one in form.fields]
    if form.opening:
        story.append(Paragraph(escape(form.opening), _style(spaceBefore=1.2 * mm)))
    if form.items:
        if form.number == "01":
            story.append(Paragraph("Thành phần hồ sơ nộp gồm:", _style()))
        indent = 5.5 * mm
        style = _style(9, leftIndent=indent, bulletIndent=0.8 * mm)
        story += [Paragraph(escape(item), style, bulletText=f"{place}.") for place, item in enumerate(form.items, 1)]
    story += [_line(one) for one in form.closing]
    if form.ending:
        story.append(Paragraph(escape(form.ending), _style(spaceBefore=1.2 * mm)))
    story.append(KeepTogether([Spacer(0, 3.5 * mm), _signers(form), *_note(form)]))
    document.build(story, onFirstPage=_page_number, onLaterPages=_page_number)
    return out.getvalue()


def _head(form: Form) -> Flowable:
    small, strong = _style(8, align=TA_CENTER, leading=11), _style(8.2, bold=True, align=TA_CENTER, leading=11)
    left = [Paragraph(escape(form.office.upper()), strong), _Rule(16 * mm), Paragraph(escape(form.sign), small)]
    right = [
        Paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", strong),
        Paragraph("Độc lập - Tự do - Hạnh phúc", _style(8.6, bold=True, align=TA_CENTER, leading=11.5)),
        _Rule(34 * mm),
        Paragraph(form.place_and_date, small),
    ]
    return _bare(Table([[left, right]], colWidths=[_WIDTH * 0.44, _WIDTH * 0.56]))


class _Rule(Flowable):
    """The short line under a heading (NĐ 30/2020/NĐ-CP)."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self._length, self.width, self.height = length, length, 1.8 * mm

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.width = room
        return room, self.height

    def draw(self) -> None:
        left, level = (self.width - self._length) / 2, self.height * 0.6
        self.canv.setLineWidth(0.6)
        self.canv.line(left, level, left + self._length, level)


def _codes(form: Form) -> Flowable:
    qr = _Qr(form.code)
    room = _WIDTH - qr.width
    left: list[Flowable] = [_Bars(form.code, room)]
    if form.secret:
        words = f"Mã tra cứu: <font name='{_BOLD}' size='13'>{form.secret}</font>"
        left.append(Paragraph(words, _style(9, align=TA_CENTER, spaceBefore=1 * mm)))
    table = Table([[left, qr]], colWidths=[room, qr.width])
    return _bare(table)


def _line(one: Field) -> Flowable:
    value = escape(one.value)
    text = (
        f"{escape(one.label)}: <font name='{_BOLD}'>{value}</font>" if one.strong else f"{escape(one.label)}: {value}"
    )
    return Paragraph(text, _style(10.5 if one.strong else 9.5))


def _signers(form: Form) -> Flowable:
    strong, small = _style(8.6, bold=True, align=TA_CENTER), _style(8, align=TA_CENTER)
    below = Paragraph("(Ký và ghi rõ họ tên)", small)
    gap = Spacer(0, 13 * mm)
    cells: list[list[Flowable]] = [[Paragraph(who, strong), below, gap] for who in form.signers]
    cells[-1].append(Paragraph(escape(form.filled_by), _style(9, bold=True, align=TA_CENTER)))
    if len(cells) == 1:
        cells.insert(0, [])
    return _bare(Table([cells], colWidths=[_WIDTH / 2, _WIDTH / 2]))


def _note(form: Form) -> list[Flowable]:
    words = " ".join(
        part for part in (form.note, f"Phản ánh, kiến nghị: {form.hotline}." if form.hotline else "") if part
    )
    return [Spacer(0, 1.5 * mm), Paragraph(escape(words), _style(8, leading=10.6))] if words else []


def _bare(table: Table) -> Table:
    from reportlab.platypus import TableStyle

    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 0)])
    )  # fmt: skip
    return table


def _page_number(canvas: Any, document: Any) -> None:
    if document.page > 1:
        canvas.setFont(_REGULAR, 8)
        canvas.drawRightString(A5[0] - _MARGIN, 5 * mm, f"Trang {document.page}")


def label_pdf(record: Record) -> bytes:
    """A label for the folder itself, 100 by 50 mm: code, matter, due date; nobody's name."""
    from reportlab.pdfgen.canvas import Canvas

    _fonts()
    out = io.BytesIO()
    width, height = LABEL_MM[0] * mm, LABEL_MM[1] * mm
    canvas = Canvas(out, pagesize=(width, height))
    canvas.setTitle(record.code)
    _Bars(record.code, width - 2 * mm, 12).drawOn(canvas, 1 * mm, height - 20 * mm)
    qr = _Qr(record.code, 0.62)
    qr.drawOn(canvas, width - qr.width, 0.5 * mm)
    room = width - qr.width - 4 * mm
    style = _style(8.6, leading=11.4)
    due = f"Hẹn trả: <font name='{_BOLD}' size='10.5'>{record.due:%H:%M %d/%m/%Y}</font>"
    story = [
        Paragraph(escape(_short(record.matter, 110)), style),
        Paragraph(due, _style(9.4, leading=13)),
        Paragraph(f"Nhận: {record.received:%H:%M %d/%m/%Y} · Sổ: {record.number}/{record.received:%Y}", style),
    ]
    y = height - 22 * mm
    for paragraph in story:
        _, tall = paragraph.wrap(room, height)
        y -= tall
        paragraph.drawOn(canvas, 4 * mm, y)
    canvas.save()
    return out.getvalue()


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
