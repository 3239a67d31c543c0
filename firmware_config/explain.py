"""Says what each line of a ``config.txt`` or ``cmdline.txt`` is for, and refuses what it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, TypeVar

from firmware_config.boot_files import LINE_LIMIT
from firmware_config.boot_keys import CONFIG, FILTERS, KERNEL, OVERLAYS, PARAMS
from firmware_config.errors import FirmwareError

T = TypeVar("T")
_LARGEST_BYTES: Final = 64 * 1024
_FILTER: Final = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Explained:
    """A line (or a word of the kernel's line) and what it is for."""

    line: int
    text: str
    says: str


def explain_file(path: Path) -> list[Explained]:
    """Explain a file; one whose name holds ``cmdline`` is the kernel's line.

    Raises :class:`FirmwareError`: ``firmware.unreadable``, ``unknown_key``, ``bad_value``, ``line_too_long``,
    ``one_line``.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FirmwareError("firmware.unreadable", file=path.name, problem=f"over {_LARGEST_BYTES} bytes")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FirmwareError("firmware.unreadable", file=path.name, problem=str(error)) from error
    return explain_cmdline(text, path.name) if "cmdline" in path.name else explain_config(text, path.name)


def explain_config(text: str, file: str = "config.txt") -> list[Explained]:
    """Each line that does something. Raises as :func:`explain_file` does."""
    return list(_config_lines(text, file))


def _config_lines(text: str, file: str) -> Iterator[Explained]:
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if len(line) > LINE_LIMIT:
            raise FirmwareError("firmware.line_too_long", file=file, line=number, length=len(line))
        if (match := _FILTER.fullmatch(line)) is not None:
            yield Explained(number, line, _of(FILTERS, match[1], file, number))
            continue
        name, equals, value = line.partition("=")
        key = _of(CONFIG, name if equals else line, file, number)
        if not key.takes(value):
            raise _bad(file, number, name, value, key.allowed)
        says = {"dtoverlay": _overlay, "dtparam": _params}.get(name)
        yield Explained(number, line, key.says if says is None else says(value, file, number))


def _overlay(value: str, file: str, number: int) -> str:
    if not value:
        return "the end of the overlay's parameters above"
    name, *params = value.split(",")
    about, known = _of(OVERLAYS, name, file, number)
    told = [_of(known, one.partition("=")[0], file, number) for one in params]
    return f"{about}: {', '.join(told)}" if told else about


def _params(value: str, file: str, number: int) -> str:
    told = []
    for one in value.split(","):
        name, _, chosen = one.partition("=")
        about, allowed = _of(PARAMS, name, file, number)
        if not re.fullmatch(allowed, chosen):
            raise _bad(file, number, name, chosen, allowed.replace("|", " or "))
        told.append(f"{about}: {chosen}")
    return "; ".join(told)


def explain_cmdline(text: str, file: str = "cmdline.txt") -> list[Explained]:
    """Each word. Raises as :func:`explain_file` does."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != 1:
        raise FirmwareError("firmware.one_line", file=file, lines=len(lines))
    told = []
    for word in lines[0].split():
        name, _, value = word.partition("=")
        key = _of(KERNEL, name, file, 1)
        if not key.takes(value):
            raise _bad(file, 1, name, value, key.allowed)
        told.append(Explained(1, word, key.says))
    return told


def _of(known: dict[str, T], name: str, file: str, number: int) -> T:
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f" ({_near(near)})" if near else ""
    raise FirmwareError("firmware.unknown_key", file=file, line=number, name=name, near=hint)


def _near(names: Iterable[str]) -> str:
    return ", ".join(f"{name}?" for name in names)


def _bad(file: str, number: int, name: str, value: str, allowed: str) -> FirmwareError:
    return FirmwareError("firmware.bad_value", file=file, line=number, name=name, value=value, allowed=allowed)
