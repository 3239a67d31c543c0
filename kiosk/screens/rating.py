"""How were you served: which visit, a face, what was not good, thanks."""

from __future__ import annotations

from typing import Any, Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.screens.base import KioskScreen, View
from kiosk.screens.check_in import CheckInScreen
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.parts import Notice, place, pressed_fill
from kiosk.screens.reading import Code
from kiosk.screens.tiles import Tile, TileSpec, cut
from kiosk.words import say
from queue_core.rating import FACES, is_unhappy
from queue_core.wire.messages import LobbyRating
from queue_kit.screen import fonts
from queue_kit.screen.widgets import Card, Icon, OneLine, Touchable, Words, fitting_size, longest_word_px

FACE_ICONS: Final = {
    "very_happy": "mood-happy",
    "happy": "mood-smile",
    "neutral": "mood-neutral",
    "unhappy": "mood-sad",
    "very_unhappy": "mood-cry",
}
_QR_UNITS: Final = 300.0


def rating_tile(view: View) -> list[TileSpec]:
    """The home screen's tile; none where the office does not ask."""
    lobby = view.seen.lobby
    if lobby is None or lobby.rating is None:
        return []
    return [
        TileSpec(
            key="rating",
            name=view.tr("rating.home"),
            sub=view.tr("rating.home_sub"),
            icon="mood-happy",
            act=view.doing(s.OpenRating(scans=view.scans)),
        )
    ]


def asked_of(view: View) -> LobbyRating:
    """How the office asks."""
    lobby = view.seen.lobby
    return (lobby.rating if lobby else None) or LobbyRating()


def face_of(value: int, scale: int) -> str:
    """The face of a value."""
    return FACES[scale][value - 1]


class RateHowScreen(KioskScreen):
    """Scan, or type the number."""

    def title(self) -> str:
        """Which visit."""
        return self.view.tr("rating.how.title")

    def sub(self) -> str:
        """What to do."""
        return self.view.tr("rating.how.sub")

    def fill(self) -> None:
        """What to hold to the scanner, and the other way."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        minutes = view.tr("rating.how.number_sub", minutes=asked_of(view).window_min)
        spec = TileSpec(
            key="number", name=view.tr("rating.how.number"), icon="keyboard", sub="" if theme.large else minutes,
            act=view.doing(s.OpenTypedNumber()),
        )  # fmt: skip
        side = not view.frame.portrait and body.width > 1.4 * body.height
        width = body.width * 0.42 if side else body.width
        measured = cut(spec, theme, width, 34 if theme.large else 44)
        if side:
            tile = Box(body.right - width, body.y, width, body.height)
            told = Box(body.x, body.y, body.width - width - gap, body.height)
        else:
            high = max(measured.height, min(body.height * 0.3, theme.u(260)))
            tile = Box(body.x, body.y, width, high)
            told = Box(body.x, body.y + high + gap, width, body.height - high - gap)
        asked = asked_of(view)
        which = "both" if asked.slips_qr and asked.dossiers else "slip" if asked.slips_qr else "receipt"
        self.add_widget(Tile(spec=spec, theme=theme, box=tile, measured=measured))
        self.add_widget(
            Notice(
                theme=theme, box=told, icon="qrcode", heading=view.tr(f"rating.how.scan_{which}"),
                lines=(view.tr("rating.how.scan_keep"),), tone=theme.c.primary,
            )
        )  # fmt: skip


class RatePrefixScreen(PagedScreen):
    """What the printed number begins with."""

    def title(self) -> str:
        """What it begins with."""
        return self.view.tr("rating.prefix.title")

    def sub(self) -> str:
        """Where it stands."""
        return self.view.tr("rating.prefix.sub")

    def fill(self) -> None:
        """A tile a letter, with the services whose numbers begin so."""
        view = self.view
        specs = [
            TileSpec(
                key=one.prefix, name=one.prefix, act=view.doing(s.ChoosePrefix(one.prefix)), icon="ticket",
                sub=" · ".join(say(name, view.visit.lang) for name in one.names[:3]),
            )
            for one in asked_of(view).prefixes
        ]  # fmt: skip
        self.fill_tiles(specs, view.frame.body)


class RateNumberScreen(CheckInScreen):
    """The digits behind it."""

    line: OneLine | None = None

    def title(self) -> str:
        """What to type."""
        return self.view.tr("rating.number.title")

    def sub(self) -> str:
        """What is there already."""
        prefix = self.view.visit.opinion.prefix
        return self.view.tr("rating.number.sub", prefix=prefix) if prefix else self.view.tr("rating.number.sub_plain")

    def _said(self) -> str:
        return self.view.visit.opinion.prefix + self.view.visit.digits

    def fill_places(self, box: Box) -> None:
        """The number as far as it is typed."""
        theme = self.view.theme
        c = theme.c
        high = min(theme.u(150), box.height)
        wide = min(theme.u(560), box.width)
        spot = Box(box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high)
        card = Card(fill=c.surface, border=c.primary, radius_px=theme.u(14), border_px=max(2, theme.u(4)))
        self.add_widget(place(card, spot))
        self.line = OneLine(text=self._said(), largest_px=theme.u(84), color=c.ink, size_hint=(None, None))
        self.add_widget(place(self.line, spot.inset(theme.u(12), 0)))

    def refresh(self, view: Any) -> bool:
        """Only the digits change while typing; the way on comes with the first."""
        old, self.view = self.view, view
        same = view.visit.but_digits == old.visit.but_digits and view.seen == old.seen and view.theme == old.theme
        if not same or bool(view.visit.digits) != bool(old.visit.digits) or self.line is None:
            return False
        self.line.text = self._said()
        return True

    def way_on(self) -> Cell | None:
        """Once there is a digit."""
        if not self.view.visit.digits:
            return None
        return Cell("arrow-right", self.view.tr("rating.next"), self.view.doing(s.GiveNumber()), primary=True)


class FaceTile(Touchable):
    """A face and its word, one above the other or side by side."""

    def __init__(
        self, *, view: View, box: Box, face: str, value: int, chosen: bool, letter_px: float, word_px: float
    ) -> None:
        theme = view.theme
        c = theme.c
        super().__init__(
            fill=c.tint if chosen else c.surface,
            fill_pressed=pressed_fill(theme),
            border=c.primary if chosen else c.line,
            border_pressed=c.primary_dark,
            shadow=c.shadow,
            radius_px=theme.u(24),
            border_px=max(2, theme.u(4 if chosen else 2)),
            drop_px=theme.u(6),
            action=view.doing(s.ChooseFace(value)),
        )
        place(self, box)
        words = view.tr(f"rating.face.{face}")
        tone = c.good if "happy" in face and "un" not in face else c.primary if face == "neutral" else c.bad
        if theme.high_contrast:
            tone = c.primary
        pad, gap = theme.u(12 if theme.large else 20), theme.u(12)
        inner = box.inset(pad)
        beside = box.width > 1.6 * box.height
        icon_px = min(
            theme.u(230),
            inner.height - (0 if beside else word_px + gap),
            inner.width * (0.4 if beside else 1),
        )
        width = inner.width - icon_px - 2 * gap if beside else inner.width
        high = fitting_size(words, fonts.SEMIBOLD, (letter_px,), width, inner.height)[1]
        icon = Icon(icon=FACE_ICONS[face], size_px=icon_px, color=tone)
        label = Words(
            text=words, font_name=fonts.SEMIBOLD, font_size=letter_px, color=c.ink, align="left" if beside else "center"
        )
        if beside:
            place(icon, Box(inner.x, box.y + (box.height - icon_px) / 2, icon_px, icon_px))
            place(label, Box(inner.x + icon_px + 2 * gap, box.y + (box.height - high) / 2, width, high))
        else:
            # The faces stand on one line, whether their words need one line or two.
            middle = box.y + (box.height - icon_px - gap - word_px) / 2 + word_px
            place(icon, Box(box.x + (box.width - icon_px) / 2, middle + gap, icon_px, icon_px))
            place(label, Box(inner.x, middle - high, inner.width, high))
        self.add_widget(icon)
        self.add_widget(label)


class RateFacesScreen(PagedScreen):
    """The question and its faces, the happiest first."""

    def title(self) -> str:
        """Were you satisfied."""
        return self.view.tr("rating.ask")

    def sub(self) -> str:
        """What to do."""
        return self.view.tr("rating.ask_sub")

    def fill(self) -> None:
        """As large as the screen allows; the same letters on all."""
        view = self.view
        scale, chosen = view.visit.opinion.scale, view.visit.opinion.value
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        values = range(scale, 0, -1)
        words = [view.tr(f"rating.face.{face_of(value, scale)}") for value in values]
        across = (body.width - (scale - 1) * gap) / scale
        along = (body.height - (scale - 1) * gap) / scale
        pad = theme.u(12 if theme.large else 20)
        for units in (52, 48, 44, 40, 36, 34, 30, 28):
            size = theme.u(units)
            wide = max(longest_word_px(word, fonts.SEMIBOLD, size) for word in words)
            tall = max(fitting_size(word, fonts.SEMIBOLD, (size,), across - 2 * pad, along)[1] for word in words)
            room = across - 2 * pad
            high = body.height - 2 * pad - theme.u(12)
            if body.width > body.height and room >= max(wide, theme.touch_px) and tall <= 0.5 * high:
                boxes = [Box(body.x + n * (across + gap), body.y, across, body.height) for n in range(scale)]
                break
            icon_px = min(theme.u(230), along - 2 * pad, (body.width - 2 * pad) * 0.4)
            room = body.width - 2 * pad - icon_px - 2 * theme.u(12)
            tall = max(fitting_size(word, fonts.SEMIBOLD, (size,), room, along)[1] for word in words)
            if wide <= room and tall <= along - pad and along >= theme.touch_px:
                boxes = [Box(body.x, body.top - (n + 1) * along - n * gap, body.width, along) for n in range(scale)]
                break
        else:
            self._as_tiles()
            return
        for box, value in zip(boxes, values, strict=True):
            face = face_of(value, scale)
            self.add_widget(
                FaceTile(
                    view=view, box=box, face=face, value=value, chosen=value == chosen, letter_px=size, word_px=tall
                )
            )

    def _as_tiles(self) -> None:
        """Letters so large that the faces need pages."""
        view = self.view
        scale = view.visit.opinion.scale
        self.fill_tiles(
            [
                TileSpec(
                    key=str(value), name=view.tr(f"rating.face.{face_of(value, scale)}"),
                    icon=FACE_ICONS[face_of(value, scale)], act=view.doing(s.ChooseFace(value)),
                    chosen=value == view.visit.opinion.value,
                )
                for value in range(scale, 0, -1)
            ],
            view.frame.body,
        )  # fmt: skip


class RateWhyScreen(PagedScreen):
    """What was not good: as many as one likes."""

    def title(self) -> str:
        """The question."""
        return self.view.tr("rating.why.title")

    def sub(self) -> str:
        """Several may be chosen."""
        return self.view.tr("rating.why.sub", send=self.view.tr("rating.why.send"))

    def fill(self) -> None:
        """The reasons; a chosen one has its tick."""
        view = self.view
        chosen = view.visit.opinion.reasons
        self.fill_tiles(
            [
                TileSpec(
                    key=reason, name=view.tr(f"rating.reason.{reason}"), chosen=reason in chosen,
                    icon="circle-check" if reason in chosen else "circle", act=view.doing(s.ToggleReason(reason)),
                )
                for reason in asked_of(view).reasons
            ],
            view.frame.body,
        )  # fmt: skip

    def way_on(self) -> Cell | None:
        """That is all."""
        return Cell("arrow-right", self.view.tr("rating.why.send"), self.view.doing(s.ReasonsDone()), primary=True)


class RateThanksScreen(KioskScreen):
    """Thanks; for seconds another choice; where complaints are taken."""

    def title(self) -> str:
        """Thanks, and that it is confidential."""
        return self.view.tr("rating.thanks.title")

    def _face(self) -> str:
        opinion = self.view.visit.opinion
        return face_of(opinion.value or opinion.scale, opinion.scale)

    def sub(self) -> str:
        """What was chosen."""
        return self.view.tr("rating.thanks.sub", face=self.view.tr(f"rating.face.{self._face()}"))

    def fill(self) -> None:
        """That it was taken; the hotline and the code, where there are any."""
        view = self.view
        theme, body, gap = view.theme, view.frame.body, view.frame.gap
        lobby, asked = view.seen.lobby, asked_of(view)
        # In large letters the question's place says it already.
        lines = [] if theme.large else [view.tr("rating.thanks.kept")]
        if view.visit.opinion.pending:
            change = view.tr("rating.thanks.change")
            lines.append(view.tr("rating.thanks.change_for", change=change, seconds=asked.change_s))
        told = body
        if (lobby is not None and lobby.hotline) or asked.complaint_url:
            if view.frame.portrait:
                high = (body.height - gap) * 0.5
                self._complain(Box(body.x, body.y, body.width, high))
                told = Box(body.x, body.y + high + gap, body.width, body.height - high - gap)
            else:
                width = (body.width - gap) * 0.46
                self._complain(Box(body.right - width, body.y, width, body.height))
                told = Box(body.x, body.y, body.width - width - gap, body.height)
        unhappy = is_unhappy(view.visit.opinion.value or 1, view.visit.opinion.scale)
        self.add_widget(
            Notice(
                theme=theme, box=told, icon=FACE_ICONS[self._face()], heading=view.tr("rating.thanks.heading"),
                lines=tuple(lines), tone=theme.c.primary if unhappy or theme.high_contrast else theme.c.good,
            )
        )  # fmt: skip

    def _complain(self, box: Box) -> None:
        view = self.view
        theme = view.theme
        c = theme.c
        lobby, asked = view.seen.lobby, asked_of(view)
        hotline = lobby.hotline if lobby else ""
        card = Card(fill=c.surface, border=c.line, shadow=c.shadow, radius_px=theme.u(20), border_px=max(2, theme.u(2)))
        self.add_widget(place(card, box))
        inner = box.inset(theme.u(16 if theme.large else 32))
        lines = [(view.tr("rating.complain.title"), fonts.BOLD)]
        if hotline:
            lines.append((view.tr("rating.complain.call", hotline=hotline), fonts.SEMIBOLD))
        if asked.complaint_url:
            lines.append((view.tr("rating.complain.scan" if hotline else "rating.complain.scan_only"), fonts.REGULAR))
        beside = asked.complaint_url is not None and inner.width > 1.3 * inner.height
        for step in (1.0, 0.9, 0.8, 0.7, 0.62, 0.55, 0.5):
            code_px = min(theme.u(_QR_UNITS), inner.height, inner.width * 0.5) if asked.complaint_url else 0.0
            width = inner.width - (code_px + theme.u(24) if beside else 0)
            size = theme.u(40 * step)
            heights = [fitting_size(text, font, (size,), width, inner.height)[1] for text, font in lines]
            total = sum(heights) + theme.u(6) * (len(lines) - 1)
            room = inner.height - (0 if beside or not code_px else theme.mm(25) + theme.u(16))
            if total <= room:
                break
        if code_px and not beside:
            code_px = min(theme.u(_QR_UNITS), inner.height - total - theme.u(16), inner.width)
        top = inner.top - (inner.height - total - (0 if beside or not code_px else code_px + theme.u(16))) / 2
        for (text, font), high in zip(lines, heights, strict=True):
            top -= high
            words = Words(text=text, font_name=font, font_size=size, color=c.ink, align="left" if beside else "center")
            self.add_widget(place(words, Box(inner.x, top, width, high)))
            top -= theme.u(6)
        if asked.complaint_url:
            spot = (
                Box(inner.right - code_px, inner.y + (inner.height - code_px) / 2, code_px, code_px)
                if beside
                else Box(box.x + (box.width - code_px) / 2, top - theme.u(10) - code_px, code_px, code_px)
            )
            self.add_widget(Code(text=asked.complaint_url, box=spot))

    def back(self) -> Cell | None:
        """Another choice, while it can still be made."""
        if not self.view.visit.opinion.pending:
            return None
        return Cell("refresh", self.view.tr("rating.thanks.change"), self.view.doing(s.ChangeOpinion()))

    def way_on(self) -> Cell | None:
        """Done."""
        return Cell("check", self.view.tr("kiosk.nav.done"), self.view.doing(s.GoHome()), primary=True)
