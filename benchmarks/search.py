"""`motcua bench search`: how long each keystroke takes, and whether what people ask for is among the first three.

Every beginning of every query is a keystroke. Catalogues of 673 and of 10,000 procedures: the large one is grown from
the real one (or the shipped one) by mixing its names, always the same for the same seed. A keystroke's figure is the
processor's time for it: the search waits for nothing else, so on a core of its own that is what a finger waits. The
clock's time, in which other programs have their share, is told beside it.
"""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import math
import random
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from motcua.figures import Bound, Figures
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.procedure import Procedure
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.shipped import SOURCE
from queue_kit.catalogue.store import build
from queue_kit.catalogue.words import read_events, read_synonyms

HERE: Final = Path(__file__).parent
QUERIES: Final = HERE / "search_queries.yaml"
#: a real commune's list, where it was put beside the project
REAL: Final = HERE.parents[1] / "shared" / "data" / "tthc_commune.json"
SEED: Final = 2026
SIZES: Final = (673, 10_000)
FIRST: Final = 3
BOUNDS: Final[dict[str, Bound]] = {"p99_673_ms": ("<=", 8), "p99_10000_ms": ("<=", 20)}
QUALITY_BOUNDS: Final[dict[str, Bound]] = {"queries": (">=", 200), "right_in_first_three_percent": (">=", 95)}
#: the small catalogue answers fewer queries: those alone are asked
SHIPPED_BOUNDS: Final[dict[str, Bound]] = {"queries": (">=", 20), "right_in_first_three_percent": (">=", 95)}


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, the codes that answer it, and the kind of typing."""

    ask: str
    codes: tuple[str, ...]
    kind: str

    @property
    def held_out(self) -> bool:
        """Every third query, by its own text: never looked at while the words and weights were chosen."""
        return hashlib.sha256(self.ask.encode()).digest()[0] % 3 == 0


def run(
    *,
    quality: Annotated[bool, typer.Option("--quality", help="Judge the answers too.")] = False,
    source: Annotated[
        Path | None, typer.Option(help="Procedures as JSON; else the real list, else the shipped.")
    ] = None,
    queries: Annotated[Path, typer.Option(help="Other queries, in the same form.")] = QUERIES,
    seed: Annotated[int, typer.Option(help="Of the grown catalogue.")] = SEED,
    misses: Annotated[bool, typer.Option("--misses", help="Print the queries that were not answered.")] = False,
    json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Type every query, letter by letter, into two catalogues; with --quality count what was found."""
    chosen = source or (REAL if REAL.exists() else SOURCE)
    shipped = chosen.resolve() == SOURCE.resolve()
    bounds = BOUNDS | ((SHIPPED_BOUNDS if shipped else QUALITY_BOUNDS) if quality else {})
    figures = Figures("bench search", bounds)
    procedures, _report = read_sources([chosen])
    asked = read_queries(queries)
    print(f"{len(procedures)} procedures: {'the shipped catalogue' if shipped else chosen.name}; seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.db"
        build(path, procedures, read_synonyms(), read_events())
        with Catalogue(path) as catalogue:
            if quality:
                _judge(figures, catalogue, asked, misses=misses)
        for size in SIZES:
            build(path, grown(procedures, size, seed), read_synonyms(), read_events())
            with Catalogue(path) as catalogue:
                _time(figures, catalogue, asked, size)
    figures.finish(json=json)


def read_queries(path: Path) -> list[Query]:
    """The queries of a file, by kinds."""
    from ruamel.yaml import YAML

    kinds = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return [Query(one["ask"], tuple(one["codes"]), kind) for kind, all_of in kinds.items() for one in all_of]


def grown(procedures: Sequence[Procedure], size: int, seed: int) -> list[Procedure]:
    """The procedures and, up to ``size``, others whose names are cut and mixed from theirs."""
    chance = random.Random(seed)
    grown_to = list(procedures)
    for number in range(size - len(procedures)):
        one, other = chance.choice(procedures), chance.choice(procedures)
        words, more = one.name.split(), other.name.split()
        place = chance.randrange(len(words))
        words[place : place + chance.randrange(1, 4)] = more[: chance.randrange(1, 5)]
        name = " ".join(words)
        grown_to.append(dataclasses.replace(one, code=f"9.{number:06d}", name=name, short_name=name[:90]))
    return grown_to[: max(size, len(procedures))]


def _judge(figures: Figures, catalogue: Catalogue, queries: Iterable[Query], *, misses: bool) -> None:
    known = {entry.code for entry in catalogue.entries()}
    answered: dict[str, list[bool]] = {}
    for query in queries:
        if known.isdisjoint(query.codes):
            continue
        hits = catalogue.search(query.ask, limit=FIRST)
        right = any(hit.code in query.codes for hit in hits)
        for group in ("all", query.kind, "held_out" if query.held_out else "seen"):
            answered.setdefault(group, []).append(right)
        if misses and not right:
            print(f"  {query.kind}: {query.ask!r} → {', '.join(hit.entry.short_name for hit in hits)}")
    every = answered.pop("all", [])
    figures.add("queries", len(every))
    figures.add("right_in_first_three_percent", _percent(every))
    for group, rights in answered.items():
        figures.also(f"right_{group}_percent", _percent(rights), f"of {len(rights)}")


def _percent(rights: Sequence[bool]) -> float:
    return 100 * sum(rights) / len(rights) if rights else math.nan


def _time(figures: Figures, catalogue: Catalogue, queries: Iterable[Query], size: int) -> None:
    began = time.perf_counter()
    catalogue.warm()
    figures.also(f"ready_{size}_s", time.perf_counter() - began)
    keystrokes = [query.ask[:end] for query in queries for end in range(1, len(query.ask) + 1)]
    spent: list[float] = []
    waited: list[float] = []
    gc.collect()
    gc.freeze()
    for typed in keystrokes:
        start, clock = time.thread_time(), time.perf_counter()
        catalogue.search(typed)
        spent.append(1000 * (time.thread_time() - start))
        waited.append(1000 * (time.perf_counter() - clock))
    gc.unfreeze()
    spent.sort()
    waited.sort()
    last = math.ceil(len(spent) * 0.99) - 1
    figures.add(f"p99_{size}_ms", spent[last], f"{len(spent)} keystrokes")
    figures.also(f"p50_{size}_ms", spent[len(spent) // 2])
    figures.also(f"p99_{size}_clock_ms", waited[last], "other programs' share included")
    figures.also(f"most_{size}_ms", spent[-1])
