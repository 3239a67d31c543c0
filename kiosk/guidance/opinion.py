"""Rating by ear: which visit, the faces by their words, what was not good, thanks."""

from __future__ import annotations

from kiosk import session as s
from kiosk.guidance.around import Around, Choice, choice, ways_out
from kiosk.guidance.phrases import Phrase, number, phrase, say
from kiosk.guidance.spelling import DIGITS, ring, spelled
from kiosk.words import say as text
from queue_core.rating import FACES
from queue_core.wire.messages import LobbyPrefix, LobbyRating
from queue_kit.languages import tr


def asked_of(seen: s.Seen) -> LobbyRating:
    """How the office asks."""
    return (seen.lobby.rating if seen.lobby else None) or LobbyRating()


def choices(visit: s.Visit, seen: s.Seen) -> tuple[Choice, ...]:
    """What there is to choose on one of the rating's screens."""
    lang, opinion = visit.lang, visit.opinion
    found: tuple[Choice, ...]
    match visit.screen:
        case s.Screen.RATE_HOW:
            found = (choice(lang, "rating.how.number", s.OpenTypedNumber()),)
        case s.Screen.RATE_PREFIX:
            found = tuple(_prefix(one, lang) for one in asked_of(seen).prefixes)
        case s.Screen.RATE_NUMBER:
            return ring(lang, DIGITS, s.TypeDigit, s.EraseDigit(), choice(lang, "rating.next", s.GiveNumber()))
        case s.Screen.RATE_FACES:
            found = tuple(
                choice(lang, _face(value, opinion.scale), s.ChooseFace(value)) for value in range(opinion.scale, 0, -1)
            )
        case s.Screen.RATE_WHY:
            found = (*(_reason(one, visit) for one in asked_of(seen).reasons),
                     choice(lang, "rating.why.send", s.ReasonsDone()))  # fmt: skip
        case _:
            change = (choice(lang, "rating.thanks.change", s.ChangeOpinion()),) if opinion.pending else ()
            return (*change, *ways_out(lang, back=False))
    return (*found, *ways_out(lang))


def _prefix(one: LobbyPrefix, lang: str) -> Choice:
    named = (said for name in one.names[:3] for said in phrase(text(name, lang), lang))
    return Choice((*number(one.prefix, lang), *named), s.ChoosePrefix(one.prefix))


def _face(value: int, scale: int) -> str:
    return f"rating.face.{FACES[scale][value - 1]}"


def _reason(reason: str, visit: s.Visit) -> Choice:
    chosen = say(visit.lang, "guidance.chosen") if reason in visit.opinion.reasons else ()
    return Choice((*chosen, *say(visit.lang, f"rating.reason.{reason}")), s.ToggleReason(reason))


def heading(visit: s.Visit, seen: s.Seen, around: Around) -> tuple[Phrase, ...]:
    """Where one is, and what one must know there."""
    lang, opinion, asked = visit.lang, visit.opinion, asked_of(seen)
    match visit.screen:
        case s.Screen.RATE_HOW:
            which = "both" if asked.slips_qr and asked.dossiers else "slip" if asked.slips_qr else "receipt"
            scan = say(lang, f"rating.how.scan_{which}") if around.scans else ()
            return (*say(lang, "rating.how.title"), *scan)
        case s.Screen.RATE_PREFIX:
            return say(lang, "rating.prefix.title")
        case s.Screen.RATE_NUMBER:
            first = number(opinion.prefix, lang) if opinion.prefix else ()
            keys = spelled(visit.digits, lang) if visit.digits else say(lang, "guidance.digit_keys")
            return (*say(lang, "rating.number.title"), *first, *keys)
        case s.Screen.RATE_FACES:
            return say(lang, "rating.ask")
        case s.Screen.RATE_WHY:
            return (*say(lang, "rating.why.title"), *say(lang, "guidance.several", send=tr(lang, "rating.why.send")))
        case _:
            face = tr(lang, _face(opinion.value or opinion.scale, opinion.scale))
            hotline = seen.lobby.hotline if seen.lobby else ""
            call = (*say(lang, "rating.complain.title"), *say(lang, "rating.complain.call", hotline=hotline))
            return (
                *say(lang, "rating.thanks.title"), *say(lang, "rating.thanks.sub", face=face),
                *say(lang, "rating.thanks.kept"), *(call if hotline else ()),
            )  # fmt: skip
