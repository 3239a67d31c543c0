"""Looking for a procedure: type it, choose a matter of life, or go through the fields."""

from __future__ import annotations

from kiosk import session as s
from kiosk.screens.base import View
from kiosk.screens.notice import Notice
from kiosk.screens.paged import PagedScreen
from kiosk.screens.tiles import TileSpec
from kiosk.words import say
from queue_kit.catalogue.reader import Entry


class ProceduresScreen(PagedScreen):
    """Typing first; below it the matters of a life; the fields last."""

    def title(self) -> str:
        """The question."""
        return self.view.tr("procedures.title")

    def sub(self) -> str:
        """The two ways."""
        return self.view.tr("procedures.sub")

    def fill(self) -> None:
        """The ways in."""
        view, shelf = self.view, self.view.seen.shelf or s.Shelf()
        specs = [
            TileSpec(
                key="find",
                name=view.tr("procedures.find.open"),
                sub=view.tr("procedures.find.open_sub"),
                icon="keyboard",
                primary=True,
                act=view.doing(s.OpenFind()),
            ),
            *(
                TileSpec(
                    key=group.ident, name=say(name, view.visit.lang), icon=icon or "file-text",
                    act=view.doing(s.OpenGroup(group)),
                )
                for group, name, icon in shelf.events
            ),
            TileSpec(
                key="fields",
                name=view.tr("procedures.fields.open"),
                sub=view.tr("procedures.fields.count", count=len(shelf.fields)),
                icon="folder-open",
                act=view.doing(s.OpenFields()),
            ),
        ]  # fmt: skip
        self.fill_tiles(specs, view.frame.body)


class FieldsScreen(PagedScreen):
    """The fields, those asked for most first."""

    def title(self) -> str:
        """The question."""
        return self.view.tr("procedures.fields.title")

    def fill(self) -> None:
        """A tile a field."""
        view = self.view
        specs = [
            TileSpec(
                key=group.ident,
                name=group.ident,
                sub=view.tr("procedures.count", count=count),
                icon="folder",
                act=view.doing(s.OpenGroup(group)),
            )
            for group, count in (view.seen.shelf.fields if view.seen.shelf else ())
        ]
        self.fill_tiles(specs, view.frame.body)


class EntriesScreen(PagedScreen):
    """The procedures of a field or of a matter of life."""

    named = True

    def title(self) -> str:
        """What the list is of."""
        group, shelf = self.view.visit.looking.group, self.view.seen.shelf
        if group is None:
            return self.view.tr("procedures.entries.title")
        if group.kind == "field":
            return group.ident
        names = {one: name for one, name, _ in (shelf.events if shelf else ())}
        return say(names.get(group, {}), self.view.visit.lang) or self.view.tr("procedures.entries.title")

    def sub(self) -> str:
        """What to do."""
        return self.view.tr("procedures.entries.title")

    def fill(self) -> None:
        """A tile a procedure; nothing while the list is fetched, a word when it is empty."""
        view = self.view
        entries = view.visit.looking.entries
        if entries:
            self.fill_tiles([entry_tile(view, entry) for entry in entries], view.frame.body)
        elif entries is not None:
            box = view.frame.body
            words = view.tr("procedures.entries.none")
            self.add_widget(Notice(theme=view.theme, box=box, icon="file-text", heading=words, lines=(),
                                   page=view.visit.page, turn=lambda page: view.send(s.TurnPage(page))))  # fmt: skip


def entry_tile(view: View, entry: Entry) -> TileSpec:
    """A procedure in a list; its page holds the whole name, so a short one that ends in … is no dead end."""
    opened = view.doing(s.OpenProcedure(entry.code))
    return TileSpec(
        key=entry.code,
        name=entry.short_name or entry.name,
        sub=view.tr("procedures.entry.code", code=entry.code),
        icon="file-text",
        act=opened,
        whole=opened,
        more=view.tr("kiosk.services.more"),
    )
