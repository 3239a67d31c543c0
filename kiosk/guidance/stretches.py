"""A procedure's long texts as stretches that are read aloud: a breath or two each, in the language it is written in.

A stretch knows where in its paragraph it begins, so that the screen can show what is being read and turn its pages
with the voice. The record is Vietnamese whatever the language around it: "Fee: 20,000 đồng" is read by two voices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kiosk import session as s
from kiosk.guidance.phrases import Phrase, spoken
from queue_kit.catalogue.parts import Paragraph, Section, sections

#: letters of a stretch at most: at 130 words a minute about 15 s, which is what is read again after a call
MOST_LETTERS: Final = 200
#: the paragraph of what stands above the text
TITLE: Final = -1
#: after a sentence, a sign between two facts, at a line's end
_BREATH: Final = re.compile(r"(?<=[.;:!?…·])\s+|\n+")
_BULLET: Final = re.compile(r"^[\s\-+*•–]+")
#: letters that only Vietnamese has
_VIETNAMESE: Final = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """``letter``: how many letters (spaces not counted) of the ``paragraph`` stand before it."""

    paragraph: int
    letter: int
    lang: str
    text: str


def letters(text: str) -> int:
    """Letters and signs without the spaces: where a line is broken changes nothing."""
    return sum(1 for sign in text if not sign.isspace())


def stretches(paragraphs: Sequence[Paragraph], lang: str, *, first: int = 0) -> tuple[Stretch, ...]:
    """The paragraphs as stretches, in order; codes to scan are left out. ``first``: the first paragraph's number."""
    found: list[Stretch] = []
    for number, paragraph in enumerate(paragraphs, first):
        if paragraph.kind == "qr":
            continue
        at = 0
        for piece in _pieces(paragraph.text):
            tongue = "vi" if _VIETNAMESE.search(piece) else lang
            before = found[-1] if found else None
            fits = before is not None and before.paragraph == number and before.lang == tongue
            if before is not None and fits and len(before.text) + len(piece) < MOST_LETTERS:
                sign = "" if before.text[-1] in ".;:!?…·," else ","
                found[-1] = replace(before, text=f"{before.text}{sign} {piece}")
            elif any(letter.isalnum() for letter in piece):
                found.append(Stretch(number, at, tongue, _BULLET.sub("", piece)))
            at += letters(piece)
    return tuple(found)


def _pieces(text: str) -> Iterator[str]:
    for sentence in _BREATH.split(text):
        rest = sentence.strip()
        while len(rest) > MOST_LETTERS:
            cut = rest.rfind(", ", 0, MOST_LETTERS) + 1 or rest.rfind(" ", 0, MOST_LETTERS)
            cut = cut if cut > 0 else MOST_LETTERS
            yield rest[:cut]
            rest = rest[cut:].strip()
        if rest:
            yield rest


def phrases(said: Sequence[Stretch]) -> tuple[Phrase, ...]:
    """As they are spoken, one for each stretch."""
    return tuple(Phrase(one.lang, (spoken(one.text, one.lang),), passing=True) for one in said)


# ------------------------------------------------------------------ of a visit
def parts(visit: s.Visit, day: date | None) -> list[Section]:
    """The parts of the procedure that is open."""
    procedure = visit.looking.procedure
    return [] if procedure is None else sections(procedure, visit.lang, day)


def open_part(visit: s.Visit, day: date | None) -> Section | None:
    """The part that is open."""
    return next((part for part in parts(visit, day) if part.key == visit.looking.section), None)


def read_out(visit: s.Visit, day: date | None) -> tuple[Stretch, ...]:
    """What "read aloud" reads: the part that is open; on the procedure's page its name and each part in short."""
    procedure = visit.looking.procedure
    if procedure is None:
        return ()
    if visit.screen is s.Screen.PROCEDURE:
        title = procedure.short_name or procedure.name
        said = [Paragraph(f"{part.title}: {part.brief}" if part.brief else part.title) for part in parts(visit, day)]
    elif (part := open_part(visit, day)) is not None:
        title, said = part.title, list(part.paragraphs)
    else:
        return ()
    return (*stretches([Paragraph(title)], visit.lang, first=TITLE), *stretches(said, visit.lang))
