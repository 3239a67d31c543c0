"""`motcua NAME …`: finds the subcommand by the entry-point group `motcua.commands` and imports only that one.

The list is printed without importing any command, nor typer: `motcua --help` answers at once on a slow card.
A command that another installed distribution declares in the same group appears in the list by itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import NoReturn

from motcua.lazy import CommandMissingError, load, run

GROUP = "motcua.commands"
USAGE_ERROR = 2

SUMMARIES: Mapping[str, str] = {
    "demo": "the whole office on this computer: broker, hub, kiosk, board, printer",
    "hub": "the office's hub: issues the numbers, keeps the journal, serves the officers' console",
    "kiosk": "the touch screen in the lobby",
    "display": "the television board, its calls and its voice",
    "central": "the province: takes every office's journal, tells how far each is",
    "signs": "the number signs above the counters, the keypads on the desks",
    "scanner": "set up, find and try barcode scanners and cameras",
    "voice": "record, check and hear the voice of the lobby",
    "doctor": "the technician's tool: every device with its state, a test for each, a report",
    "health": "one look at the whole device: units, clock, disk, network, backup, certificates",
    "simulate": "a whole day at speed, watched from outside",
    "bench": "measure the figures that the README states",
    "firmware": "a device's boot files and lock-down: render, explain, check",
    "journal": "verify, read, back up and salvage the journal",
    "catalogue": "import, fetch, compare, search and check the list of procedures",
    "office": "check an office's configuration file",
    "provision": "make devices of an inventory: cards, files, identities, replacements",
    "update": "update this device from the office's repository; what does not hold is taken back",
}
"""One line a command, kept here so that the list needs no import; a test keeps it equal to the declared commands."""


def declared() -> dict[str, str]:
    """Every declared command, name to address `module:attribute`; this distribution's own win."""
    own = {entry.name: entry.value for entry in _own_entry_points()}
    foreign = {entry.name: entry.value for entry in metadata.entry_points(group=GROUP) if entry.name not in own}
    return {name: own[name] for name in SUMMARIES if name in own} | own | foreign


def _own_entry_points() -> metadata.EntryPoints:
    try:
        return metadata.distribution("motcua").entry_points.select(group=GROUP)
    except metadata.PackageNotFoundError:
        return metadata.EntryPoints()


def help_text(commands: Mapping[str, str]) -> str:
    """What `motcua --help` prints."""
    width = max((len(name) for name in commands), default=0)
    lines = [
        f"  {name:<{width}}  {SUMMARIES.get(name, f'added by {address}')}" for name, address in commands.items()
    ] or ["  (none: the project is not installed here; run: make setup)"]
    return "\n".join(
        [
            "Usage: motcua COMMAND [OPTIONS]",
            "",
            "The queue of a one-stop office: kiosk, counters, board and voice.",
            "",
            "Commands:",
            *lines,
            "",
            "motcua COMMAND --help tells each one's options; motcua --version tells the version.",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends the process with the subcommand's exit code, 2 when there is no such command."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    name = words[0] if words else "--help"
    if name in {"--help", "-h", "help"}:
        print(help_text(declared()))
        return
    if name in {"--version", "-V"}:
        from queue_core.version import version

        print(f"motcua {version()}")
        return
    # Kivy would otherwise read our own options from sys.argv when it is imported, and refuse them.
    os.environ.setdefault("KIVY_NO_ARGS", "1")
    address = _address(name)
    try:
        command = load(address)
    except CommandMissingError as error:
        _refuse(f"the command {name!r} cannot run here: {error}")
    run(command, words[1:], f"motcua {name}")


def _address(name: str) -> str:
    # The usual case reads one distribution's metadata; all of them are searched only for a stranger's command.
    for entry in _own_entry_points():
        if entry.name == name:
            return entry.value
    commands = declared()
    if name not in commands:
        from difflib import get_close_matches

        near = get_close_matches(name, commands, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        _refuse(f"there is no command {name!r}{hint} (motcua --help lists them)")
    return commands[name]


def _refuse(message: str) -> NoReturn:
    print(f"motcua: {message}", file=sys.stderr)
    raise SystemExit(USAGE_ERROR)
