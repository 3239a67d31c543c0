"""`motcua catalogue fetch`: a newer list of procedures from where the province publishes it, by its own timer.

Exit codes: 0 a new list or the same one, 1 nobody answered (nothing changed; the next night asks again), 2 refused.
"""

from __future__ import annotations

import json as json_module
import logging
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from queue_core.errors import MotcuaError
from queue_kit.catalogue.renewing import MOST_LOST_PERCENT, Renewed, renew
from queue_kit.catalogue.words import SHIPPED_EVENTS, SHIPPED_SYNONYMS, read_events, read_synonyms

_AWAY, _REFUSED = 1, 2
#: codes that a line for people names
_SHOWN: Final = 20


def fetch(
    *,
    source: Annotated[str, typer.Option("--from", help="https address of a JSON, XLSX or CSV file, or a folder")],
    into: Annotated[Path, typer.Option(help="the catalogue's file")],
    ca: Annotated[Path | None, typer.Option(help="the only authority (PEM) that the address is trusted by")] = None,
    most_lost: Annotated[
        float, typer.Option(min=0, max=100, help="refuse a list that lacks more percent of the present one")
    ] = MOST_LOST_PERCENT,
    words: Annotated[Path, typer.Option(help="the everyday words' file")] = SHIPPED_SYNONYMS,
    life_events: Annotated[Path, typer.Option(help="the matters of life's file")] = SHIPPED_EVENTS,
    json: Annotated[bool, typer.Option("--json", help="end with one line of JSON for machines")] = False,
) -> None:
    """Fetch the published list when it changed and put it in the catalogue's place; the old one stays as .previous.

    A list that is empty, unreadable or much shorter is refused, and the old one stays.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        done = renew(
            source, into, read_synonyms(words), read_events(life_events), ca=ca, most_lost_percent=most_lost
        )  # fmt: skip
    except MotcuaError as error:
        if json:
            _say({"ok": False, "error": {"key": error.key, "vi": error.vi, "en": error.en}})
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(_AWAY if error.key == "catalogue.away" else _REFUSED) from error
    if json:
        _say({"ok": True, **_values(done)})
        return
    typer.echo(f"{into.name}: {done.hash[:16]}, {_words(done)}")
    if done.lost:
        more = f" … {len(done.lost) - _SHOWN} more" if len(done.lost) > _SHOWN else ""
        typer.echo(f"withdrawn: {', '.join(done.lost[:_SHOWN])}{more}")


def _words(done: Renewed) -> str:
    if done.new:
        refused = len(done.report.refused) if done.report else 0
        return f"new: {done.after} procedures, {refused} records refused, {len(done.lost)} withdrawn"
    return "unchanged" if done.fetched else "unchanged (the server has nothing newer)"


def _values(done: Renewed) -> dict[str, Any]:
    return {
        "hash": done.hash,
        "new": done.new,
        "fetched": done.fetched,
        "before": done.before,
        "after": done.after,
        "lost": list(done.lost),
        "refused": len(done.report.refused) if done.report else 0,
    }


def _say(values: dict[str, Any]) -> None:
    typer.echo(json_module.dumps({"name": "catalogue fetch", **values}, ensure_ascii=False))
