"""Checks run one after the other, each told to people as soon as it ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import typer

from motcua.doctor.report import MARKS, as_line
from queue_kit.doctor import Check, Finding, State, examine

_COLOURS: Final[dict[State, str]] = {"ok": "green", "failed": "red", "unknown": "yellow", "absent": "bright_black"}


def examine_aloud(wanted: Iterable[Check], *, lang: str, err: bool, only_failed: bool = False) -> list[Finding]:
    """Run the checks and print a line for each, in ``lang`` (vi, en); ``err``: beside what is for machines.

    ``only_failed``: nothing is said of what is well, not fitted or not known.
    """
    findings: list[Finding] = []
    for finding in examine(wanted, tell=lambda vi, en: typer.echo(en if lang == "en" else vi, err=True)):
        findings.append(finding)
        if only_failed and finding.outcome.state != "failed":
            continue
        mark = MARKS[finding.outcome.state][lang == "en"]
        rest = as_line(finding, lang).removeprefix(mark)
        typer.echo(typer.style(mark, fg=_COLOURS[finding.outcome.state], bold=True) + rest, err=err)
    return findings
