"""What happened, what to do now, who helps. Never a code alone."""

from __future__ import annotations

from typing import Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen
from kiosk.screens.nav import Cell
from kiosk.screens.notice import Notice
from kiosk.screens.parts import place
from kiosk.words import label, say
from queue_core.wire.messages import LobbyService
from queue_kit.screen import fonts
from queue_kit.screen.measures import measure
from queue_kit.screen.widgets import Words

#: first word or whole key → (heading's key, icon); the longest match wins
_HEADINGS: Final = {
    "hub": ("kiosk.trouble.away", "plug-connected-x"),
    "wire": ("kiosk.trouble.away", "plug-connected-x"),
    "office": ("kiosk.trouble.closed", "clock"),
    "service": ("kiosk.trouble.closed", "clock"),
    "service.limit_reached": ("kiosk.trouble.limit", "ticket"),
    "booking": ("kiosk.trouble.booking", "calendar-event"),
    "procedure": ("kiosk.trouble.procedure", "file-text"),
    "scan.card": ("dossier.trouble.card", "id"),
    "dossier": ("dossier.trouble.other", "file-text"),
    "dossier.unknown": ("dossier.trouble.unknown", "search"),
    "dossier.slow_down": ("dossier.trouble.slow_down", "hourglass"),
    "dossier.day_limit": ("dossier.trouble.slow_down", "hourglass"),
    "dossier.registry_away": ("dossier.trouble.away", "plug-connected-x"),
    "scan": ("kiosk.trouble.scan", "qrcode"),
    "rating": ("rating.trouble", "mood-empty"),
    "ticket": ("rating.trouble", "mood-empty"),
    "request": ("kiosk.trouble.busy", "hourglass"),
}
#: nothing can be gained by asking again at once
_FINAL: Final = ("office.", "service.", "booking.", "scan.", "procedure.", "dossier.", "rating.", "ticket.")
#: but here it can: a registry that did not answer
_AGAIN: Final = frozenset({"dossier.registry_away", "dossier.registry_wrong"})


def is_final(key: str) -> bool:
    """Whether the same question would get the same answer."""
    return key.startswith(_FINAL) and key not in _AGAIN


def is_away(key: str) -> bool:
    """Whether it means that the hub cannot be reached."""
    return key.startswith(("hub.", "wire."))


class TroubleScreen(KioskScreen):
    """Something stands in the way."""

    def _key(self) -> str:
        trouble = self.view.visit.trouble
        return trouble.key if trouble else "internal"

    def _heading(self) -> tuple[str, str]:
        key = self._key()
        if self._looking_up() and not (is_away(key) or is_final(key)):
            key = "dossier" if key not in _HEADINGS else key
        return _HEADINGS.get(key) or _HEADINGS.get(key.partition(".")[0]) or ("kiosk.trouble.other", "alert-triangle")

    def _looking_up(self) -> bool:
        """Whether a dossier was asked for, not a number."""
        return self.view.visit.asked is None and self.view.visit.tracking.wanted is not None

    def _service(self) -> LobbyService | None:
        """Where somebody helps with a dossier that was not found."""
        if not is_final(self._key()) or self.view.seen.hub_away:
            return None
        service = s.dossier_service(self.view.visit, self.view.seen.lobby)
        return service if service is not None and service.open else None

    def title(self) -> str:
        """What happened."""
        return self.view.tr(self._heading()[0])

    def lines(self) -> tuple[str, ...]:
        """What to do now (in bold), why, who helps."""
        view = self.view
        key = self._key()
        trouble = view.visit.trouble
        said = say({"vi": trouble.vi, "en": trouble.en}, view.visit.lang) if trouble else ""
        if is_away(key):
            return view.tr("kiosk.trouble.away_do"), view.tr("kiosk.trouble.away_text")
        if self._looking_up() and not (is_away(key) or is_final(key)):
            why = said or view.tr("dossier.trouble.busy_text")
            return why, view.tr("kiosk.trouble.busy_do"), view.tr("dossier.trouble.kept")
        if key.startswith("request."):
            return view.tr("kiosk.trouble.busy_do"), view.tr("kiosk.trouble.busy_text"), view.tr("kiosk.trouble.kept")
        if key == "procedure.gone":
            return (view.tr("kiosk.trouble.procedure_do"),)
        if key == "scan.unknown" and not said:
            return view.tr("kiosk.trouble.scan_do"), view.tr("kiosk.trouble.scan_text")
        if (service := self._service()) is not None:
            take = view.tr("dossier.trouble.take", service=label(service, view.visit.lang))
            return said, take, view.tr("kiosk.trouble.ask")
        if is_final(key):
            return (said or view.tr("kiosk.trouble.away_do"), view.tr("kiosk.trouble.ask"))
        return (said or view.tr("kiosk.trouble.busy_text"), view.tr("kiosk.trouble.busy_do"))

    def fill(self) -> None:
        """The notice, and the key small below for the technician."""
        view = self.view
        theme, body = view.theme, view.frame.body
        text = view.tr("kiosk.trouble.key", code=self._key())
        if theme.tiny:
            self._notice(body, (*self.lines(), text))
            return
        size = theme.sizes(24, note=True)[0]
        high = measure(text, fonts.REGULAR, size, body.width)[1]
        words = Words(text=text, font_size=size, color=theme.c.ink_soft, align="center", note=True)
        self.add_widget(place(words, Box(body.x, body.y, body.width, high)))
        air = theme.u(4 if theme.tight else 12)
        room = body.height - high - air
        box_height = min(room, theme.u(760))
        box = Box(body.x, body.y + high + air + (room - box_height) / 2, body.width, box_height)
        self._notice(box, self.lines())

    def _notice(self, box: Box, lines: tuple[str, ...]) -> None:
        view = self.view
        first, *others = lines
        self.add_widget(Notice(
            theme=view.theme, box=box, icon=self._heading()[1], heading=first, lines=tuple(others),
            page=view.visit.page, turn=lambda page: view.send(s.TurnPage(page)), low=not view.frame.portrait,
        ))  # fmt: skip

    def way_on(self) -> Cell | None:
        """Try again, where that may help."""
        if is_final(self._key()):
            if self._service() is None:
                return None
            return Cell("ticket", self.view.tr("dossier.take_short"), self.view.doing(s.TakeForDossier()), primary=True)
        return Cell("refresh", self.view.tr("kiosk.nav.retry"), self.view.doing(s.TryAgain()), primary=True)
