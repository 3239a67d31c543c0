"""Reading sources into procedures, with a report of what was repaired, is incomplete and was refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.findings import Finding, Report
from queue_kit.catalogue.portal import RefusedError, read_record
from queue_kit.catalogue.procedure import Procedure
from queue_kit.catalogue.sheets import read_sheet
from queue_kit.catalogue.short_names import distinct, short_name

SHEETS: Final = (".xlsx", ".csv")
MAX_SOURCE_BYTES: Final = 200 * 1024 * 1024


def read_sources(
    sources: Iterable[Path],
    *,
    onto: Iterable[Procedure] = (),
    progress: Callable[[Path], None] | None = None,
) -> tuple[list[Procedure], Report]:
    """Read files and folders in order: JSON (a record, a list of them), XLSX, CSV.

    ``onto``: procedures that stay unless a source has the same code and day. A later record of a code replaces the
    earlier one. Gives the procedures by code, and the report. Raises CatalogueError catalogue.source_unreadable for a
    file; a record that is none is refused and reported, the others go on.
    """
    report = Report()
    kept: dict[tuple[str, str], Procedure] = {_key(p): p for p in onto}
    fresh: set[tuple[str, str]] = set()
    for path in _files(sources):
        if progress is not None:
            progress(path)
        for number, record in enumerate(records_of(path), 1):
            report.records += 1
            try:
                procedure, repaired = read_record(record, f"{path.name}:{number}")
            except RefusedError as refused:
                report.refused.append(refused.finding)
                continue
            key = _key(procedure)
            if key in fresh:
                same = kept[key] == procedure
                report.repaired.append(Finding("repeated" if same else "replaced", procedure.code, path.name))
            fresh.add(key)
            kept[key] = procedure
            report.repaired.extend(repaired)
    procedures = _told_apart([kept[key] for key in sorted(kept)])
    report.stored = len(procedures)
    report.incomplete = {p.code: p.missing for p in procedures if p.missing}
    return procedures, report


def _key(procedure: Procedure) -> tuple[str, str]:
    return procedure.code, str(procedure.valid_from or "")


def _told_apart(procedures: list[Procedure]) -> list[Procedure]:
    """Derived short names that are the same for different procedures are told apart; given ones stay."""
    derived = {p.code: p.name for p in procedures if p.short_name == short_name(p.name)}
    short = distinct(derived)
    return [
        replace(p, short_name=short[p.code]) if derived.get(p.code) == p.name and short[p.code] != p.short_name else p
        for p in procedures
    ]


def _files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        if source.is_dir():
            found = sorted(p for p in source.rglob("*") if p.suffix.lower() in {".json", *SHEETS} and p.is_file())
            if not found:
                raise CatalogueError("catalogue.source_unreadable", file=source.name, problem="no JSON, XLSX or CSV")
            yield from found
        else:
            yield source


def records_of(path: Path) -> list[Any]:
    """The records of one file. Raises CatalogueError catalogue.source_unreadable."""
    try:
        if path.stat().st_size > MAX_SOURCE_BYTES:
            raise CatalogueError("catalogue.source_unreadable", file=path.name, problem="over 200 MB")
        if path.suffix.lower() in SHEETS:
            return list(read_sheet(path))
        loaded = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:  # a JSON or Unicode mistake is a ValueError
        raise CatalogueError("catalogue.source_unreadable", file=path.name, problem=error) from error
    return loaded if isinstance(loaded, list) else [loaded]
