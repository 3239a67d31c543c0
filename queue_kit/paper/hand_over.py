"""The sheet that a technician leaves behind: which device, what was checked, who gave it and who took it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PIL import Image

from queue_kit.paper.layout import BODY_DOTS, Sheet
from queue_kit.paper.slip import VIET_NAM
from queue_kit.paper.typesetting import font_of

_SMALL_DOTS: Final = 30
_INDENT_DOTS: Final = 40
_SIGN_DOTS: Final = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What stands on it. ``facts``: a line each; ``checks``: (mark, what, what to do: empty where all is well)."""

    device: str
    at: datetime
    facts: tuple[str, ...]
    checks: tuple[tuple[str, str, str], ...]


def draw_hand_over(said: HandOver, width_dots: int = 576) -> Image.Image:
    """Draw it: Pillow mode ``1``, ``width_dots`` wide; in Vietnamese, as the office signs it. ``said.at`` aware."""
    sheet = Sheet(width_dots)
    body, strong, small = font_of("medium", BODY_DOTS), font_of("bold", BODY_DOTS), font_of("medium", _SMALL_DOTS)
    bold = font_of("bold", _SMALL_DOTS)
    sheet.text("BIÊN BẢN", strong)
    sheet.text("BÀN GIAO THIẾT BỊ", strong)
    sheet.text(said.device, strong)
    sheet.text(said.at.astimezone(VIET_NAM).strftime("%H:%M · %d/%m/%Y"), body)
    for fact in said.facts:
        sheet.text(fact, small)
    sheet.gap(10)
    sheet.rule()
    sheet.gap(10)
    for mark, what, to_do in said.checks:
        sheet.text(f"{mark} · {what}", bold if to_do else small, left=8, width=width_dots - 16)
        if to_do:
            sheet.text(to_do, small, left=_INDENT_DOTS, width=width_dots - _INDENT_DOTS - 8)
        sheet.gap(4)
    sheet.gap(10)
    sheet.rule()
    for who in ("Người bàn giao (ký, ghi rõ họ tên)", "Người nhận (ký, ghi rõ họ tên)"):
        sheet.gap(14)
        sheet.text(who, small)
        sheet.room(_SIGN_DOTS)
        sheet.gap(_SIGN_DOTS)
        sheet.rule(dotted=True)
    return sheet.finish()
