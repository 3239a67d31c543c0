"""What there is to choose from on each screen, in its order, and what is said on arriving there."""

from __future__ import annotations

from typing import Final

from kiosk import session as s
from kiosk.guidance import looking, opinion, tracking
from kiosk.guidance.around import Around, Choice, choice, ways_out
from kiosk.guidance.phrases import Phrase, number, phrase, say
from kiosk.guidance.spelling import DIGITS, ring, spelled
from kiosk.words import ahead_words, counters_words, label, people_waiting, service_words, wait_words, waiting_line
from kiosk.words import say as text
from queue_core.wire.messages import LobbyService
from queue_kit.languages import tr

_USUAL: Final = Around()


def choices(visit: s.Visit, seen: s.Seen, around: Around = _USUAL) -> tuple[Choice, ...]:
    """Everything that can be chosen now; never empty but while an answer is on its way."""
    lang = visit.lang
    if visit.overlay is s.Overlay.STILL_THERE:
        return (choice(lang, "kiosk.still.stay", s.Anywhere()),)
    if visit.overlay is not s.Overlay.NONE:
        return (choice(lang, "kiosk.help.close", s.CloseOverlay()),)
    if visit.screen in s.LOOKING_UP:
        return looking.choices(visit, seen, around)
    if visit.screen in s.DOSSIERS:
        return tracking.choices(visit, seen, around)
    if visit.screen in s.RATING:
        return opinion.choices(visit, seen)
    match visit.screen:
        case s.Screen.HOME | s.Screen.ATTRACT:
            return (*_home(visit, seen, around), choice(lang, "kiosk.nav.help", s.AskHelp()))
        case s.Screen.SERVICES:
            return (*_services(visit, seen), *ways_out(lang))
        case s.Screen.PRIORITY:
            return (*_priorities(visit, seen), *ways_out(lang)[:2])
        case s.Screen.CHECK_IN:
            return ring(lang, DIGITS, s.TypeDigit, s.EraseDigit(), choice(lang, "kiosk.nav.take", s.CheckIn()))
        case s.Screen.NUMBER if visit.slip is not s.Slip.PRINTING:
            return (choice(lang, "kiosk.nav.done", s.Finished()), choice(lang, "kiosk.nav.help", s.AskHelp()))
        case s.Screen.TROUBLE:
            again = choice(lang, "kiosk.nav.retry", s.TryAgain())
            return (again, *tracking.number(visit, seen), *ways_out(lang))
        case _:
            return ()


def _home(visit: s.Visit, seen: s.Seen, around: Around) -> tuple[Choice, ...]:
    lobby, lang = seen.lobby, visit.lang
    found = []
    if lobby is not None and not seen.hub_away:
        if lobby.open:
            found.append(choice(lang, "kiosk.home.take", s.TakeNumber()))
            collect = s.collecting(lobby)
            if collect is not None and collect.open:
                found.append(choice(lang, "kiosk.home.collect", s.CollectResult()))
            if lobby.bookings:
                found.append(choice(lang, "kiosk.home.booking", s.OpenCheckIn()))
        if lobby.dossiers:
            found.append(choice(lang, "dossier.home.title", s.OpenDossiers()))
    if seen.shelf is not None:
        found.append(choice(lang, "kiosk.home.procedures", s.OpenProcedures()))
    if lobby is not None and lobby.rating is not None:
        found.append(choice(lang, "rating.home", s.OpenRating(scans=around.scans)))
    # Each said in itself: who needs it understands no other. One without a voice leads nowhere by ear.
    others = [other for other in (lobby.languages if lobby else ()) if other != lang and around.speaks(other)]
    return (*found, *(choice(other, "common.language", s.SetLanguage(other)) for other in others))


def _services(visit: s.Visit, seen: s.Seen) -> tuple[Choice, ...]:
    lobby, lang = seen.lobby, visit.lang
    shown, guide = s.offered_services(lobby, visit.group)
    found = [Choice(_service(service, lang), s.ChooseService(service.id)) for service in shown]
    if lobby is not None and lobby.priorities:
        chosen = next((p for p in lobby.priorities if p.id == visit.priority), None)
        words = (
            say(lang, "kiosk.services.priority_chosen", priority=text(chosen.name, lang))
            if chosen
            else say(lang, "kiosk.services.priority")
        )
        found.append(Choice(words, s.OpenPriority()))
    if guide is not None:
        found.append(Choice(say(lang, "kiosk.services.guide"), s.ChooseService(guide.id)))
    return tuple(found)


def _service(service: LobbyService, lang: str) -> tuple[Phrase, ...]:
    is_open = any(child.open for child in service.services) if service.services else service.open
    said = (*phrase(label(service, lang), lang), *phrase(text(service.examples, lang), lang))
    if not is_open:
        return (*said, *phrase(text(service.message, lang) or tr(lang, "kiosk.services.closed"), lang))
    waiting = people_waiting(service)
    return (*said, *say(lang, "kiosk.services.waiting" if waiting else "kiosk.services.nobody", count=waiting))


def _priorities(visit: s.Visit, seen: s.Seen) -> tuple[Choice, ...]:
    lobby, lang = seen.lobby, visit.lang
    found = [
        Choice(phrase(text(one.name, lang), lang), s.ChoosePriority(one.id))
        for one in (lobby.priorities if lobby else ())
    ]
    return (*found, Choice((*say(lang, "kiosk.priority.none"), *say(lang, "kiosk.priority.none_sub")),
                           s.ChoosePriority(None)))  # fmt: skip


def heading(visit: s.Visit, seen: s.Seen, around: Around = _USUAL) -> tuple[Phrase, ...]:
    """Where one is, and what one must know there."""
    lang, lobby = visit.lang, seen.lobby
    match visit.overlay:
        case s.Overlay.STILL_THERE:
            return say(lang, "guidance.warning")
        case s.Overlay.HELP:
            return _help(visit)
        case _:
            pass
    if visit.screen in s.LOOKING_UP:
        return looking.heading(visit, around)
    if visit.screen in s.DOSSIERS:
        return tracking.heading(visit, seen, around)
    if visit.screen in s.RATING:
        return opinion.heading(visit, seen, around)
    match visit.screen:
        case s.Screen.HOME | s.Screen.ATTRACT:
            return _home_heading(lang, seen)
        case s.Screen.SERVICES:
            group = s.find_service(lobby, visit.group)
            where = phrase(label(group, lang), lang) if group else ()
            return (*where, *say(lang, "kiosk.services.title"))
        case s.Screen.PRIORITY:
            return (*say(lang, "kiosk.priority.title"), *say(lang, "kiosk.priority.sub"))
        case s.Screen.CHECK_IN:
            keys = spelled(visit.digits, lang) if visit.digits else say(lang, "guidance.digit_keys")
            return (*say(lang, "kiosk.check_in.title"), *keys)
        case s.Screen.ASKING:
            return (*say(lang, "kiosk.asking.title"), *say(lang, "kiosk.asking.sub"))
        case s.Screen.NUMBER if visit.ticket is not None:
            return told_number(visit)
        case s.Screen.TROUBLE:
            return _trouble(visit)
        case _:
            return say(lang, "guidance.unread")


def _home_heading(lang: str, seen: s.Seen) -> tuple[Phrase, ...]:
    lobby = seen.lobby
    if lobby is None:
        return say(lang, "kiosk.home.starting")
    office = phrase(text(lobby.office, lang), lang)
    if seen.hub_away:
        return (*office, *say(lang, "kiosk.home.away"), *say(lang, "kiosk.home.away_sub"))
    if not lobby.open:
        return (*office, *say(lang, "kiosk.home.closed"), *phrase(text(lobby.message, lang), lang))
    return (*office, *phrase(waiting_line(lobby, lang), lang))


def told_number(visit: s.Visit) -> tuple[Phrase, ...]:
    """The number, who is ahead, how long, where to go, and what became of the slip."""
    ticket, lang = visit.ticket, visit.lang
    if ticket is None:
        return ()
    said = (*say(lang, "kiosk.number.title"), *number(ticket.number, lang))
    for words in (
        service_words(ticket, lang),
        ahead_words(ticket.wait, lang),
        wait_words(ticket.wait, lang),
        tr(lang, "kiosk.number.closing") if ticket.wait.passes_closing else "",
        counters_words(ticket.counters, lang),
    ):
        said += phrase(words, lang)
    if ticket.priority:
        said += say(lang, "kiosk.number.priority", priority=text(ticket.priority_name, lang))
    return said + told_slip(visit)


def told_slip(visit: s.Visit) -> tuple[Phrase, ...]:
    """What became of the slip; nothing while it is being printed."""
    lang = visit.lang
    match visit.slip:
        case s.Slip.PRINTED:
            return say(lang, "kiosk.number.take_slip")
        case s.Slip.FAILED:
            key = "kiosk.number.paper_out" if visit.slip_error == "paper.out" else "kiosk.number.no_slip"
            return (*say(lang, key), *say(lang, "guidance.keep_number"))
        case _:
            return ()


def _help(visit: s.Visit) -> tuple[Phrase, ...]:
    lang = visit.lang
    if visit.help_ok is None:
        return say(lang, "kiosk.help.asking")
    sentence = "sent" if visit.help_ok else "failed"
    return (*say(lang, f"kiosk.help.{sentence}"), *say(lang, f"kiosk.help.{sentence}_sub"))


def _trouble(visit: s.Visit) -> tuple[Phrase, ...]:
    lang, error = visit.lang, visit.trouble
    if error is None or error.key == "hub.away":
        return (*say(lang, "kiosk.trouble.away"), *say(lang, "kiosk.trouble.away_do"))
    if error.key == "procedure.gone":
        return (*say(lang, "kiosk.trouble.procedure"), *say(lang, "kiosk.trouble.procedure_do"))
    if error.key == "scan.unknown":
        return say(lang, "kiosk.trouble.scan")
    own = phrase(error.en if lang == "en" else error.vi, lang)
    return own or say(lang, "kiosk.trouble.other")
