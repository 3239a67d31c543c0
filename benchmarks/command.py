"""`motcua bench NAME`: one module a measurement, imported only when it is asked for.

Each `benchmarks/<name>.py` has a typer-style `run` whose `--json` ends with the line of `motcua.figures`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import typer

from motcua.lazy import CommandMissingError, load
from motcua.lazy import run as run_command

MEASUREMENTS: Mapping[str, str] = {
    "ticket": "request → durable → reply, beside the disk's own floor",
    "call-to-board": "an officer's click → the number on the drawn board, and a burst of ten calls",
    "wait": "the wait estimate against simulated days, beside the naive estimate",
    "search": "each keystroke in the catalogue's search, and whether the answer is among the first three",
    "scan": "the camera's codes, beside each engine alone, and what a frame costs",
    "footprint": "memory, idle load, first frame and first touch",
    "provision": "an inventory of 152 offices validated, every device made, applied twice",
    "journal": "appending beside the disk's floor, opening with 100,000 old records, replay",
    "uplink": "offices' journals to the province: records a second, and how soon one is there",
    "crash-states": "every state that a power cut could leave of the journal",
}

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Measure the figures that the README states.")


def _address(name: str) -> str:
    return f"benchmarks.{name.replace('-', '_')}:run"


def _declare(name: str, summary: str) -> None:
    # Everything after the name, --help too, belongs to the measurement: its options are known only once it is imported.
    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

    @app.command(name, help=summary, context_settings=settings)
    def measure(context: typer.Context) -> None:
        try:
            measurement = load(_address(name))
        except CommandMissingError as error:
            typer.echo(f"motcua bench: {name} cannot be measured here: {error}", err=True)
            raise typer.Exit(2) from error
        run_command(measurement, context.args, f"motcua bench {name}")


for _name, _summary in MEASUREMENTS.items():
    _declare(_name, _summary)


@app.command("all")
def measure_all(
    *,
    json: bool = typer.Option(False, "--json", help="Each measurement ends with its line of JSON."),
) -> None:
    """Run every measurement, each in a process of its own; exit 1 when one breaks a bound or cannot run."""
    kept = 0
    for name in MEASUREMENTS:
        words = [sys.executable, "-m", "benchmarks", name, *(["--json"] if json else [])]
        code = subprocess.run(words, check=False).returncode
        kept += code == 0
        typer.echo(f"bench {name}: {'ok' if code == 0 else f'FAILED (exit {code})'}")
    typer.echo(f"{kept} of {len(MEASUREMENTS)}")
    raise typer.Exit(0 if kept == len(MEASUREMENTS) else 1)
