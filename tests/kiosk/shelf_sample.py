"""What the kiosk's own catalogue offers, for pictures and layouts: the shipped procedures, and an absurd one."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from kiosk import session as s
from queue_kit.catalogue.procedure import Case, Channel, Paper, Procedure
from queue_kit.catalogue.reader import Catalogue, open_catalogue
from queue_kit.catalogue.shipped import build_shipped
from tests.kiosk.office_sample import LONG


@cache
def catalogue() -> Catalogue:
    return open_catalogue(build_shipped(Path(tempfile.mkdtemp()) / "catalogue.db"))


@cache
def shelf() -> s.Shelf:
    book = catalogue()
    return s.Shelf(
        events=tuple((s.Group("event", e.id), dict(e.name), e.icon) for e in book.life_events()),
        fields=tuple((s.Group("field", name), count) for name, count in book.fields().items()),
    )


def absurd() -> Procedure:
    """As long as the national portal's longest: 22,649 letters of steps, 111 papers, a paper's name of 4,704."""
    usual = catalogue().get("1.001193")
    papers = (Paper(name=f"{LONG}; " * 65, form="Mau so 01 - To khai dang ky.doc", originals=1, copies=2),)
    papers += tuple(Paper(name=f"Giấy tờ thứ {n}: {LONG}", originals=1) for n in range(2, 112))
    steps = (*(f"Bước {n}: {LONG} " * 30 for n in range(1, 11)), "https://" + "a" * 300)
    return replace(
        usual, short_name=(LONG + ", ") * 2, name=(LONG + ", ") * 12, steps=steps,
        cases=(Case(name=LONG, papers=papers),),
        channels=(Channel(method="Trực tiếp", time="1", time_unclear=True, fee=(LONG + ". ") * 9, notes=LONG),),
    )  # fmt: skip


def visits() -> dict[str, s.Visit]:
    """Each screen of the procedures in its states."""
    book, screen = catalogue(), s.Screen
    hits = tuple(hit.entry for hit in book.search("khai sinh"))
    event = shelf().events[0][0]
    typed = s.Typed(before="làm giấy khai sinh")
    usual = s.Looking(code="1.001193", procedure=book.get("1.001193"))
    fees = s.Looking(code="2.000815", procedure=book.get("2.000815"))
    huge = s.Looking(code="1.001193", procedure=absurd())
    found = {
        "procedures": s.Visit(screen=screen.PROCEDURES),
        "fields": s.Visit(screen=screen.FIELDS),
        "entries": s.Visit(
            screen=screen.ENTRIES, looking=s.Looking(group=event, entries=tuple(book.for_event(event.ident)))
        ),
        "entries-none": s.Visit(screen=screen.ENTRIES, looking=s.Looking(group=event, entries=())),
        "find": s.Visit(screen=screen.FIND),
        "find-hits": s.Visit(screen=screen.FIND, typed=typed, looking=s.Looking(found=hits, found_for=typed.text)),
        "find-none": s.Visit(screen=screen.FIND, typed=typed, looking=s.Looking(found_for=typed.text)),
        "find-figures": s.Visit(screen=screen.FIND, typed=s.Typed(figures=True, method="vni")),
        "procedure": s.Visit(screen=screen.PROCEDURE, looking=usual),
        "procedure-printed": s.Visit(screen=screen.PROCEDURE, looking=replace(fees, printing="printed")),
        "procedure-failed": s.Visit(
            screen=screen.PROCEDURE, looking=replace(usual, printing="failed"), aloud=s.Aloud(failed=True)
        ),
        "procedure-absurd": s.Visit(screen=screen.PROCEDURE, looking=huge),
    }
    reading = s.Aloud(ident="r-1", at=3, pages=(0,))
    found["procedure-aloud"] = s.Visit(screen=screen.PROCEDURE, looking=usual, aloud=reading)
    papers = replace(usual, section="papers")
    found["reading-aloud"] = s.Visit(screen=screen.READING, looking=papers, aloud=reading)
    found["reading-phone"] = s.Visit(screen=screen.READING, looking=replace(usual, section=s.PHONE))
    for key in ("papers", "channels", "online", "steps", "where", "results", "more"):
        for name, looking in (("", usual), ("-fees", fees), ("-absurd", huge)):
            at = replace(looking, section=key)
            unheard = s.Aloud(failed=key == "papers")
            found[f"reading-{key}{name}"] = s.Visit(screen=screen.READING, looking=at, aloud=unheard)
            if name == "-absurd":
                found[f"reading-{key}{name}-2"] = s.Visit(screen=screen.READING, looking=at, page=1)
                found[f"reading-{key}{name}-last"] = s.Visit(screen=screen.READING, looking=at, page=99)
    return found
