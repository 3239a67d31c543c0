"""A page to print and scan from: how a scanner is set up so that the kiosk understands it, and codes to try it with.

Drawn by reportlab, bars as vectors, so that any printer's dots make them sharp. Each code stands alone with room
around it: a scanner must not catch its neighbour.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import segno
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kiosk.scanning.makers import TRIALS, Maker, Step
from queue_kit.fonts import find_font

#: reportlab's sign for FNC3: "what follows is for the reader itself" (ISO/IEC 15417)
FNC3: Final = "\xf3"
_PLAIN, _BOLD = "sheet-plain", "sheet-bold"
_BAR: Final = 0.33 * mm
_BARS_HIGH: Final = 13 * mm
_LEFT: Final = 20 * mm
_CODES_LEFT: Final = 98 * mm


def draw_sheet(maker: Maker, path: Path) -> None:
    """Write the page as PDF. Raises :class:`OSError` when the file cannot be written."""
    pdfmetrics.registerFont(TTFont(_PLAIN, str(find_font("regular"))))
    pdfmetrics.registerFont(TTFont(_BOLD, str(find_font("bold"))))
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle(f"Motcua: {maker.name}")
    page = _Page(canvas)
    page.line(f"Cài đặt máy quét: {maker.name}", _BOLD, 22, 10)
    page.line(f"Scanner set-up: {maker.name} · {maker.models}", _PLAIN, 11, 8)
    commands = any(step.command for step in maker.steps)
    if commands:
        page.line(
            "Quét lần lượt từng mã từ trên xuống; lấy tay che các mã khác. Máy kêu báo sau mỗi mã.", _PLAIN, 11, 6
        )
        page.line("Scan the codes from the top down, one by one; cover the others with a hand.", _PLAIN, 10, 9)
    else:
        page.line("Tìm các mã cài đặt sau trong sách hướng dẫn của hãng và quét lần lượt.", _PLAIN, 11, 6)
        page.line("Find these settings in the maker's guide and scan its codes in this order.", _PLAIN, 10, 9)
    for number, step in enumerate(maker.steps, 1):
        page.step(number, step)
    page.rule()
    page.line("Thử lại", _BOLD, 16, 7)
    page.line(
        "Mở chương trình soạn thảo, quét ba mã dưới đây: chữ hiện ra phải đúng từng ký tự, mỗi mã một dòng.",
        _PLAIN,
        11,
        6,
    )
    page.line("In any editor the three codes must give exactly these lines.", _PLAIN, 10, 9)
    for text, what in TRIALS:
        page.trial(text, what)
    page.foot(maker)
    canvas.save()


class _Page:
    """Writes from the top down. ``y``: where the next line begins."""

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._y = A4[1] - 20 * mm

    def line(self, text: str, font: str, size: float, room_mm: float, left: float = _LEFT) -> None:
        self._write(text, font, size, left, self._y - size)
        self._y -= room_mm * mm

    def _write(self, text: str, font: str, size: float, left: float, y: float) -> None:
        """One line, made smaller where the page is too narrow for it."""
        room = A4[0] - _LEFT - left
        size = min(size, size * room / pdfmetrics.stringWidth(text, font, size))
        self._canvas.setFont(font, size)
        self._canvas.drawString(left, y, text)

    def rule(self) -> None:
        self._y -= 2 * mm
        self._canvas.line(_LEFT, self._y, A4[0] - _LEFT, self._y)
        self._y -= 3 * mm

    def step(self, number: int, step: Step) -> None:
        top = self._y
        self._canvas.setFont(_BOLD, 14)
        self._canvas.drawString(_LEFT, top - 14, f"{number}.")
        self._canvas.drawString(_LEFT + 8 * mm, top - 14, step.vi)
        self._canvas.setFont(_PLAIN, 10)
        if step.en != step.vi:
            self._canvas.drawString(_LEFT + 8 * mm, top - 14 - 6 * mm, step.en)
        if step.command:
            self._bars(FNC3 + step.command, step.command, top)
            self._y = top - _BARS_HIGH - 11 * mm
        else:
            self._y = top - 14 * mm

    def trial(self, text: str, what: str) -> None:
        top = self._y
        self._canvas.setFont(_BOLD, 13)
        self._canvas.drawString(_LEFT, top - 14, text)
        self._canvas.setFont(_PLAIN, 10)
        self._canvas.drawString(_LEFT, top - 14 - 6 * mm, what)
        if what == "QR":
            self._squares(text, top)
            self._y = top - 26 * mm
        else:
            self._bars(text, "", top)
            self._y = top - _BARS_HIGH - 8 * mm

    def _bars(self, text: str, words: str, top: float) -> None:
        drawn = Code128(text, barWidth=_BAR, barHeight=_BARS_HIGH, quiet=False)
        left = A4[0] - _LEFT - drawn.width if drawn.width > A4[0] - _LEFT - _CODES_LEFT else _CODES_LEFT
        drawn.drawOn(self._canvas, left, top - _BARS_HIGH)
        if words:
            self._canvas.setFont(_PLAIN, 9)
            self._canvas.drawString(left, top - _BARS_HIGH - 4 * mm, words)

    def _squares(self, text: str, top: float) -> None:
        size = 0.8 * mm
        for row, squares in enumerate(segno.make(text, micro=False, error="m").matrix_iter(border=0)):
            for column, dark in enumerate(squares):
                if dark:
                    self._canvas.rect(_CODES_LEFT + column * size, top - (row + 1) * size, size, size, stroke=0, fill=1)

    def foot(self, maker: Maker) -> None:
        lines = [
            "Sai chữ: bố cục không phải Mỹ. Không xuống dòng: thiếu Enter. Không ra gì: Code 128 hoặc QR đang tắt.",
            "Wrong letters: the layout is not US. No new line: no Enter. Nothing at all: Code 128 or QR is off.",
        ]
        if maker.guide:
            lines.append(f"{maker.name}: {maker.guide}. Kiểu máy khác nhau: xem sách của hãng khi máy không nhận mã.")
        for index, text in enumerate(reversed(lines)):
            self._write(text, _PLAIN, 9, _LEFT, 12 * mm + index * 5 * mm)
