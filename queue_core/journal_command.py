"""`motcua journal verify | show | waits | backup | salvage`: a technician's tools for the journal file.

Exit codes: 0 done and whole, 1 a broken link was found, 2 it could not be done. A folder may be named instead of the
file: then it is the hub's journal in it. All but `salvage` may be used while the hub works.
"""

from __future__ import annotations

import contextlib
import json as json_module
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Final

import typer

from queue_core.errors import JournalError
from queue_core.events import load_event
from queue_core.journal import JournalReader, Record
from queue_core.journal import salvage as salvage_file
from queue_core.journal.backup import backup as backup_file
from queue_core.journal.opening import check_not_in_salvage
from queue_core.wait_log import wait_log

FILE_NAME: Final = "hub.db"
_VIET_NAM: Final = timezone(timedelta(hours=7))

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Verify, read, back up and salvage the journal.")
JournalPath = Annotated[Path, typer.Argument(help="The journal's file, or the hub's data folder.")]
Json = Annotated[bool, typer.Option("--json", help="One line of JSON for machines.")]


@app.command()
def verify(journal: JournalPath, *, json: Json = False) -> None:
    """Check every record's link to the one before; names the first broken one."""
    path = _file(journal)
    with _errors(json=json), _working("verifying"), JournalReader(path) as reader:
        broken = reader.verify()
        last = reader.last_row() if broken is None else None
    if json:
        found = None if broken is None else {"seq": broken.seq, "what": broken.what, "detail": broken.detail}
        said = {"name": "journal verify", "ok": broken is None, "epoch": reader.header.epoch, "broken": found}
        _say({**said, "records": last[0] if last else 0 if broken is None else None})
    elif broken is None:
        hint = f", the last one {last[9].hex()[:16]}" if last else ""
        typer.echo(f"whole: {last[0] if last else 0} records of epoch {reader.header.epoch}{hint}")
    else:
        typer.echo(f"BROKEN at {broken}", err=True)
    raise typer.Exit(0 if broken is None else 1)


@app.command()
def show(
    journal: JournalPath,
    *,
    after: Annotated[int, typer.Option(help="Only records behind this number.")] = 0,
    limit: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    open_day: Annotated[bool, typer.Option("--open-day", help="Only the open day.")] = False,
    json: Json = False,
) -> None:
    """Print records, one a line."""
    path = _file(journal)
    with _errors(json=json), JournalReader(path) as reader:
        start = max(after, reader.day_start() - 1) if open_day else after
        for record in reader.records(start, limit):
            if json:
                _say(_plain(record))
            else:
                typer.echo(_line(record))


@app.command()
def waits(journal: JournalPath, *, json: Json = False) -> None:
    """What citizens were told of their wait, and the wait they had; with --json one line a number."""
    path = _file(journal)
    with _errors(json=json), JournalReader(path) as reader:
        verdicts: Counter[str] = Counter()
        for row in wait_log(load_event(record.body) for record in reader.records()):
            verdicts[row.verdict] += 1
            if json:
                _say({**asdict(row), "verdict": row.verdict})
            else:
                told = f"{row.told_low_min}-{row.told_high_min} min"
                typer.echo(
                    f"{row.date}  {row.number:<8} {row.service:<16} {told:>12}  {row.true_min:>6} min  {row.verdict}"
                )
    if not json:
        total = sum(verdicts.values())
        typer.echo(f"{total} told and called: " + ", ".join(f"{verdicts[v]} {v}" for v in ("held", "sooner", "later")))


@app.command()
def backup(
    journal: JournalPath,
    target: Annotated[Path, typer.Argument(help="The copy: on a USB stick, or another device.")],
    *,
    json: Json = False,
) -> None:
    """Copy the journal, as of now, to another file; the hub may go on working."""
    path = _file(journal)
    with _errors(json=json), _working("copying"), JournalReader(path) as reader:
        report = backup_file(reader, target / path.name if target.is_dir() else target)
    if json:
        values = {"path": str(report.path), "seq": report.seq, "size_bytes": report.size_bytes}
        _say({"name": "journal backup", "ok": True, **values, "same_device": report.same_device})
        return
    typer.echo(f"{report.path}: {report.seq} records, {report.size_bytes / 1e6:.1f} MB, checked")
    if report.same_device:
        typer.echo("This copy is on the same device as the journal: it is lost together with it.", err=True)


@app.command()
def salvage(
    journal: JournalPath,
    backups: Annotated[
        list[Path] | None, typer.Option("--backup", help="A backup; may be given several times.")
    ] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Even when the journal is whole.")] = False,
    json: Json = False,
) -> None:
    """Put a damaged journal aside and make a new one of what is readable in it and in backups. Stop the hub first."""
    path = _file(journal)
    with _errors(json=json):
        if not force and _is_whole(path):
            typer.echo("The journal is whole; nothing was done. (--force salvages it all the same.)", err=True)
            raise typer.Exit(0)
        with _working("salvaging"):
            report = salvage_file(path, backups or [])
    if json:
        _say({"name": "journal salvage", "ok": True, **report.plain()})
    else:
        typer.echo("\n".join(report.words()))


def _file(journal: Path) -> Path:
    return journal / FILE_NAME if journal.is_dir() else journal


def _is_whole(path: Path) -> bool:
    try:
        check_not_in_salvage(path)
        with JournalReader(path) as reader:
            return reader.verify() is None
    except JournalError:
        return False


@contextlib.contextmanager
def _errors(*, json: bool) -> Iterator[None]:
    try:
        yield
    except JournalError as error:
        if json:
            _say({"ok": False, "error": {"key": error.key, "vi": error.vi, "en": error.en}})
        typer.echo(f"{error.vi}\n{error.en}", err=True)
        raise typer.Exit(2) from error


@contextlib.contextmanager
def _working(what: str) -> Iterator[None]:
    from rich.console import Console

    with Console(stderr=True).status(f"{what} …"):
        yield


def _say(values: object) -> None:
    typer.echo(json_module.dumps(values, ensure_ascii=False))


def _plain(record: Record) -> dict[str, object]:
    stamp = {"boot_id": record.boot_id, "mono_ms": record.mono_ms, "source": record.source}
    place = {"epoch": record.epoch, "seq": record.seq, "day": record.day, "request_id": record.request_id}
    return {**place, **stamp, "hash": record.hash.hex(), "event": record.body}


def _line(record: Record) -> str:
    when = datetime.fromtimestamp(record.at_ms / 1000, UTC).astimezone(_VIET_NAM)
    facts = {name: value for name, value in record.body.items() if name not in {"type", "v", "at_ms", "by"}}
    text = json_module.dumps(facts, ensure_ascii=False)
    short = text if len(text) <= 120 else f"{text[:119]}…"
    return f"{record.seq:>7}  {when:%Y-%m-%d %H:%M:%S}  {record.source:<5}  {record.by:<16}  {record.type:<18}  {short}"
