"""Find a command by its address and run it: nothing is imported before it is asked for.

Why by hand: importing typer and every part of the office (Kivy, FastAPI, escpos) before printing a help text takes
seconds on a Pi. An address is `module:attribute`, as in an entry point; the attribute is a typer application or a
typer-style function.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, NoReturn


class CommandMissingError(LookupError):
    """The command is declared but its module, or a library that it needs, is not installed here."""


def load(address: str) -> Any:
    """Import what `module:attribute` names and give the attribute.

    Raises CommandMissingError, with a sentence to show, when the module or the attribute is not there, or when a
    library that the module needs is missing. Every other error of the module itself goes through: to hide it would
    hide a fault.
    """
    module_name, _, attribute = address.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.partition(".")[0] == module_name.partition(".")[0]:
            message = f"it is declared as {address}, but this installation has no module {missing}"
        else:
            message = f"{module_name} needs the library {missing}, which is not installed; run: make setup"
        raise CommandMissingError(message) from error
    try:
        return getattr(module, attribute)
    except AttributeError as error:
        message = f"it is declared as {address}, but {module_name} has no {attribute}"
        raise CommandMissingError(message) from error


def run(command: Any, arguments: Sequence[str], program: str) -> NoReturn:
    """Run a typer application or function with its own arguments, and end the process with its exit code.

    `program` is the name in its usage line ("motcua journal").
    """
    import typer

    if isinstance(command, typer.Typer):
        application = command
    else:
        application = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
        application.command()(command)
    application(args=list(arguments), prog_name=program)
    raise SystemExit(0)
