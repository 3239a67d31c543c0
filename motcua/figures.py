"""Measured figures, said in one way: a table for people, and one last line of JSON for machines.

The line is `{"name": …, "figures": {key: number}, "bounds": {key: [operator, number]}, "ok": bool}`.
A figure is measured in the run that prints it. A bound whose figure is missing or not a number counts as broken:
an unmeasured promise is not kept.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Bound = tuple[str, float] | tuple[str, float, float]
"""("<=", 4), (">=", 500), ("=", 0), or ("between", 77, 83) with both ends allowed."""

_HOLDS: Mapping[str, Callable[..., bool]] = {
    "<=": lambda value, limit: value <= limit,
    ">=": lambda value, limit: value >= limit,
    "<": lambda value, limit: value < limit,
    ">": lambda value, limit: value > limit,
    "=": lambda value, wanted: value == wanted,
    "between": lambda value, low, high: low <= value <= high,
}


@dataclass(slots=True)
class Figures:
    """The figures of one run, and the bounds that they must keep.

    `name` is the command's ("bench ticket"); `bounds` maps a figure's key to its bound; keys end in their unit
    (`p99_ms`, `kiosk_pss_mb`). Raises ValueError for an operator that doesn't exist.
    """

    name: str
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    asides: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, bound in self.bounds.items():
            if bound[0] not in _HOLDS:
                raise ValueError(
                    f"{self.name}: {key} has the unknown operator {bound[0]!r}; known: {', '.join(_HOLDS)}"
                )

    def add(self, key: str, value: float, note: str = "") -> Figures:
        """Record one figure, with a note for people ("peer: 49"); gives itself, so that calls can be chained."""
        self.figures[key] = value
        if note:
            self.notes[key] = note
        return self

    def also(self, key: str, value: float, note: str = "") -> Figures:
        """Say something beside the promised figures (a median, a seed): before the line of JSON, not in it."""
        self.asides[key] = value
        if note:
            self.notes[key] = note
        return self

    def holds(self, key: str) -> bool:
        """Whether a figure keeps its bound; one without a bound does, one that was never measured does not."""
        if key not in self.bounds:
            return True
        value = self.figures.get(key, math.nan)
        operator, *limits = self.bounds[key]
        return math.isfinite(value) and _HOLDS[operator](value, *limits)

    @property
    def ok(self) -> bool:
        """Whether every bound is kept."""
        return all(self.holds(key) for key in self.bounds)

    def line(self) -> str:
        """The one line of JSON; a figure that is not a finite number is null in it."""
        figures = {key: _rounded(value) if math.isfinite(value) else None for key, value in self.figures.items()}
        bounds = {key: list(bound) for key, bound in self.bounds.items()}
        said = {"name": self.name, "figures": figures, "bounds": bounds, "ok": self.ok}
        return json.dumps(said, ensure_ascii=False, allow_nan=False)

    def finish(self, *, json: bool) -> None:
        """Print the figures, as the last line of JSON or as a table; raises SystemExit(1) when a bound is broken."""
        if json:
            for key, value in self.asides.items():
                print(f"{key}: {_rounded(value):,}")
            print(self.line(), flush=True)
        else:
            self._table()
        sys.stdout.flush()
        if not self.ok:
            raise SystemExit(1)

    def _table(self) -> None:
        from rich.console import Console
        from rich.table import Table

        table = Table(title=self.name, title_justify="left")
        for heading, justify in (
            ("figure", "left"),
            ("measured", "right"),
            ("bound", "right"),
            ("", "left"),
            ("note", "left"),
        ):
            table.add_column(heading, justify=justify)  # type: ignore[arg-type]
        for key in [*self.figures, *(key for key in self.bounds if key not in self.figures)]:
            value = self.figures.get(key)
            bound = self.bounds.get(key)
            table.add_row(
                key,
                "not measured" if value is None else f"{_rounded(value):,}",
                "" if bound is None else " ".join(str(word) for word in bound),
                "" if bound is None else ("[green]kept[/]" if self.holds(key) else "[bold red]BROKEN[/]"),
                self.notes.get(key, ""),
            )
        for key, value in self.asides.items():
            table.add_row(key, f"{_rounded(value):,}", "", "", self.notes.get(key, ""))
        Console().print(table)


def _rounded(value: float) -> float:
    """Four significant digits: what a measurement of this kind is worth; whole numbers stay whole."""
    if isinstance(value, int) or not math.isfinite(value) or value == 0:
        return value
    return round(value, max(0, 3 - math.floor(math.log10(abs(value)))))
