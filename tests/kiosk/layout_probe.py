"""Builds every screen of one or more panels and writes what is wrong with its layout, as JSON lines. Run as a program.

layout_probe.py PANEL[,PANEL…] OUT.json [PICTURES [contrast]]   (DISPLAY names an X server)
PANEL: WIDTHxHEIGHT[@LOWER_EDGE_MM][/INCHES][+usual|+large]

INCHES: the panel's diagonal, 21.5 unless said; every length is judged in true millimetres. A screen is laid out in
pixels of its panel whatever the window's size, so one process looks at all of them. ``+large``: with large letters
only. A line also says how many times its letters are drawn (``scale``). PROBE_STATES=1: only whether two states of a
screen differ by more than a colour.
"""

from __future__ import annotations

import gc
import itertools
import json
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from queue_kit.screen import boot, fonts


@dataclass(frozen=True, slots=True)
class Panel:
    """A kiosk's screen as it hangs. ``larges``: which letters are looked at."""

    name: str
    screen: boot.Screen
    lower_edge_mm: float
    moved: bool
    larges: tuple[bool, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a PANEL of the command line."""
        panel, _, letters = text.partition("+")
        hung, _, inches = panel.partition("/")
        size, _, edge = hung.partition("@")
        width, height = boot.parse_size(size)
        dpi = math.hypot(width, height) / float(inches or boot.REFERENCE_DIAGONAL_INCH)
        larges = {"": (False, True), "usual": (False,), "large": (True,)}[letters]
        return cls(text, boot.Screen(width=width, height=height, dpi=dpi), float(edge or 800), bool(edge), larges)


PANELS = tuple(Panel.read(text) for text in sys.argv[1].split(","))
# Pictures are drawn into a texture: the window only has to be there.
boot.prepare(size=(640, 480), dpi=PANELS[0].screen.dpi)
fonts.register()

from kivy.base import EventLoop  # noqa: E402

EventLoop.ensure_window()
from kivy.uix.label import Label  # noqa: E402

from kiosk import session as s  # noqa: E402
from kiosk.frame import REACH_BOTTOM_MM, REACH_TOP_MM, frame_of, large_most  # noqa: E402
from kiosk.screens.base import View  # noqa: E402
from kiosk.screens.number_parts import SlidingSlip  # noqa: E402
from kiosk.screens.overlays import Veil  # noqa: E402
from kiosk.screens.paged import PagedScreen  # noqa: E402
from kiosk.screens.tiles import Tile  # noqa: E402
from kiosk.stage import Stage  # noqa: E402
from kiosk.words import clock_words, date_words, local_date  # noqa: E402
from queue_core.wire.messages import ErrorBody, Lobby, Wait  # noqa: E402
from queue_kit.screen.measures import longest_word_px  # noqa: E402
from queue_kit.screen.theme import CAPITAL_EM, CAPITAL_MM, NOTE_CAPITAL_MM, Theme, contrast  # noqa: E402
from queue_kit.screen.touchable import Card, Touchable  # noqa: E402
from queue_kit.screen.widgets import Icon, OneLine, Words  # noqa: E402
from tests.kiosk import dossier_sample, rating_sample, real_procedures, shelf_sample, technician_sample  # noqa: E402
from tests.kiosk import office_sample as office  # noqa: E402

WORDS_CONTRAST, NUMBER_CONTRAST = 4.5, 7.0
LEAST_TOUCH_MM, LEAST_GAP_MM = 16.0, 2.9
#: PROBE_ONLY=reading,procedure: for whoever works on some screens
ONLY = tuple(filter(None, os.environ.get("PROBE_ONLY", "").split(",")))
#: PROBE_REAL=longest or everything: the national portal's procedures instead, with the usual letters
REAL = os.environ.get("PROBE_REAL", "")
#: PROBE_LANGUAGES=km: another than the two that every office offers
LANGUAGES = os.environ.get("PROBE_LANGUAGES", "vi,en").split(",")
S = s.Screen
#: longer than any procedure of the national portal (919 characters)
ABSURD = f"{office.LONG}; " * 13


def lobbies() -> dict[str, Lobby]:
    closed = office.both(
        "Hôm nay đã ngừng nhận số lúc 16:30. Mời quay lại 7:30 sáng thứ Hai, 23/11.",
        "Numbers ended today at 16:30. Please come back on Monday 23/11 at 7:30.",
    )
    return {
        "usual": office.lobby(),
        "closed": office.lobby(open=False, message=closed),
        "many": office.lobby(services=[*office.many_services(), office.services()[-1]]),
        "absurd": office.lobby(services=[office.service("absurd", office.both(ABSURD, ABSURD), "file-text")]),
        "bare": office.lobby(services=office.services()[:2], priorities=[], bookings=False),
    }


def cases() -> dict[str, tuple[s.Visit, s.Seen]]:
    offered = list(dict.fromkeys(("vi", "en", *LANGUAGES)))
    known = {name: s.Seen(lobby=lobby.model_copy(update={"languages": offered})) for name, lobby in lobbies().items()}
    usual = known["usual"]
    away = replace(usual, hub_away=True)
    full = office.ticket(
        number="HT-1015",
        priority="cao-tuoi",
        priority_name=office.both("Người cao tuổi (từ 60 tuổi)", "Aged 60 or over"),
        service_name=office.both(office.LONG, office.LONG_EN),
        counters=[2, 3, 12],
        wait=Wait(ahead=23, low_min=70, high_min=105, passes_closing=True),
    )

    def number(**more: Any) -> s.Visit:
        return s.Visit(screen=S.NUMBER, **{"ticket": office.ticket(), "slip": s.Slip.PRINTED, **more})

    def trouble(key: str) -> s.Visit:
        words = (
            "Đất đai, xây dựng và đô thị đã phát hết 60 số hôm nay. Mời quay lại 7:30 sáng thứ Ba, 24/11.",
            "Land, construction and urban affairs has given all its 60 numbers. Please come back on Tuesday at 7:30.",
        )
        return s.Visit(screen=S.TROUBLE, trouble=ErrorBody(key=key, vi=words[0], en=words[1]))

    found = {
        "home": (s.Visit(), usual),
        "home-away": (s.Visit(), away),
        "home-closed": (s.Visit(), known["closed"]),
        "home-bare": (s.Visit(), known["bare"]),
        "home-start": (s.Visit(), s.Seen()),
        "services": (s.Visit(screen=S.SERVICES), usual),
        "services-bare": (s.Visit(screen=S.SERVICES), known["bare"]),
        "services-chosen": (s.Visit(screen=S.SERVICES, priority="con-nho"), usual),
        "group": (s.Visit(screen=S.SERVICES, group="kinh-te"), usual),
        "group-2": (s.Visit(screen=S.SERVICES, group="kinh-te", page=1), usual),
        "priority": (s.Visit(screen=S.PRIORITY), usual),
        "check-in": (s.Visit(screen=S.CHECK_IN, digits="402"), usual),
        "check-in-6": (s.Visit(screen=S.CHECK_IN, digits="402918"), usual),
        "asking": (s.Visit(screen=S.ASKING), usual),
        "number": (number(), usual),
        "number-printing": (number(slip=s.Slip.PRINTING), usual),
        "number-out": (number(slip=s.Slip.FAILED, slip_error="paper.out"), usual),
        "number-none": (number(slip=s.Slip.FAILED, slip_error="paper.none"), usual),
        "number-full": (number(ticket=full), usual),
        "number-full-out": (number(ticket=full, slip=s.Slip.FAILED, slip_error="paper.fault"), usual),
        "attract": (s.Visit(screen=S.ATTRACT), usual),
        "attract-away": (s.Visit(screen=S.ATTRACT), away),
        "still": (s.Visit(screen=S.SERVICES, overlay=s.Overlay.STILL_THERE), usual),
        "help": (s.Visit(overlay=s.Overlay.HELP, help_ok=True), usual),
        "help-no": (s.Visit(overlay=s.Overlay.HELP, help_ok=False), usual),
        "folded": (s.Visit(screen=S.SERVICES), known["absurd"]),
        "whole": (s.Visit(screen=S.SERVICES, overlay=s.Overlay.WHOLE, reading="absurd"), known["absurd"]),
        "look": (s.Visit(overlay=s.Overlay.LOOK), usual),
    }
    reached = office.lobby(languages=offered, public_url="https://dichvucong.vinhtrung.danang.example.gov.vn")
    known_all = replace(usual, lobby=reached, shelf=shelf_sample.shelf())
    found |= {name: (visit, known_all) for name, visit in shelf_sample.visits().items()}
    found["home-all"] = (s.Visit(), known_all)
    found["home-all-away"] = (s.Visit(), replace(away, shelf=shelf_sample.shelf()))
    found["home-all-closed"] = (s.Visit(), replace(known["closed"], shelf=shelf_sample.shelf()))
    with_dossiers = replace(usual, lobby=dossier_sample.lobby(), shelf=shelf_sample.shelf())
    for name, visit in (dossier_sample.visits() | dossier_sample.troubles()).items():
        if ONLY or name in dossier_sample.USUAL:
            found[name] = (visit, with_dossiers)
    found["home-dossiers"] = (s.Visit(), with_dossiers)
    found["home-dossiers-closed"] = (s.Visit(), replace(with_dossiers, lobby=dossier_sample.lobby(open=False)))
    found["procedure-away"] = (found["procedure"][0], replace(away, shelf=shelf_sample.shelf()))
    for page in range(3):
        found[f"many-{page}"] = (s.Visit(screen=S.SERVICES, page=page), known["many"])
    for name, visit in technician_sample.visits().items():
        if ONLY or name in technician_sample.USUAL:
            found[name] = (visit, usual)
    found |= rating_sample.cases(office.lobby(), shelf_sample.shelf())
    for key in ("hub.away", "service.limit_reached", "booking.unknown", "request.busy", "internal"):
        found[f"trouble-{key}"] = (trouble(key), away if key == "hub.away" else usual)
    return found


def looks(panel: Panel) -> list[tuple[str, bool, bool]]:
    """Language, large, high contrast. High contrast changes colours and no place: looked at once, in one language."""
    wanted = len(sys.argv) > 4
    usual = [(lang, large, wanted) for lang, large in itertools.product(("vi",) if REAL else LANGUAGES, panel.larges)]
    once = panel is PANELS[0] and not (wanted or panel.moved or REAL) and LANGUAGES[0] == "vi"
    return [*usual, ("vi", False, True)] if once else usual


def walk(widget: Any) -> Iterator[Any]:
    yield widget
    for child in widget.children:
        yield from walk(child)


def ink(label: Label) -> tuple[float, float, float, float]:
    """Where a label's letters are: its texture, without the room that lines keep above and below."""
    wide, high = label.texture_size
    # With a width to wrap at, the texture is as wide as the widget; the longest line is what is drawn.
    left = label.center_x - wide / 2
    # One line holds digits or a word: the room of its line above and below is empty.
    slack = max(0.0, high / 2 - label.font_size * 0.45) if isinstance(label, OneLine) else label.font_size * 0.24
    return left, label.center_y - high / 2 + slack, left + wide, label.center_y + high / 2 - slack


def problems(stage: Stage, theme: Theme, panel: Panel) -> list[str]:
    top = stage.sheet or stage.screen
    labels = [w for w in walk(top) if isinstance(w, Label) and w.text and not isinstance(w, Icon)]
    for label in labels:
        label.texture_update()
    found = [
        *cut_words(labels, panel.screen),
        *overlaps(labels),
        *small_letters(labels, theme),
        *faint(top, theme),
        *hidden(top),
        *by_colour_alone(top),
    ]
    if type(stage.screen).__name__ != "AttractScreen":
        targets = [w for w in walk(top) if isinstance(w, Touchable) and not isinstance(w, Veil)]
        found += [*bad_targets(targets, theme, panel), *pressed_unseen(targets)]
    if stage.sheet is None and stage.screen and stage.screen.band and not stage.screen.named:
        heads = [w for w in walk(stage.screen.band) if isinstance(w, Label) and w.font_name == fonts.BOLD]
        found += [f"a question cut: {head.text!r}" for head in heads if "…" in head.text]
    tiles = [w for w in walk(top) if isinstance(w, Tile) and w.name_words.text.endswith("…")]
    # What is folded opens.
    folded = [w.name_words.text for w in tiles if not (w.spec.whole and w.spec.act is w.spec.whole)]
    return found + [f"folded: {text!r}" for text in folded]


def cut_words(labels: list[Label], screen: boot.Screen) -> Iterator[str]:
    for label in labels:
        left, bottom, right, upper = ink(label)
        if left < -1 or bottom < -1 or right > screen.width + 1 or upper > screen.height + 1:
            yield f"outside the screen: {label.text!r}"
        if label.texture_size[1] > label.height + 2 and not isinstance(label, OneLine):
            yield f"higher than its place: {label.text!r} {label.texture_size} in {label.size}"
        if isinstance(label, Words) and longest_word_px(label.text, label.font_name, label.font_size) > label.width + 2:
            yield f"a word is broken: {label.text!r} in {label.width}"
        if isinstance(label, OneLine) and label.texture_size[0] > label.width + 3:
            yield f"wider than its place: {label.text!r}"


def small_letters(labels: list[Label], theme: Theme) -> Iterator[str]:
    """Capitals lower than the least; nothing is judged by its pixels."""
    for label in labels:
        if isinstance(label.parent, SlidingSlip):
            # The picture of a slip: its number stands beside it in large.
            continue
        note = bool(getattr(label, "note", False))
        least_mm = (NOTE_CAPITAL_MM if note else CAPITAL_MM) * theme.scale
        capital_mm = label.font_size * CAPITAL_EM / theme.mm(1)
        if capital_mm < least_mm - 0.05:
            yield f"too small to read ({capital_mm:.1f} mm, at least {least_mm:.1f}): {label.text!r}"


def drawn(widget: Any) -> Iterator[Any]:
    """A tree in the order in which it is drawn."""
    yield widget
    for child in reversed(widget.children):
        yield from drawn(child)


def faint(top: Any, theme: Theme) -> Iterator[str]:
    """Words that stand out too little from what lies below them, at rest or pressed (WCAG 2.2, 1.4.3 and 1.4.6)."""
    below: list[Card] = []
    for widget in drawn(top):
        if isinstance(widget, Card) and widget.fill[3] == 1:
            below.append(widget)
        if not isinstance(widget, Label) or not widget.text or isinstance(widget.parent, SlidingSlip):
            continue
        grounds = [theme.c.ground]
        for card in below:
            if card.collide_point(*widget.center):
                grounds = [tuple(card.fill)]
                if isinstance(card, Touchable):
                    grounds.append(tuple(card.fill_pressed))
        # Icons beside a word are held to what graphics are held to (1.4.11).
        least = 3.0 if isinstance(widget, Icon) else NUMBER_CONTRAST if is_number(widget) else WORDS_CONTRAST
        ratio = min(contrast(tuple(widget.color), ground) for ground in grounds)
        if ratio < least:
            yield f"too faint ({ratio:.1f}, at least {least}): {widget.text!r}"


def hidden(top: Any) -> Iterator[str]:
    """Words that run under a card drawn later."""
    order = list(drawn(top))
    for at, label in enumerate(order):
        if not isinstance(label, Words) or not label.text:
            continue
        left, bottom, right, upper = ink(label)
        for card in order[at + 1 :]:
            if not isinstance(card, Card) or card.fill[3] < 1:
                continue
            across, along = min(right, card.right) - max(left, card.x), min(upper, card.top) - max(bottom, card.y)
            if across > 3 and along > 3:
                yield f"hidden: {label.text!r}"


def is_number(label: Label) -> bool:
    return isinstance(label, OneLine) and any(sign.isdigit() for sign in label.text)


def by_colour_alone(top: Any) -> Iterator[str]:
    for tile in (w for w in walk(top) if isinstance(w, Tile)):
        if tile.spec.closed and not tile.spec.foot:
            yield f"closed, but only its colour says so: {tile.spec.name!r}"


def pressed_unseen(targets: list[Touchable]) -> Iterator[str]:
    """What is pressed must look so without its colours, too: it sinks."""
    for target in targets:
        usual = target.drawn_size
        target.pressed = True
        if min(a - b for a, b in zip(usual, target.drawn_size, strict=True)) < 1:
            yield f"pressed, but only its colour says so: {target.says}"
        target.pressed = False


def signs(stage: Stage) -> list[str]:
    """All words and icons of a screen in their order: what is left of it for whoever sees no colours."""
    return [w.text for w in walk(stage.sheet or stage.screen) if isinstance(w, Label) and w.text]


def states() -> dict[str, tuple[tuple[s.Visit, s.Seen], tuple[s.Visit, s.Seen]]]:
    """The same screen in two states that a citizen must tell apart."""
    usual = s.Seen(lobby=office.lobby())
    rated = s.Seen(lobby=rating_sample.rated_lobby())
    dossiers = s.Seen(lobby=dossier_sample.lobby())
    services = s.Visit(screen=S.SERVICES)
    shut = [one.model_copy(update={"open": False}) for one in office.services()]
    one_shut = [*office.services()[:1], shut[1], *office.services()[2:]]
    number = s.Visit(screen=S.NUMBER, ticket=office.ticket(), slip=s.Slip.PRINTED)
    look, helped = s.Visit(overlay=s.Overlay.LOOK), s.Visit(overlay=s.Overlay.HELP, help_ok=True)
    why = s.Visit(screen=S.RATE_WHY, opinion=rating_sample.opinion(1))
    found = {
        "priority chosen": (services, replace(services, priority="con-nho"), usual),
        "a class chosen": (s.Visit(screen=S.PRIORITY), s.Visit(screen=S.PRIORITY, priority="cao-tuoi"), usual),
        "large letters": (look, replace(look, large=True), usual),
        "high contrast": (look, replace(look, high_contrast=True), usual),
        "help on its way": (replace(helped, help_ok=None), helped, usual),
        "help failed": (helped, replace(helped, help_ok=False), usual),
        "a reason chosen": (why, replace(why, opinion=rating_sample.opinion(1, reasons=("time",))), rated),
        "slip printing": (number, replace(number, slip=s.Slip.PRINTING), usual),
        "slip failed": (number, replace(number, slip=s.Slip.FAILED, slip_error="paper.out"), usual),
        "a priority number": (
            number,
            replace(number, ticket=office.ticket(priority="x", priority_name=office.both("Người có công", "Merit"))),
            usual,
        ),
    }
    for scale in (3, 4, 5):
        faces = s.Visit(screen=S.RATE_FACES, opinion=rating_sample.opinion(None, scale))
        for value in range(1, scale + 1):
            found[f"face {value} of {scale} chosen"] = (
                faces, replace(faces, opinion=rating_sample.opinion(value, scale)), rated,
            )  # fmt: skip
    known = dossier_sample.visits()
    pairs = {name: ((a, seen), (b, seen)) for name, (a, b, seen) in found.items()}
    pairs["a service closed"] = ((services, usual), (services, s.Seen(lobby=office.lobby(services=one_shut))))
    pairs["the office closed"] = ((s.Visit(), usual), (s.Visit(), s.Seen(lobby=office.lobby(open=False))))
    pairs["the hub away"] = ((s.Visit(), usual), (s.Visit(), replace(usual, hub_away=True)))
    steps = [name for name in dossier_sample.USUAL if name in known and known[name].screen is S.DOSSIER]
    steps = [name for name in steps if not known[name].page]
    for one, other in itertools.pairwise(steps):
        pairs[f"{one} or {other}"] = ((known[one], dossiers), (known[other], dossiers))
    return pairs


def told_by_colour(panel: Panel) -> Iterator[dict[str, Any]]:
    """Two states of a screen that show the same words and icons differ by colour alone."""
    stage = Stage(size=(panel.screen.width, panel.screen.height), size_hint=(None, None))
    for large, (name, pair) in itertools.product(panel.larges, states().items()):
        seen = []
        for visit, known in pair:
            theme = Theme(screen=panel.screen, large=large, large_most=large_most(panel.screen, panel.lower_edge_mm))
            frame = frame_of(theme, panel.lower_edge_mm)
            pages: list[list[str]] = []
            for page in range(s.MAX_PAGES):
                view = View(visit=replace(visit, page=page), seen=known, theme=theme, frame=frame, send=lambda _: None)
                stage.show(view, seconds_left=9)
                if pages and signs(stage) == pages[-1]:
                    break  # the last page is shown again
                pages.append(signs(stage))
            seen.append(pages)
        wrong = [f"told by its colour alone: {name}"] if seen[0] == seen[1] else []
        mode = "vi-large" if large else "vi"
        yield {"panel": panel.name, "name": f"state: {name}", "mode": mode, "pages": 0, "problems": wrong, "scale": 0}


def overlaps(labels: list[Label]) -> Iterator[str]:
    boxes = [(label, ink(label)) for label in labels if label.opacity]
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        if min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2:
            yield f"over each other: {one.text!r} and {other.text!r}"


def bad_targets(targets: list[Touchable], theme: Theme, panel: Panel) -> Iterator[str]:
    for target in targets:
        for label in (w for w in walk(target) if isinstance(w, Words)):
            if label.y < target.y - 2 or label.top > target.top + 2:
                yield f"words hang out of {target.says}"
        side_mm = min(target.size) / theme.mm(1)
        if side_mm < LEAST_TOUCH_MM:
            yield f"too small for a finger ({side_mm:.1f} mm): {target.says}"
        reach_mm = panel.lower_edge_mm + target.top / theme.mm(1)
        if reach_mm > REACH_TOP_MM + 1:
            yield f"too high for a wheelchair ({reach_mm:.0f} mm): {target.says}"
        if (low_mm := panel.lower_edge_mm + target.y / theme.mm(1)) < REACH_BOTTOM_MM - 1:
            yield f"too low to reach without stooping ({low_mm:.0f} mm): {target.says}"
    for one, other in itertools.combinations(targets, 2):
        across = max(one.x, other.x) - min(one.right, other.right)
        along = max(one.y, other.y) - min(one.top, other.top)
        if max(across, along) < LEAST_GAP_MM * theme.mm(1):
            yield f"too near: {one.says} and {other.says}"


def save(stage: Stage, ground: tuple[float, ...], path: Path) -> None:
    """The stage as a picture, over the ground that its window would be cleared with."""
    from kivy.graphics import ClearBuffers, ClearColor, Fbo
    from PIL import Image

    EventLoop.idle()
    size = (int(stage.width), int(stage.height))
    picture = Fbo(size=size, with_stencilbuffer=True)
    with picture:
        ClearColor(*ground)
        ClearBuffers()
    picture.add(stage.canvas)
    picture.draw()
    pixels = picture.pixels
    picture.remove(stage.canvas)
    Image.frombytes("RGBA", size, pixels).transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB").save(path)


def look_at(panel: Panel, shown: list[tuple[str, tuple[s.Visit, s.Seen]]]) -> Iterator[dict[str, Any]]:
    """Every screen of a panel, in every mode."""
    width, height = panel.screen.width, panel.screen.height
    stage = Stage(size=(width, height), size_hint=(None, None))
    for lang, large, high_contrast in looks(panel):
        for name, (visit, seen) in shown:
            if ONLY and not name.startswith(ONLY):
                continue
            if high_contrast and (visit.screen is S.ATTRACT or name.startswith(("reading", "many"))):
                # The screen at rest is for everybody: a visit's look has ended. One page of a text looks like another.
                continue
            look = replace(visit, lang=lang, large=large, high_contrast=high_contrast)
            theme = Theme(
                screen=panel.screen, lang=lang, large=large and visit.screen is not S.ATTRACT,
                high_contrast=high_contrast, large_most=large_most(panel.screen, panel.lower_edge_mm),
            )  # fmt: skip
            view = View(
                visit=look, seen=seen, theme=theme, frame=frame_of(theme, panel.lower_edge_mm), send=lambda _: None,
                scans=True, prints=True, speaks=True, day=local_date(office.NOW_MS),
                clock=clock_words(office.NOW_MS), date=date_words(office.NOW_MS, lang),
            )  # fmt: skip
            stage.show(view, seconds_left=9)
            mode = f"{lang}{'-large' if large else ''}{'-contrast' if high_contrast else ''}"
            pages = len(stage.screen.pages.pages) if isinstance(stage.screen, PagedScreen) and stage.screen.pages else 0
            # A screen with keys may have to do with smaller letters.
            shown_theme = stage.screen.view.theme if stage.screen and not stage.sheet else theme
            wrong = problems(stage, shown_theme, panel)
            yield {"panel": panel.name, "name": name, "mode": mode, "pages": pages, "problems": wrong,
                   "scale": shown_theme.scale}  # fmt: skip
            if len(sys.argv) > 3:
                size = f"{width}x{height}-" if len(PANELS) > 1 else ""
                save(stage, theme.c.ground, Path(sys.argv[3]) / f"{size}{name}-{mode}.png")


def main() -> None:
    # Thousands of screens are built and dropped: counting their parts over and over takes a third of the time.
    gc.set_threshold(100_000)
    shown = list(cases().items())
    if REAL:
        seen = replace(shown[0][1][1], shelf=shelf_sample.shelf())
        shown = [(name, (visit, seen)) for name, visit in real_procedures.visits(everything=REAL == "everything")]
    look = told_by_colour if os.environ.get("PROBE_STATES") else lambda panel: look_at(panel, shown)
    lines = [line for panel in PANELS for line in look(panel)]
    Path(sys.argv[2]).write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
