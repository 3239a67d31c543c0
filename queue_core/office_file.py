"""Reading an office's configuration file (YAML 1.2), with the line of each mistake.

YAML 1.2, not 1.1: ``16:30`` stays a text and ``no`` a word.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from queue_core.decisions.arranging import config_error
from queue_core.errors import ConfigError
from queue_core.office import Office

MAX_FILE_BYTES = 4 * 1024 * 1024


def read_office(path: Path) -> Office:
    """Read and check a file. Raises ConfigError: config.unreadable, or config.invalid with path, line and allowed."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ConfigError("config.unreadable", file=path.name, problem=f"over {MAX_FILE_BYTES} bytes")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("config.unreadable", file=path.name, problem=error) from error
    return parse_office(text, path.name)


def parse_office(text: str, name: str = "office.yaml") -> Office:
    """The same for a text."""
    try:
        loaded = YAML(typ="rt", pure=True).load(io.StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "–"
        raise ConfigError("config.unreadable", file=f"{name}:{line}", problem=error.problem or error.context) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError("config.unreadable", file=name, problem=error) from error
    if not isinstance(loaded, dict):
        raise ConfigError("config.unreadable", file=name, problem="not a mapping of keys")
    try:
        return Office.model_validate(_plain(loaded))
    except ValidationError as error:
        raise config_error(error, _line_of(loaded, error)) from error


def _plain(value: Any) -> Any:
    """Strip the YAML library's own types."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if value is None or type(value) in {str, int, float, bool}:
        return value
    for plain in (bool, int, float):
        if isinstance(value, plain):
            return plain(value)
    return str(value)


def _line_of(loaded: Any, error: ValidationError) -> int | str:
    """Line (from 1) of the value that the first problem is about, as near as its path reaches."""
    location = [part for part in error.errors(include_url=False)[0]["loc"] if isinstance(part, (str, int))]
    if not location:
        location = list(_path_in_words(loaded, str(error.errors(include_url=False)[0]["msg"])))
    node, line = loaded, getattr(getattr(loaded, "lc", None), "line", 0)
    for part in location:
        try:
            marks: Any = getattr(node, "lc", None)
            line = marks.item(part)[0] if isinstance(node, list) else marks.key(part)[0]
            node = node[part]
        except (KeyError, IndexError, AttributeError, TypeError):
            break
    return int(line) + 1


def _path_in_words(loaded: Any, message: str) -> list[str | int]:
    """Follow ``Value error, services.ho-tich.prefix: …`` where a list's item is named by its id."""
    words = message.removeprefix("Value error, ").split(":", 1)[0].split(".")
    path: list[str | int] = []
    node = loaded
    for word in words:
        if isinstance(node, dict) and word in node:
            path.append(word)
            node = node[word]
            continue
        found = _find_id(node, word)
        if found is None:
            break
        path += found
        for step in found:
            node = node[step]
    return path


def _find_id(node: Any, wanted: str) -> list[str | int] | None:
    for index, item in enumerate(node if isinstance(node, list) else []):
        if isinstance(item, dict) and item.get("id") == wanted:
            return [index]
        if isinstance(item, dict) and (deeper := _find_id(item.get("services"), wanted)):
            return [index, "services", *deeper]
    return None
