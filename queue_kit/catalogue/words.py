"""The office's words: what citizens say for what the portal writes, and the matters of a life.

Both files are YAML that an office may copy and edit; they are checked here, a mistake is told with its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from queue_core.vietnamese import nfc
from queue_kit.catalogue.errors import CatalogueError

HERE: Final = Path(__file__).parent
SHIPPED_SYNONYMS: Final = HERE / "synonyms.yaml"
SHIPPED_EVENTS: Final = HERE / "life_events.yaml"
MAX_FILE_BYTES: Final = 4 * 1024 * 1024


def _tidy(value: object) -> object:
    return " ".join(nfc(value).split()) if isinstance(value, str) else value


Phrase = Annotated[str, BeforeValidator(_tidy), Field(min_length=1, max_length=200)]
M = TypeVar("M", bound=BaseModel)
Code = Annotated[str, Field(pattern=r"^\d\.\d{6}$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Synonyms(_Model):
    """Everyday words.

    ``same``: groups of phrases that mean the same. ``also``: what people say for a procedure. ``common``: procedures
    asked for daily, shown first among equals; ``rare`` words of a name and ``rare_fields`` come last among equals.
    ``filler``: words that say nothing about the matter.
    """

    filler: tuple[Phrase, ...] = ()
    same: tuple[tuple[Phrase, ...], ...] = ()
    common: tuple[Code, ...] = ()
    rare: tuple[Phrase, ...] = ()
    rare_fields: tuple[Phrase, ...] = ()
    also: dict[Code, tuple[Phrase, ...]] = {}


class LifeEvent(_Model):
    """A matter of life ("Sinh con") and what belongs to it: whole fields, codes in order, words of names."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    name: dict[str, Phrase]
    icon: str = ""
    codes: tuple[Code, ...] = ()
    fields: tuple[Phrase, ...] = ()
    words: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()


class LifeEvents(_Model):
    """All matters of life, in the order in which they are shown."""

    events: tuple[LifeEvent, ...] = ()


def read_synonyms(path: Path = SHIPPED_SYNONYMS) -> Synonyms:
    """Read the everyday words. Raises CatalogueError catalogue.words_wrong."""
    return _read(path, Synonyms)


def read_events(path: Path = SHIPPED_EVENTS) -> LifeEvents:
    """Read the matters of life. Raises CatalogueError catalogue.words_wrong."""
    return _read(path, LifeEvents)


def _read(path: Path, model: type[M]) -> M:
    values = _yaml(path)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CatalogueError("catalogue.words_wrong", file=path.name, place=place, problem=first["msg"]) from error


def _yaml(path: Path) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise CatalogueError("catalogue.words_wrong", file=path.name, place="–", problem="too large")
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, YAMLError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = f"line {line + 1}" if line is not None else "–"
        problem = getattr(error, "problem", None) or error
        raise CatalogueError("catalogue.words_wrong", file=path.name, place=place, problem=problem) from error
