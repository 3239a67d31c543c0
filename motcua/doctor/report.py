"""The report: what was found, when, on which machine; to be read by people or by programs."""

from __future__ import annotations

import json
import platform
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from queue_core.clock import VIETNAM
from queue_core.version import version
from queue_kit.doctor import Finding, State
from queue_kit.health import readings
from queue_kit.paper.hand_over import HandOver

MARKS: Final[dict[State, tuple[str, str]]] = {
    "ok": ("TỐT", "OK"),
    "failed": ("LỖI", "FAILED"),
    "unknown": ("KHÔNG RÕ", "UNKNOWN"),
    "absent": ("KHÔNG LẮP", "NOT FITTED"),
}


def as_values(
    findings: Sequence[Finding], *, code: int, root: Path = readings.ROOT, name: str = "doctor"
) -> dict[str, Any]:
    """Plain JSON; no secret is in it."""
    return {
        "name": name,
        "ok": code == 0,
        "exit_code": code,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "host": socket.gethostname(),
        "uptime_s": readings.uptime_s(root),
        "versions": {"motcua": version(), "python": platform.python_version(), **readings.versions(root)},
        "checks": [finding.dump() for finding in findings],
    }


def as_line(finding: Finding, lang: str) -> str:
    """One finding for people."""
    mark = MARKS[finding.outcome.state][lang == "en"]
    return f"{mark:<10} {finding.check.title(lang)} ({finding.check.name}): {finding.outcome.words(lang)}"


def as_text(values: dict[str, Any], findings: Sequence[Finding], lang: str) -> str:
    """The whole report for people."""
    at = datetime.fromisoformat(values["at"]).astimezone(VIETNAM)
    versions = " · ".join(f"{name} {value}" for name, value in values["versions"].items())
    heading = "Kiểm tra thiết bị" if lang != "en" else "Device check"
    return "\n".join(
        [
            f"{heading} · {values['host']} · {at:%H:%M %d/%m/%Y}",
            versions,
            "",
            *(as_line(finding, lang) for finding in findings),
            "",
            f"exit {values['exit_code']}",
            "",
        ]
    )


def as_hand_over(values: dict[str, Any], findings: Sequence[Finding], device: str) -> HandOver:
    """What the sheet says that both sides sign; in Vietnamese, like all that an office files."""
    versions = [f"{name} {value}" for name, value in values["versions"].items()]
    return HandOver(
        device=device,
        at=datetime.fromisoformat(values["at"]),
        facts=(f"Máy {values['host']}", *versions),
        checks=tuple(
            (
                MARKS[finding.outcome.state][0],
                finding.check.title("vi"),
                finding.outcome.vi if finding.outcome.state in {"failed", "unknown"} else "",
            )
            for finding in findings
        ),
    )


def save(file: Path, values: dict[str, Any], findings: Sequence[Finding], lang: str) -> None:
    """Write it, as JSON where the file's name ends so. Raises OSError."""
    as_json = file.suffix == ".json"
    text = json.dumps(values, ensure_ascii=False, indent=1) + "\n" if as_json else as_text(values, findings, lang)
    file.write_text(text, encoding="utf-8")
