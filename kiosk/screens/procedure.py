"""A procedure's page: its parts as tiles, each with the fact most people look for; and the number for it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import Final

from kiosk import session as s
from kiosk.frame import Box
from kiosk.guidance.stretches import TITLE, open_part, parts, read_out
from kiosk.phone import phone_part
from kiosk.screens.base import View
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.tiles import Tile, TileSpec, cut
from queue_core.procedures import service_for
from queue_kit.catalogue.parts import Section

#: letters of the row of tools
_TOOL_UNITS: Final = 34.0


class ProcedureScreen(PagedScreen):
    """The parts; nothing while the record is read."""

    _starts: tuple[int, ...] = ()
    named = True

    def title(self) -> str:
        """Its short name; the whole one stands in its last part."""
        procedure = self.view.visit.looking.procedure
        return "" if procedure is None else procedure.short_name or procedure.name

    def sub(self) -> str:
        """What to do."""
        return self.view.tr("procedures.open.sub")

    def fill(self) -> None:
        """A row of what one may do with it (print, hear, take along), and a tile a part."""
        view, procedure = self.view, self.view.visit.looking.procedure
        if procedure is None:
            return
        now = _part_read(view)
        specs = [
            TileSpec(
                key=part.key, name=part.title, sub=part.brief, icon="volume" if at == now else part.icon,
                act=view.doing(s.ReadSection(part.key)), chosen=at == now,
            )
            for at, part in enumerate(parts(view.visit, view.day))
        ]  # fmt: skip
        keys = [spec.key for spec in specs]
        tools, body = self._tools(bool(procedure.papers)), view.frame.body
        if view.theme.tight:
            # Side by side their words would have no room.
            specs[1:1] = tools
        elif tools:
            body = self._tool_row(tools, body)
        self.fill_tiles(specs, body)
        if view.speaks and self.pages is not None:
            self._tell_pages(keys)

    def _tools(self, has_papers: bool) -> list[TileSpec]:  # noqa: FBT001 -- one fact of the record
        view = self.view
        found = [self._print_tile()] if has_papers and view.prints else []
        if view.speaks:
            found.append(self._aloud_tile())
        phone = phone_part(view.visit, view.seen)
        if phone is not None:
            found.append(
                TileSpec(
                    key=phone.key, name=phone.title, icon=phone.icon, quiet=True,
                    act=view.doing(s.ReadSection(phone.key)),
                )
            )  # fmt: skip
        return found

    def _tool_row(self, tools: list[TileSpec], body: Box) -> Box:
        """The tools side by side along the upper edge; gives what is left of the body."""
        theme, gap = self.view.theme, self.view.frame.gap
        width = (body.width - gap * (len(tools) - 1)) / len(tools)
        cuts = [cut(spec, theme, width, _TOOL_UNITS) for spec in tools]
        high = max(measured.height for measured in cuts)
        for at, (spec, measured) in enumerate(zip(tools, cuts, strict=True)):
            box = Box(body.x + at * (width + gap), body.top - high, width, high)
            self.add_widget(Tile(spec=spec, theme=theme, box=box, measured=measured))
        return replace(body, height=body.height - high - gap)

    def _aloud_tile(self) -> TileSpec:
        word, icon = aloud_words(self.view)
        return TileSpec(key="aloud", name=word, icon=icon, quiet=True, act=self._read_aloud)

    def _read_aloud(self) -> None:
        self.view.send(s.ReadAloud(self._starts))

    def _tell_pages(self, keys: list[str]) -> None:
        """Which stretch of the voice's text each page begins with: its first part's, on the first one the title's."""
        said = read_out(self.view.visit, self.view.day)
        starts: list[int] = []
        for page in self.pages.pages if self.pages else ():
            first = next((keys.index(spec.key) for row in page for spec in row.specs if spec.key in keys), len(keys))
            starts.append(bisect_left(said, first, key=lambda one: one.paragraph) if starts else 0)
        self._starts = tuple(starts)

    def _print_tile(self) -> TileSpec:
        view = self.view
        printing = view.visit.looking.printing
        key = {"": "print", "printing": "print.now", "printed": "print.done", "failed": "print.failed"}[printing]
        return TileSpec(
            key="print",
            name=view.tr(f"procedures.{key}"),
            icon="printer-off" if printing == "failed" else "circle-check" if printing == "printed" else "printer",
            quiet=True,
            act=view.doing(s.PrintChecklist()),
        )

    def way_on(self) -> Cell | None:
        """A number for it, while the hub is heard and some service takes it."""
        view, procedure = self.view, self.view.visit.looking.procedure
        if procedure is None or view.seen.hub_away or view.seen.lobby is None:
            return None
        if service_for(view.seen.lobby.services, procedure.field, procedure.code) is None:
            return None
        return Cell("ticket", view.tr("procedures.take"), view.doing(s.TakeForProcedure()), primary=True)


def aloud_words(view: View) -> tuple[str, str]:
    """The word and the icon of the button that reads aloud."""
    aloud = view.visit.aloud
    if aloud.on:
        return view.tr("procedures.aloud.stop"), "player-stop"
    if aloud.failed:
        return view.tr("procedures.aloud.failed"), "volume-off"
    return view.tr("procedures.aloud"), "volume"


def _part_read(view: View) -> int | None:
    """The part that is being read aloud now."""
    if not view.visit.aloud.on:
        return None
    said = read_out(view.visit, view.day)
    at = view.visit.aloud.at
    return said[at].paragraph if at < len(said) and said[at].paragraph != TITLE else None


def open_section(view: View) -> Section | None:
    """The part that is open."""
    if view.visit.looking.section == s.PHONE:
        return phone_part(view.visit, view.seen)
    return open_part(view.visit, view.day)
