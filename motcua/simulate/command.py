"""``motcua simulate``: a whole day at speed, watched from outside."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from queue_core.errors import MotcuaError

_MOST_STORIES = 5
_HEARD_SHARE = 550 / 600
_LEAST_TIMES = 5
_PAPER_WRONGS = (
    "without_number", "with_two_numbers", "duplicate_numbers", "not_on_console", "left_on_console", "slips_missing",
    "wrongly_told", "refused_by_printer", "broken_off",
)  # fmt: skip


def simulate(
    *,
    tickets: Annotated[int, typer.Option(min=1, max=5000, help="how many citizens get a number")] = 600,
    officers: Annotated[int, typer.Option(min=1, max=30, help="officers, each at a counter")] = 6,
    speed: Annotated[str, typer.Option(help="max, or simulated seconds a second, such as 60")] = "max",
    seed: Annotated[int | None, typer.Option(help="repeats the day's plan; drawn and told when not given")] = None,
    kill_hub: Annotated[int, typer.Option(min=0, max=100, help="kill the hub so often between two calls")] = 0,
    kill_broker: Annotated[int, typer.Option(min=0, max=100, help="kill the broker so often between two calls")] = 0,
    kiosks: Annotated[int, typer.Option(min=1, max=9, help="kiosks in the lobby")] = 2,
    office: Annotated[
        Path | None, typer.Option(help="an office's configuration instead of the shipped commune")
    ] = None,
    slips: Annotated[bool, typer.Option(help="print every slip and read it back")] = True,
    audio: Annotated[str, typer.Option(help="none, or wav:FILE (about 10 s of sound a call)")] = "none",
    printer_faults: Annotated[
        bool, typer.Option("--printer-faults", help="instead of a day: all that goes wrong with paper, again and again")
    ] = False,
    keep: Annotated[Path | None, typer.Option(help="keep journal, paper and logs in this folder")] = None,
    json: Annotated[bool, typer.Option("--json", help="end with one line of JSON")] = False,
) -> None:
    """A day of a real-sized office with the shipped hub and broker, judged by what an outsider sees and hears."""
    from motcua.figures import Figures

    try:
        pace = None if speed == "max" else float(speed)
        if pace is not None and pace <= 0:
            raise ValueError(speed)
    except ValueError as error:
        typer.echo(f"--speed {speed}: max, or a number such as 60", err=True)
        raise typer.Exit(2) from error
    chosen = random.SystemRandom().randrange(10**6) if seed is None else seed
    typer.echo(f"seed {chosen}", err=True)
    if printer_faults:
        _printer_faults(chosen, json=json)
        return
    try:
        from motcua.simulate.run import run_day

        with _progress(tickets) as tell:
            result = run_day(
                tickets=tickets, officers=officers, seed=chosen, speed=pace, kill_hub=kill_hub,
                kill_broker=kill_broker, kiosks=kiosks, office_file=office, print_slips=slips, audio=audio, keep=keep,
                tell=tell,
            )  # fmt: skip
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(2) from error
    verdict = result.verdict
    # of forty, four may well have left before their call: then everybody else is heard, but for one at each kill
    everybody_else = tickets - verdict.notes["cancelled"] - kill_hub - kill_broker
    bounds = {
        "issued": ("=", tickets),
        "calls_heard": (">=", min(int(tickets * _HEARD_SHARE), everybody_else)),
        "lost": ("=", 0),
        "duplicate_numbers": ("=", 0),
        "double_calls": ("=", 0),
        "stale_announcements": ("=", 0),
        "out_of_order_unexplained": ("=", 0),
    }
    figures = Figures("simulate", bounds)
    for key, value in verdict.figures.items():
        figures.add(key, value)
    if kill_hub:
        figures.bounds = {**bounds, "kills": ("=", kill_hub)}
        figures.add("kills", result.kills_between_calls["hub"])
    if kill_broker:
        figures.bounds = {**figures.bounds, "broker_kills": ("=", kill_broker)}
        figures.add("broker_kills", result.kills_between_calls["broker"])
    others = ", ".join(f"{key} {value}" for key, value in verdict.notes.items())
    typer.echo(f"{result.took_s:.1f} s; {others}", err=True)
    for finding in verdict.findings[:_MOST_STORIES]:
        fault = finding.fault
        typer.echo(f"\n{fault.kind}: {fault.number}: {fault.what}", err=True)
        for line in finding.story:
            typer.echo(f"  {line}", err=True)
    if len(verdict.findings) > _MOST_STORIES:
        typer.echo(f"\n… and {len(verdict.findings) - _MOST_STORIES} more", err=True)
    figures.finish(json=json)


def _printer_faults(seed: int, *, json: bool) -> None:
    """Every failure of paper; see :mod:`motcua.simulate.printer_faults`."""
    from motcua.figures import Bound, Figures
    from motcua.simulate.broken_paper import FALLBACK, FAULTS, NEAR_END
    from motcua.simulate.printer_faults import run_printer_faults

    try:
        found = run_printer_faults(seed=seed, tell=lambda line: typer.echo(line, err=True))
    except MotcuaError as error:
        typer.echo(f"{error.vi}\n{error.en}\n({error.key})", err=True)
        raise typer.Exit(2) from error
    bounds: dict[str, Bound] = {variants[0].name: (">=", _LEAST_TIMES) for variants in FAULTS}
    bounds |= {NEAR_END.name: (">=", 1), FALLBACK.name: (">=", 1)}
    figures = Figures("simulate printer faults", bounds)
    for name in list(bounds):
        figures.add(name, found.happened[name])
    figures.add("citizens", found.citizens)
    for kind in _PAPER_WRONGS:
        figures.add(kind, found.wrong[kind])
    figures.bounds = {**bounds, **dict.fromkeys(_PAPER_WRONGS, ("=", 0))}
    for story in found.stories:
        typer.echo(story, err=True)
    typer.echo(f"{found.took_s:.1f} s", err=True)
    figures.finish(json=json)


@contextmanager
def _progress(tickets: int) -> Iterator[Callable[..., None]]:
    """A bar on a terminal's standard error; nothing where nobody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from motcua.simulate.day import Progress as Now
    from motcua.simulate.story import clock

    columns = (
        TextColumn("{task.fields[clock]}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[more]}"),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task("day", total=tickets, clock="--:--:--", more="the office is starting")

        def tell(now: Now) -> None:
            kills = f", {now.kills} killed" if now.kills else ""
            more = now.doing or f"{now.calls} calls{kills}"
            bar.update(task, completed=now.numbered, clock=clock(now.clock_ms), more=more)

        yield tell
