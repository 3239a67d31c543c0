"""Reading an office's configuration file (YAML 1.2), with the line of each mistake.

YAML 1.2, not 1.1: ``16:30`` stays a text and ``no`` a word.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from queue_core.decisions.arranging import config_error
from queue_core.errors import ConfigError
from queue_core.office import Office

MAX_FILE_BYTES = 4 * 1024 * 1024


M = TypeVar("M", bound=BaseModel)


def read_office(path: Path) -> Office:
    """Read and check a file. Raises ConfigError: config.unreadable, or config.invalid with path, line and allowed."""
    return read_settings(path, Office)


def read_settings(path: Path, model: type[M]) -> M:
    """The same for any model: what stands beside a device is written like the office's own file."""
    return _validated(load_marked(path), model)


def parse_office(text: str, name: str = "office.yaml") -> Office:
    """An office of a text; raises as :func:`read_office` does."""
    return _validated(parse_marked(text, name), Office)


def load_marked(path: Path) -> Any:
    """A file's mapping, not checked yet, that knows the line of each key. Raises ConfigError config.unreadable."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ConfigError("config.unreadable", file=path.name, problem=f"over {MAX_FILE_BYTES} bytes")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("config.unreadable", file=path.name, problem=error) from error
    return parse_marked(text, path.name)


def parse_marked(text: str, name: str) -> Any:
    """The same of a text; ``name`` stands in the error."""
    try:
        loaded = YAML(typ="rt", pure=True).load(io.StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "–"
        raise ConfigError("config.unreadable", file=f"{name}:{line}", problem=error.problem or error.context) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError("config.unreadable", file=name, problem=error) from error
    if not isinstance(loaded, dict):
        raise ConfigError("config.unreadable", file=name, problem="not a mapping of keys")
    return loaded


def _validated(loaded: Any, model: type[M]) -> M:
    try:
        return model.model_validate(plain(loaded))
    except ValidationError as error:
        raise config_error(error, _line_of(loaded, error)) from error


def plain(value: Any) -> Any:
    """Strip the YAML library's own types."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if value is None or type(value) in {str, int, float, bool}:
        return value
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return str(value)


def _line_of(loaded: Any, error: ValidationError) -> int | str:
    """Line (from 1) of the value that the first problem is about, as near as its path reaches."""
    location = [part for part in error.errors(include_url=False)[0]["loc"] if isinstance(part, (str, int))]
    if not location:
        location = list(_path_in_words(loaded, str(error.errors(include_url=False)[0]["msg"])))
    return line_at(loaded, location)


def line_at(loaded: Any, location: Sequence[str | int]) -> int:
    """Line (from 1) of what keys and places lead to in a loaded file, as near as they reach."""
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
