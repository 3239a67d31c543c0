"""A slip to take home: the papers of a procedure, each with a box to tick, its time and its fees with their date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from PIL import Image

from queue_kit.catalogue.procedure import Procedure
from queue_kit.languages import nearest, tr
from queue_kit.paper.layout import BODY_DOTS, Sheet, qr_picture
from queue_kit.paper.typesetting import font_of

_SMALL_DOTS: Final = 34
_TICK_DOTS: Final = 34
_MARGIN_DOTS: Final = 8
#: a paper's name may run to 4,704 letters: the slip says how it begins, the kiosk and the portal all of it
_NAME_LETTERS: Final = 220
#: more would be metres of paper; the slip says how many are left
_PAPERS_MOST: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """What the slip says. ``papers``: (case, name, counts); ``more``: papers left out; ``facts``: time, fees."""

    office: str
    title: str
    name: str
    papers: tuple[tuple[str, str, str], ...]
    more: int
    facts: tuple[str, ...]
    url: str
    foot: str
    lang: str


def checklist_of(procedure: Procedure, *, office: dict[str, str], lang: str, day: date | None) -> Checklist:
    """The words of a procedure's checklist. ``day``: whose fees stand on it."""
    papers: list[tuple[str, str, str]] = []
    for case in procedure.cases:
        for paper in case.papers:
            counts = [
                tr(lang, f"procedures.paper.{kind}", count=count)
                for kind, count in (("originals", paper.originals), ("copies", paper.copies))
                if count
            ]
            papers.append((case.name, _short(paper.name), " · ".join(counts)))
    facts = [
        f"{channel.method}: {', '.join(filter(None, (channel.time, channel.fee)))}"
        for channel in (procedure.channels if day is None else procedure.channels_on(day))
        if (channel.time and not channel.time_unclear) or channel.fee
    ]
    if facts and day is not None:
        facts.append(tr(lang, "procedures.channels.day", day=f"{day:%d/%m/%Y}"))
    return Checklist(
        office=nearest(office, lang),
        title=tr(lang, "procedures.checklist.title"),
        name=procedure.short_name or procedure.name,
        papers=tuple(papers[:_PAPERS_MOST]),
        more=max(0, len(papers) - _PAPERS_MOST),
        facts=tuple(_short(fact) for fact in facts),
        url=procedure.url,
        foot=tr(lang, "procedures.checklist.foot", code=procedure.code),
        lang=lang,
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _NAME_LETTERS else line[:_NAME_LETTERS].rsplit(" ", 1)[0] + " …"


def draw_checklist(said: Checklist, width_dots: int = 576) -> Image.Image:
    """Draw it: Pillow mode ``1``, ``width_dots`` wide. Raises FontMissingError without a font."""
    sheet = Sheet(width_dots)
    body, strong, small = font_of("medium", BODY_DOTS), font_of("bold", BODY_DOTS), font_of("medium", _SMALL_DOTS)
    if said.office:
        sheet.text(said.office, small)
        sheet.gap(8)
        sheet.rule()
        sheet.gap(8)
    sheet.text(said.title, small)
    sheet.text(said.name, strong)
    sheet.gap(8)
    left, case = _MARGIN_DOTS + _TICK_DOTS + 18, ""
    for case_name, name, counts in said.papers:
        if case_name != case:
            sheet.gap(6)
            sheet.text(_short(case_name), strong)
            case = case_name
        sheet.gap(8)
        top = sheet.y + 6
        sheet.text(name, body, left=left, width=width_dots - left - _MARGIN_DOTS)
        sheet.draw.rectangle((_MARGIN_DOTS, top, _MARGIN_DOTS + _TICK_DOTS, top + _TICK_DOTS), outline=0, width=3)
        if counts:
            sheet.text(counts, small, left=left, width=width_dots - left - _MARGIN_DOTS)
    if said.more:
        sheet.gap(8)
        sheet.text(tr(said.lang, "procedures.checklist.more", count=said.more), strong)
    if said.facts:
        sheet.gap(8)
        sheet.rule(dotted=True)
        sheet.gap(8)
        for fact in said.facts:
            sheet.text(fact, small)
    if said.url:
        sheet.gap(8)
        sheet.paste(qr_picture(said.url))
    sheet.gap(8)
    sheet.text(said.foot, small)
    return sheet.finish()
