"""When a device may be updated: ``/etc/motcua/update.yaml``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from motcua.update.errors import UpdateError

PATH: Final = Path("/etc/motcua/update.yaml")
_WINDOW: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_SETTLE_S: Final = (5, 1800)


@dataclass(frozen=True, slots=True)
class Settings:
    """``window``: begin and end by the device's own clock, None: never. ``settle_s``: how long a version is watched."""

    window: tuple[dt.time, dt.time] | None = (dt.time(1), dt.time(4))
    settle_s: int = 60

    def open_at(self, now: dt.time) -> bool:
        """Whether the window is open; it may pass midnight, and its end is outside."""
        if self.window is None:
            return False
        begin, end = self.window
        return begin <= now < end if begin <= end else now >= begin or now < end


def read_settings(path: Path = PATH) -> Settings:
    """The settings, the usual ones where there is no file. Raises :class:`UpdateError` ``update.settings``."""
    try:
        values = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (YAMLError, UnicodeDecodeError) as error:
        raise UpdateError("update.settings", file=path, problem=str(error).splitlines()[0]) from error
    if not isinstance(values, dict):
        raise UpdateError("update.settings", file=path, problem="no keys in it")
    return _settings(path, values)


def _settings(path: Path, values: dict[str, Any]) -> Settings:
    def wrong(problem: str) -> UpdateError:
        return UpdateError("update.settings", file=path, problem=problem)

    if unknown := set(values) - {"window", "settle_s"}:
        raise wrong(f"unknown: {', '.join(sorted(map(str, unknown)))}")
    found = Settings()
    window, settle_s = found.window, values.get("settle_s", found.settle_s)
    if "window" in values:
        said = str(values["window"])
        match = _WINDOW.fullmatch(said)
        if match is None and said != "never":
            raise wrong(f"window: {said!r}")
        begin_h, begin_min, end_h, end_min = map(int, match.groups() if match else (0, 0, 0, 0))
        window = None if match is None else (dt.time(begin_h, begin_min), dt.time(end_h, end_min))
        if window is not None and window[0] == window[1]:
            raise wrong("window: begin and end are the same")
    if not isinstance(settle_s, int) or not _SETTLE_S[0] <= settle_s <= _SETTLE_S[1]:
        raise wrong(f"settle_s: {settle_s!r}")
    return Settings(window, settle_s)
