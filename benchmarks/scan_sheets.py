"""What is held up to the camera in `motcua bench scan`: receipts of print with a code, drawn large.

No photograph, and nobody's code: every text is made up from the chance that is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import segno
from barcode import Code128
from PIL import Image, ImageDraw

from queue_kit.paper.typesetting import font_of

_UNITS: Final = ("000.17.22.H56", "000.00.14.H56", "H55.242", "G09.20", "000.25.30.H38", "H01.102.7")
_WORDS: Final = (
    "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Bộ phận Tiếp nhận và Trả kết quả", "Hộ tịch, chứng thực",
    "Thành phần hồ sơ nộp gồm", "Tờ khai theo mẫu: 01 bản chính", "Thời gian nhận hồ sơ: 8 giờ 15 phút",
    "Thời gian trả kết quả: 15 giờ 30 phút", "Đăng ký nhận kết quả tại quầy số 3", "Lệ phí: 8.000 đồng",
    "Người nộp hồ sơ (ký và ghi rõ họ tên)", "Người tiếp nhận", "Mời quý vị giữ giấy này để nhận kết quả",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet drawn large; ``module_px``: of its code."""

    image: Image.Image
    module_px: float
    symbology: str = ""
    text: str | None = None


def dossier_text(chance: np.random.Generator) -> str:
    """A code of the national shape that no office gave."""
    day = f"{chance.integers(19, 26):02d}{chance.integers(1, 13):02d}{chance.integers(1, 29):02d}"
    return f"{_UNITS[chance.integers(len(_UNITS))]}-{day}-{chance.integers(1, 9999):04d}"


def _qr_text(chance: np.random.Generator) -> str:
    match chance.integers(4):
        case 0:
            return f"https://dichvucong.gov.vn/p/home/tra-cuu?ma={dossier_text(chance)}"
        case 1:
            return f"MOTCUA-BOOKING:{chance.integers(10**6):06d}"
        case 2:
            return f"Hồ sơ {dossier_text(chance)} hẹn trả lúc 15 giờ"
        case _:
            return dossier_text(chance)


def code128(text: str, module: int, high: int) -> Image.Image:
    """Bars with their quiet zones, so many pixels a module and so many high."""
    bits = np.array([bit == "1" for bit in Code128(text).build()[0]])
    line = np.where(np.repeat(bits, module), 0, 255).astype(np.uint8)
    return Image.fromarray(np.tile(np.pad(line, 12 * module, constant_values=255), (high, 1)))


def _qr(text: str, module: int) -> Image.Image:
    code = segno.make(text, micro=False, error="m", boost_error=False)
    bits = np.array([list(row) for row in code.matrix_iter(border=4)], dtype=bool)
    return Image.fromarray(np.where(np.kron(bits, np.ones((module, module), dtype=bool)), 0, 255).astype(np.uint8))


def written(wide: int, high: int, chance: np.random.Generator, top: int = 30, size: int = 44) -> Image.Image:
    """Paper with lines of print."""
    paper = Image.new("L", (wide, high), 246)
    pen = ImageDraw.Draw(paper)
    while top < high - size * 2:
        pen.text(
            (40, top),
            _WORDS[chance.integers(len(_WORDS))],
            font=font_of("regular", size),
            fill=int(chance.integers(10, 60)),
        )
        top += round(size * chance.uniform(1.4, 2.4))
        if chance.random() < 0.2:
            pen.line((40, top, wide - 40, top), fill=40, width=3)
            top += 16
    return paper


def drawn_sheet(chance: np.random.Generator, *, qr: bool, text: str = "") -> Sheet:
    """A receipt: print, and the code with its letters below."""
    if qr:
        module, text, symbology = 10, text or _qr_text(chance), "qr"
        code = _qr(text, module)
    else:
        module, text, symbology = 4, text or dossier_text(chance), "code128"
        code = code128(text, module, int(chance.integers(130, 260)))
    wide = code.width + int(chance.integers(60, 500))
    paper = written(wide, code.height + int(chance.integers(500, 900)), chance, size=int(chance.integers(34, 54)))
    left, top = (
        int(chance.integers(10, wide - code.width - 10)),
        int(chance.integers(150, paper.height - code.height - 120)),
    )
    pen = ImageDraw.Draw(paper)
    pen.rectangle((left, top - 12, left + code.width, top + code.height + 64), fill=246)
    paper.paste(code, (left, top))
    if symbology == "code128":
        pen.text(
            (left + code.width // 2, top + code.height + 4), text, font=font_of("regular", 44), fill=20, anchor="ma"
        )
    # What the camera is aimed at lies in the sheet's middle.
    middle = (left + code.width // 2, top + code.height // 2)
    wider = max(middle[0], wide - middle[0]) * 2, max(middle[1], paper.height - middle[1]) * 2
    centred = Image.new("L", wider, 0)
    alpha = Image.new("L", wider, 0)
    at = wider[0] // 2 - middle[0], wider[1] // 2 - middle[1]
    centred.paste(paper, at)
    alpha.paste(255, (*at, at[0] + wide, at[1] + paper.height))
    return Sheet(Image.merge("LA", (centred, alpha)), module, symbology, text)
