"""Draws the board with the longest words an office may configure and writes what is cut or too large. A program.

board_probe.py OUT.json [PICTURES]   (DISPLAY names an X server)
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from queue_kit.screen import boot, fonts

WIDTH, HEIGHT = 1920, 1080
boot.prepare(size=(WIDTH, HEIGHT))
fonts.register()

from kivy.base import EventLoop  # noqa: E402

EventLoop.ensure_window()
from kivy.core.window import Window  # noqa: E402
from kivy.uix.label import Label  # noqa: E402

from queue_core.office import Office  # noqa: E402
from queue_core.office_file import read_office  # noqa: E402
from queue_display.board.page_widgets import FitLines  # noqa: E402
from queue_display.board.pages import pages_of  # noqa: E402
from queue_display.board.picture import (  # noqa: E402
    CounterLine,
    Guidance,
    Large,
    Picture,
    Results,
    Row,
    ServiceLine,
)
from queue_display.board.screen import BoardScreen  # noqa: E402
from queue_display.board.widgets import FitText  # noqa: E402

SHIPPED = read_office(Path(__file__).parents[2] / "queue_hub/offices/commune.yaml")
#: 50 letters, and 200 on five lines or four, as wide as Vietnamese gets
WIDE_TITLE = "Đăng ký thường trú, tạm trú và xoá đăng ký cư trú"
WIDE_TEXTS = (
    "\n".join(["Giấy tờ chứng minh chỗ ở hợp pháp mới"] * 5),
    "\n".join(["Giấy tờ chứng minh chỗ ở hợp pháp mới của gia đình"[:49]] * 4),
    ("Giấy tờ chứng minh chỗ ở hợp pháp mới của gia đình " * 4)[:200],
)
WIDE_ENGLISH = ("Proof of the new lawful residence, original. " * 5)[:200]


def picture(office: Office, guidance: tuple[Guidance, ...]) -> Picture:
    """A full morning of the office."""
    return Picture(
        office=office.name["vi"],
        office_en=office.name["en"],
        clock="09:41",
        day="Thứ Hai, 23/11/2026",
        large=Large("HT-015", 12, True, "en", False, "called"),
        rows=tuple(Row(f"A{n:03d}", n, n % 2 == 0, "called") for n in range(1, 7)),
        counters=tuple(
            CounterLine(c.number, (c.name or {"vi": ""})["vi"], "C1003", "busy", ("", "")) for c in office.counters
        ),
        services=tuple(ServiceLine(s.name["vi"], 12, "100–120 phút") for s in office.leaves()),
        waiting=120,
        notices=tuple((n["vi"], n["en"]) for n in office.notices),
        guidance=guidance,
        results=Results(("Tháng 11/2026", "November 2026"), "12.345", "12.340", "100 %"),
        ready=("000.17.22.H56-210531-0001", "H10.35.7-261123-0007"),
    )


def faults(screen: BoardScreen, page: str) -> list[dict[str, Any]]:
    """What a citizen could not read, or a Pi not draw."""
    found: list[dict[str, Any]] = []
    for label in (w for w in screen.walk() if isinstance(w, Label) and w.text and w.opacity):
        wide, high = label.texture_size
        where = {"page": page, "text": label.text}
        if isinstance(label, FitText) and label.text != label.words:
            found.append({"what": "cut", **where})
        if max(wide, high) > 2048:
            found.append({"what": "texture", **where})
        if wide > label.width + 3 and label.text_size[0] is None:
            found.append({"what": "wider than its place", **where, "wide": wide, "place": label.width})
        if isinstance(label, FitText) and high > label.height + 0.8 * label.font_size:
            found.append({"what": "higher than its place", **where, "high": high, "place": label.height})
        left, bottom = label.to_window(label.x, label.y)
        if left < -1 or bottom < -1 or left + label.width > WIDTH + 1 or bottom + label.height > HEIGHT + 1:
            found.append({"what": "off the screen", **where})
    for lines in (w for w in screen.walk() if isinstance(w, FitLines) and w.children):
        lowest = min(child.y for child in lines.children)
        if lowest < lines.y - 1:
            found.append({"what": "runs out of its place", "page": page, "text": lines.words, "by": lines.y - lowest})
    return found


def main() -> None:
    """Draw every page and write the faults."""
    screen = BoardScreen(now_s=0)
    Window.add_widget(screen)
    shipped = tuple(Guidance((g.title["vi"], g.title["en"]), (g.text["vi"], g.text["en"])) for g in SHIPPED.guidance)
    longest = tuple(Guidance((WIDE_TITLE, WIDE_TITLE), (text, WIDE_ENGLISH)) for text in WIDE_TEXTS)
    full = picture(SHIPPED, (*shipped, *longest))
    found: list[dict[str, Any]] = []
    drawn = 0
    for page in pages_of(full, ()):
        screen.show(full, (), 0.0)
        screen.side.show(page)
        for _ in range(3):
            EventLoop.idle()
        drawn += 1
        found += faults(screen, f"{page.kind} {page.part}")
        if len(sys.argv) > 2:
            Window.screenshot(name=str(Path(sys.argv[2]) / f"{drawn:02d}-{page.kind}.png"))
    for state in ("called", "serving"):
        khmer = replace(full, large=Large("HT-015", 12, False, "km", False, state))  # type: ignore[arg-type]
        screen.show(khmer, (), 0.0)
        for _ in range(3):
            EventLoop.idle()
        found += faults(screen, f"khmer {state}")
        if len(sys.argv) > 2:
            Window.screenshot(name=str(Path(sys.argv[2]) / f"khmer-{state}.png"))
    closed = replace(full, large=None, rows=(), open=False, message=("Hôm nay đã ngừng nhận số lúc 16:30. " * 2, ""))
    screen.show(closed, (), 0.0)
    for _ in range(3):
        EventLoop.idle()
    found += faults(screen, "closed")
    Path(sys.argv[1]).write_text(json.dumps({"pages": drawn, "faults": found}, ensure_ascii=False))


main()
