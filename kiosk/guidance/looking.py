"""Procedures by ear: browsed by a matter of life or by field, read part by part, and a number for one.

Searching is typing; who cannot see the keys finds the same lists by their fields. A long part is read in portions of
about a minute, so that "read on" is a choice and nobody has to hear the beginning again.
"""

from __future__ import annotations

from typing import Final

from kiosk import session as s
from kiosk.guidance.around import Around, Choice, choice, ways_out
from kiosk.guidance.keys import GoOn
from kiosk.guidance.phrases import Phrase, phrase, say
from kiosk.guidance.stretches import Stretch, open_part, parts, phrases, read_out, stretches
from kiosk.words import say as text
from queue_core.procedures import service_for
from queue_kit.catalogue.parts import Paragraph

#: letters that are read before the choices are offered: about a minute
PORTION_LETTERS: Final = 900


def choices(visit: s.Visit, seen: s.Seen, around: Around) -> tuple[Choice, ...]:
    """What there is to choose on one of the procedures' screens."""
    lang = visit.lang
    match visit.screen:
        case s.Screen.PROCEDURES:
            found = _ways(lang, seen)
        case s.Screen.FIELDS:
            found = tuple(
                Choice((*_record(group.ident, lang), *say(lang, "procedures.count", count=count)), s.OpenGroup(group))
                for group, count in (seen.shelf.fields if seen.shelf else ())
            )
        case s.Screen.ENTRIES:
            found = tuple(
                Choice(_record(entry.short_name or entry.name, lang), s.OpenProcedure(entry.code))
                for entry in visit.looking.entries or ()
            )
        case s.Screen.PROCEDURE if visit.looking.procedure is not None:
            found = (
                *(
                    Choice(_record(f"{part.title}: {part.brief}", lang), s.ReadSection(part.key))
                    for part in parts(visit, around.day)
                ),
                *_number(visit, seen),
                *_checklist(visit, around),
            )
        case s.Screen.READING:
            found = (*_on(visit, around), *_next(visit, around), *_number(visit, seen))
        case _:
            found = ()
    return (*found, *ways_out(lang))


def _ways(lang: str, seen: s.Seen) -> tuple[Choice, ...]:
    shelf = seen.shelf or s.Shelf()
    events = (Choice(phrase(text(name, lang), lang), s.OpenGroup(group)) for group, name, _ in shelf.events)
    count = len(shelf.fields)
    fields = (*say(lang, "procedures.fields.open"), *say(lang, "procedures.fields.count", count=count))
    return (*events, Choice(fields, s.OpenFields()))


def _number(visit: s.Visit, seen: s.Seen) -> tuple[Choice, ...]:
    procedure, lobby = visit.looking.procedure, seen.lobby
    if procedure is None or lobby is None or seen.hub_away:
        return ()
    if service_for(lobby.services, procedure.field, procedure.code) is None:
        return ()
    return (choice(visit.lang, "procedures.take", s.TakeForProcedure()),)


def _checklist(visit: s.Visit, around: Around) -> tuple[Choice, ...]:
    procedure = visit.looking.procedure
    there = procedure is not None and procedure.papers and around.prints
    return (choice(visit.lang, "procedures.print", s.PrintChecklist()),) if there else ()


def _on(visit: s.Visit, around: Around) -> tuple[Choice, ...]:
    said = read_out(visit, around.day)
    return (choice(visit.lang, "guidance.read_on", GoOn()),) if portion_end(said, around.portion) < len(said) else ()


def _next(visit: s.Visit, around: Around) -> tuple[Choice, ...]:
    known = parts(visit, around.day)
    at = next((n for n, part in enumerate(known) if part.key == visit.looking.section), len(known))
    if at + 1 >= len(known):
        return ()
    following = known[at + 1]
    words = (*say(visit.lang, "guidance.next_part"), *_record(following.title, visit.lang))
    return (Choice(words, s.ReadSection(following.key)),)


def heading(visit: s.Visit, around: Around) -> tuple[Phrase, ...]:
    """Where one is; on an open part, its text from the portion on."""
    lang, looking = visit.lang, visit.looking
    match visit.screen:
        case s.Screen.PROCEDURES:
            return say(lang, "procedures.title")
        case s.Screen.FIELDS:
            return say(lang, "procedures.fields.title")
        case s.Screen.ENTRIES:
            if looking.entries is None:
                return say(lang, "kiosk.asking.sub")
            if not looking.entries:
                return say(lang, "procedures.entries.none")
            count = say(lang, "procedures.count", count=len(looking.entries))
            return (*_record(looking.group.ident if looking.group and looking.group.kind == "field" else "", lang),
                    *count, *say(lang, "procedures.entries.title"))  # fmt: skip
        case s.Screen.PROCEDURE:
            procedure = looking.procedure
            if procedure is None:
                return say(lang, "kiosk.asking.sub")
            return (*_record(procedure.short_name or procedure.name, lang), *say(lang, "guidance.parts"))
        case s.Screen.READING if open_part(visit, around.day) is not None:
            said = read_out(visit, around.day)
            return phrases(said[around.portion : portion_end(said, around.portion)])
        case s.Screen.FIND:
            return say(lang, "guidance.typing")
        case _:
            return say(lang, "guidance.unread")


def portion_end(said: tuple[Stretch, ...], start: int) -> int:
    """Where the portion ends that begins at a stretch; never at its own beginning while there is anything."""
    letters = 0
    for at in range(start, len(said)):
        letters += len(said[at].text)
        if letters > PORTION_LETTERS and at > start:
            return at
    return len(said)


def printed(visit: s.Visit) -> tuple[Phrase, ...]:
    """What became of the checklist."""
    key = {"printing": "print.now", "printed": "print.done", "failed": "print.failed"}.get(visit.looking.printing, "")
    if visit.looking.printing == "failed":
        return say(visit.lang, "guidance.print_failed")
    return say(visit.lang, f"procedures.{key}") if key else ()


def _record(words: str, lang: str) -> tuple[Phrase, ...]:
    """Words of the record, in the language they are written in; kept by nobody."""
    return phrases(stretches([Paragraph(words)], lang)) if words else ()
