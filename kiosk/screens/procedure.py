"""A procedure's page: its parts as tiles, each with the fact most people look for; and the number for it."""

from __future__ import annotations

from datetime import date

from kiosk import session as s
from kiosk.procedure_words import Section, sections
from kiosk.screens.nav import Cell
from kiosk.screens.paged import PagedScreen
from kiosk.screens.tiles import TileSpec
from queue_core.procedures import service_for


class ProcedureScreen(PagedScreen):
    """The parts; nothing while the record is read."""

    def title(self) -> str:
        """Its short name; the whole one stands in its last part."""
        procedure = self.view.visit.looking.procedure
        return "" if procedure is None else procedure.short_name or procedure.name

    def sub(self) -> str:
        """What to do."""
        return self.view.tr("procedures.open.sub")

    def fill(self) -> None:
        """A tile a part, and the checklist's."""
        view, procedure = self.view, self.view.visit.looking.procedure
        if procedure is None:
            return
        specs = [
            TileSpec(
                key=part.key, name=part.title, sub=part.brief, icon=part.icon,
                act=view.doing(s.ReadSection(part.key)),
            )
            for part in sections(procedure, view.visit.lang, view.day)
        ]  # fmt: skip
        if procedure.papers and view.prints:
            specs.insert(1, self._print_tile())
        self.fill_tiles(specs, view.frame.body)

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


def open_section(visit: s.Visit, day: date | None) -> Section | None:
    """The part that is open."""
    procedure = visit.looking.procedure
    if procedure is None:
        return None
    return next((p for p in sections(procedure, visit.lang, day) if p.key == visit.looking.section), None)
