"""Dossiers by ear: the receipt is held to the scanner, or its code entered sign by sign; then the state is told.

What the 4 characters of a receipt open belongs to one person: it is told, and they are entered, only where the sound
goes to a headset. The rest (the degree of completion and what to do next) may be heard, as it may be seen.
"""

from __future__ import annotations

from kiosk import session as s
from kiosk.dossier_words import paragraphs
from kiosk.guidance.around import Around, Choice, choice, ways_out
from kiosk.guidance.phrases import Phrase, phrase, say
from kiosk.guidance.spelling import CODE_SIGNS, SECRET_SIGNS, ring, spelled
from kiosk.words import label
from kiosk.words import say as text


def choices(visit: s.Visit, seen: s.Seen, around: Around) -> tuple[Choice, ...]:
    """What there is to choose on one of the dossiers' screens."""
    lang = visit.lang
    match visit.screen:
        case s.Screen.DOSSIER_CODE:
            collecting = visit.tracking.collecting and s.collecting(seen.lobby) is not None
            without = (choice(lang, "dossier.code.without.whole", s.WithoutReceipt()),) if collecting else ()
            go = choice(lang, "dossier.code.find", s.LookUpCode())
            return ring(lang, CODE_SIGNS, s.PressKey, s.EraseKey(), go, *without)
        case s.Screen.DOSSIER_OPENING if around.headset:
            go = choice(lang, "dossier.opening.show", s.OpenDetails())
            return ring(lang, SECRET_SIGNS, s.PressKey, s.EraseKey(), go)
        case s.Screen.DOSSIER:
            return (*number(visit, seen), *_open(visit, around), *ways_out(lang))
        case s.Screen.DOSSIER_ASKED:
            return ()
        case _:
            return ways_out(lang)


def number(visit: s.Visit, seen: s.Seen) -> tuple[Choice, ...]:
    """The number for what the dossier needs, where it is given here."""
    service = s.dossier_service(visit, seen.lobby)
    if service is None or seen.hub_away:
        return ()
    return (choice(visit.lang, "dossier.take", s.TakeForDossier(), service=label(service, visit.lang)),)


def _open(visit: s.Visit, around: Around) -> tuple[Choice, ...]:
    found = visit.tracking.found
    there = found is not None and found.can_open and around.headset
    return (choice(visit.lang, "dossier.open", s.OpenSecret()),) if there else ()


def heading(visit: s.Visit, seen: s.Seen, around: Around) -> tuple[Phrase, ...]:
    """Where one is, or what is known of the dossier."""
    lang = visit.lang
    match visit.screen:
        case s.Screen.DOSSIER_CODE:
            how = "dossier.code.scan" if around.scans else "dossier.code.type"
            collecting = visit.tracking.collecting
            bring = (*say(lang, "dossier.code.collect"), *say(lang, "guidance.without_receipt")) if collecting else ()
            entered = visit.tracking.text
            keys = spelled(entered, lang) if entered else say(lang, "guidance.code_keys")
            return (*refusal(visit), *say(lang, how), *bring, *keys)
        case s.Screen.DOSSIER_ASKED:
            return (*say(lang, "dossier.asking.title"), *say(lang, "kiosk.asking.sub"))
        case s.Screen.DOSSIER_OPENING if around.headset:
            entered = visit.tracking.secret
            keys = spelled(entered, lang) if entered else say(lang, "guidance.code_keys")
            return (*refusal(visit), *say(lang, "dossier.opening.title"), *keys)
        case s.Screen.DOSSIER:
            return _told(visit, seen, around)
        case _:
            return say(lang, "guidance.private")


def refusal(visit: s.Visit) -> tuple[Phrase, ...]:
    """Why what was entered was not taken."""
    words = visit.tracking.words
    return () if words is None else phrase(words.en if visit.lang == "en" else words.vi, visit.lang)


def _told(visit: s.Visit, seen: s.Seen, around: Around) -> tuple[Phrase, ...]:
    lang, found = visit.lang, visit.tracking.found
    if found is None:
        return ()
    step = say(lang, "dossier.step", step=found.step, steps=len(found.steps),
               name=text(found.steps[found.step - 1], lang) if 0 < found.step <= len(found.steps) else "")  # fmt: skip
    if found.details is not None and not around.headset:
        return (*say(lang, "dossier.title"), *step, *say(lang, "guidance.private"))
    told = paragraphs(found, lang, served=bool(number(visit, seen)))
    closing = say(lang, "guidance.private") if found.can_open and not around.headset else ()
    return (*say(lang, "dossier.title"), *step, *(said for one in told for said in phrase(one.text, lang)), *closing)
