"""`motcua catalogue import | fetch | compare | show | search | check`: the office's list of procedures.

Exit codes: 0 done, 1 the comparison or the check found something (or a bound is broken), 2 it could not be done;
those of `fetch`: :mod:`motcua.catalogue_fetch`.
"""

from __future__ import annotations

import contextlib
import json as json_module
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from motcua.catalogue_fetch import fetch
from motcua.figures import Bound, Figures
from queue_core.errors import MotcuaError
from queue_kit.catalogue.comparing import Comparison, compare, read_list
from queue_kit.catalogue.findings import REFUSED, REPAIRED, Report
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.procedure import PUBLIC_FIELDS, Procedure, plain
from queue_kit.catalogue.reader import Catalogue, open_catalogue
from queue_kit.catalogue.shipped import own_or_shipped
from queue_kit.catalogue.store import build, verify
from queue_kit.catalogue.words import SHIPPED_EVENTS, SHIPPED_SYNONYMS, read_events, read_synonyms

BOUNDS: Final[dict[str, Bound]] = {"import_s": ("<=", 5)}
#: lines of each kind that the table for people shows; --report FILE holds all
SHOWN: Final = 8

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The office's list of procedures.")
Json = Annotated[bool, typer.Option("--json", help="End with one line of JSON for machines.")]
File = Annotated[Path, typer.Option("--catalogue", help="The catalogue's file; when missing, the sample is put there.")]
DEFAULT: Final = Path("catalogue.db")
app.command()(fetch)


@app.command("import")
def import_(
    sources: Annotated[list[Path], typer.Argument(help="JSON, XLSX or CSV files, or folders of them.")],
    *,
    into: Annotated[Path, typer.Option(help="The catalogue's file.")] = DEFAULT,
    add: Annotated[bool, typer.Option("--add", help="Keep the procedures that the sources don't have.")] = False,
    words: Annotated[Path, typer.Option(help="The everyday words' file.")] = SHIPPED_SYNONYMS,
    life_events: Annotated[Path, typer.Option(help="The matters of life's file.")] = SHIPPED_EVENTS,
    report: Annotated[Path | None, typer.Option(help="Write every finding here, as JSON.")] = None,
    json: Json = False,
) -> None:
    """Read procedures, say what was repaired, is incomplete and was refused, and write the catalogue.

    The kiosks' catalogue is replaced only when the new one is whole; the same sources change nothing.
    """
    with _errors():
        began = time.perf_counter()
        kept: list[Procedure] = []
        before = ""
        if into.exists():
            before = _hash_or_nothing(into)
            if add:
                with open_catalogue(into) as old:
                    kept = old.procedures()
        with _progress() as said:
            procedures, found = read_sources(sources, onto=kept, progress=said)
        origin = ", ".join(source.name for source in sources)
        identity = build(into, procedures, read_synonyms(words), read_events(life_events), origin=origin)
        spent_s = time.perf_counter() - began
        if report is not None:
            report.write_text(_report_json(found), encoding="utf-8")
    figures = Figures("catalogue import", BOUNDS)
    figures.add("records", found.records).add("refused", len(found.refused)).add("stored", found.stored)
    figures.add("incomplete", len(found.incomplete)).add("import_s", spent_s)
    figures.also("repaired", len({(f.kind, f.code) for f in found.repaired}))
    figures.also("changed", 0 if identity == before else 1)
    if not json:
        _tell(found)
    print(f"{into.name}: {identity[:16]}, {'unchanged' if identity == before else 'new'}")
    figures.finish(json=json)


@app.command("compare")
def compare_(
    published: Annotated[Path, typer.Argument(help="The province's published list: XLSX, CSV or JSON with codes.")],
    *,
    catalogue: File = DEFAULT,
    json: Json = False,
) -> None:
    """Say which published procedures are missing here, outdated, or withdrawn; exit 1 when any is."""
    with _errors(), open_catalogue(catalogue) as here:
        result = compare(here.procedures(), read_list(published))
    if json:
        _say({"name": "catalogue compare", "ok": result.complete, **_comparison(result)})
    else:
        for title, lines in _comparison_lines(result).items():
            typer.echo(f"{title}: {len(lines)}")
            for line in lines:
                typer.echo(f"  {line}")
    raise typer.Exit(0 if result.complete else 1)


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="The procedure's code, such as 1.004222.")],
    *,
    catalogue: File = DEFAULT,
    day: Annotated[str, typer.Option(help="Rules and fees of this day, 2026-11-25; else today's.")] = "",
    json: Json = False,
) -> None:
    """Print a procedure as it is stored, with what is missing for full publication."""
    with _errors(), open_catalogue(own_or_shipped(catalogue)) as here:
        wanted = _day(day)
        procedure = here.get(code, day=wanted)
    if json:
        _say({**plain(procedure), "missing": list(procedure.missing), "day": wanted.isoformat()})
        return
    typer.echo(f"{procedure.code}  {procedure.short_name}\n{procedure.name}\n{procedure.field} · {procedure.agency}")
    for channel in procedure.channels_on(wanted):
        unclear = " (không ghi đơn vị)" if channel.time_unclear else ""
        typer.echo(f"  {channel.method}: {channel.time or '–'}{unclear} · {channel.fee or '–'} · {channel.notes}")
    typer.echo(f"  phí, lệ phí của ngày {wanted:%d/%m/%Y}")
    for case in procedure.cases:
        if case.name:
            typer.echo(f"  {case.name}")
        for paper in case.papers:
            typer.echo(f"  □ {paper.name} [{paper.originals} bản chính, {paper.copies} bản sao] {paper.form}")
        for note in case.notes:
            typer.echo(f"    ghi chú: {note.text} {note.form}")
    for step in procedure.steps:
        typer.echo(f"  {step}")
    for result in procedure.results:
        typer.echo(f"→ {result.name} {result.code}")
    if procedure.missing:
        typer.echo("còn thiếu: " + ", ".join(PUBLIC_FIELDS[key][0] for key in procedure.missing))


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="What a citizen would type.")],
    *,
    catalogue: File = DEFAULT,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    json: Json = False,
) -> None:
    """Search as the kiosk does; exit 1 when nothing is found."""
    with _errors(), open_catalogue(own_or_shipped(catalogue)) as here:
        hits = here.search(" ".join(words), limit=limit)
    if json:
        found = [{"code": h.code, "short_name": h.entry.short_name, "name": h.entry.name, "score": round(h.score, 3)}
                 for h in hits]  # fmt: skip
        _say({"name": "catalogue search", "hits": found})
    else:
        for hit in hits:
            typer.echo(f"{hit.code}  {hit.entry.short_name}  ({hit.entry.field})")
    raise typer.Exit(0 if hits else 1)


@app.command()
def check(*, catalogue: File = DEFAULT, json: Json = False) -> None:
    """Check that a catalogue's file is whole and say what it holds; exit 2 when it is none."""
    with _errors():
        identity = verify(catalogue)
        with open_catalogue(catalogue) as here:
            procedures = here.procedures()
            values = _contents(here, procedures, identity)
    if json:
        _say({"name": "catalogue check", "ok": True, **values})
    else:
        for key, value in values.items():
            typer.echo(f"{key}: {value}")


def _contents(here: Catalogue, procedures: list[Procedure], identity: str) -> dict[str, Any]:
    return {
        "hash": identity,
        "origin": here.origin,
        "procedures": len(here),
        "versions": len(procedures),
        "fields": len(here.fields()),
        "incomplete": sum(bool(p.missing) for p in procedures),
        "life_events": [event.id for event in here.life_events()],
    }


def _tell(found: Report) -> None:
    for key, count in found.repaired_kinds().most_common():
        print(f"repaired  {count:5}  {REPAIRED[key][0]} / {REPAIRED[key][1]}")
    for key, count in found.missing_kinds().most_common():
        print(f"missing   {count:5}  {PUBLIC_FIELDS[key][0]} / {PUBLIC_FIELDS[key][1]}")
    for finding in found.refused[:SHOWN]:
        print(f"refused   {finding.code:>10}  {REFUSED[finding.kind][0]} / {REFUSED[finding.kind][1]}")
    if len(found.refused) > SHOWN:
        print(f"refused   … and {len(found.refused) - SHOWN} more (--report FILE)")


def _report_json(found: Report) -> str:
    values = {
        "records": found.records,
        "stored": found.stored,
        "repaired": [{"code": f.code, "kind": f.kind, "detail": f.detail} for f in found.repaired],
        "incomplete": {code: list(keys) for code, keys in found.incomplete.items()},
        "refused": [{"code": f.code, "kind": f.kind, "detail": f.detail} for f in found.refused],
    }
    return json_module.dumps(values, ensure_ascii=False, indent=1) + "\n"


def _comparison(result: Comparison) -> dict[str, Any]:
    return {
        "listed": result.listed,
        "here": result.here,
        "missing": [one.code for one in result.missing],
        "outdated": [{"code": o.code, "what": o.what, "here": o.here, "there": o.there} for o in result.outdated],
        "withdrawn": [one.code for one in result.withdrawn],
    }


def _comparison_lines(result: Comparison) -> dict[str, list[str]]:
    return {
        "còn thiếu / missing": [f"{one.code} {one.name}" for one in result.missing],
        "đã cũ / outdated": [f"{o.code} {o.what}: {o.here or '–'} → {o.there}" for o in result.outdated],
        "đã bãi bỏ / withdrawn": [f"{one.code} {one.name}" for one in result.withdrawn],
    }


def _hash_or_nothing(path: Path) -> str:
    try:
        return verify(path)
    except MotcuaError:
        return ""


def _day(text: str) -> date:
    from queue_core.clock import local

    if not text:
        return local(int(time.time() * 1000)).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"not a day: {text} (write 2026-11-25)") from error


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(2) from error


@contextlib.contextmanager
def _progress() -> Iterator[Any]:
    """Each file's name on a terminal; nothing where a machine reads."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda path: status.update(f"reading {path.name}")


def _say(values: dict[str, Any]) -> None:
    print(json_module.dumps(values, ensure_ascii=False), flush=True)
