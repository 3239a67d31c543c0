"""What a language pack says of itself: ``packs/{language}/pack.json``, and where packs are.

``{"name": "ខ្មែរ", "english": "Khmer", "locale": "km", "draft": true, "instead": "vi", "script": "Khmr",
"letters": "1780-17FF", "fonts": {"regular": "fonts/regular.ttf", …}, "ascent_em": 1.3, "descent_em": 0.5}``

``locale`` is a CLDR locale, whose names of weekdays and plural rule are taken through Babel when the pack does not
hold them. ``MOTCUA_LANGUAGES`` names a folder of an office's own packs; a pack there with the name of one of ours
lies over it, sentence by sentence.
"""

from __future__ import annotations

import json
import os
import unicodedata
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from queue_core.errors import MotcuaError, register

PACKS: Final = Path(__file__).with_name("packs")
#: what is said where a language has no sentence, and the only pack that is always there
FALLBACK: Final = "vi"
ABOUT: Final = "pack.json"
SPEECH: Final = "voice.json"
_CODE: Final = (2, 3)
Style = Literal["regular", "semibold", "bold"]

register(
    {
        "languages.pack": (
            "Gói ngôn ngữ {lang} không dùng được ({file}): {problem}. Hãy sửa tệp theo docs/languages.md.",
            "The language pack {lang} cannot be used ({file}): {problem}. Mend the file as docs/languages.md says.",
        )
    }
)


class LanguagePackError(MotcuaError, ValueError):
    """A pack that cannot be used (key ``languages.pack``)."""


class About(BaseModel):
    """A pack's own description.

    :ivar name: the language's name in itself, as its button says it.
    :ivar draft: not yet checked by a native speaker; offered only where an office's configuration names it.
    :ivar instead: the language its readers rather read where the pack has no words (an error of the hub, a name).
    :ivar script: ISO 15924; it tells the screen how letters join.
    :ivar letters: ranges of code points that our own lettering lacks, "1780-17FF,19E0-19FF".
    :ivar fonts: files with those letters *and* Latin with Vietnamese: in the pack's folder, or any by its full path.
    :ivar ascent_em, descent_em: room above and below the baseline that the tallest letter needs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: Annotated[str, Field(min_length=1, max_length=30)]
    english: Annotated[str, Field(min_length=1, max_length=30)]
    locale: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Za-z]+)*$")]
    draft: bool = False
    instead: Literal["vi", "en"] = "vi"
    script: Annotated[str, Field(pattern=r"^[A-Z][a-z]{3}$")] = "Latn"
    direction: Literal["ltr"] = "ltr"
    letters: Annotated[str, Field(pattern=r"^([0-9A-F]{4,6}-[0-9A-F]{4,6}(,[0-9A-F]{4,6}-[0-9A-F]{4,6})*)?$")] = ""
    fonts: dict[Style, str] = {}
    ascent_em: Annotated[float, Field(ge=0.8, le=2)] = 1.23
    descent_em: Annotated[float, Field(ge=0.1, le=1.5)] = 0.265

    @field_validator("fonts")
    @classmethod
    def _whole(cls, fonts: dict[Style, str]) -> dict[Style, str]:
        if fonts and "regular" not in fonts:
            message = "fonts need at least “regular”"
            raise ValueError(message)
        return fonts

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The letters as pairs of code points, both inclusive."""
        pairs = (part.split("-") for part in self.letters.split(",") if part)
        return tuple((int(first, 16), int(last, 16)) for first, last in pairs)


def folders(lang: str) -> list[Path]:
    """Where a language's files are, ours first; empty for an unknown one."""
    if not (lang.isascii() and lang.islower() and lang.isalpha() and len(lang) in _CODE):
        return []
    return [folder / lang for folder in _roots() if (folder / lang).is_dir()]


def languages() -> list[str]:
    """The languages that have a pack, Vietnamese first; whether one is usable, :func:`about` says."""
    found = {folder.name for root in _roots() for folder in root.iterdir() if folders(folder.name)}
    return sorted((lang for lang in found if _file(lang, ABOUT)), key=lambda lang: (lang != FALLBACK, lang))


@cache
def about(lang: str) -> About:
    """What a pack says of itself. Raises :class:`LanguagePackError`."""
    said = read(lang, ABOUT)
    try:
        return About.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LanguagePackError("languages.pack", lang=lang, file=ABOUT, problem=f"{where}: {first['msg']}") from error


def font_file(lang: str, style: Style) -> Path | None:
    """The file with a language's own letters in a style, or the next lighter; None when our lettering has them.

    Raises :class:`LanguagePackError` when the file is away.
    """
    fonts = about(lang).fonts
    name = fonts.get(style) or (fonts.get("semibold") if style == "bold" else None) or fonts.get("regular")
    if name is None:
        return None
    for folder in reversed(folders(lang)):
        if (folder / name).is_file():
            return folder / name
    raise LanguagePackError("languages.pack", lang=lang, file=name, problem="no such font file")


def read(lang: str, name: str) -> dict[str, Any]:
    """A JSON object of a pack, NFC; the office's own file lies over ours. Raises :class:`LanguagePackError`."""
    said: dict[str, Any] = {}
    for folder in folders(lang):
        if (folder / name).is_file():
            said |= read_file(lang, folder / name)
    return said


def read_file(lang: str, file: Path) -> dict[str, Any]:
    """One JSON object, NFC. Raises :class:`LanguagePackError`."""
    try:
        content = json.loads(unicodedata.normalize("NFC", file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise LanguagePackError("languages.pack", lang=lang, file=file.name, problem=str(error)) from error
    if not isinstance(content, dict):
        raise LanguagePackError("languages.pack", lang=lang, file=file.name, problem="not a JSON object")
    return content


def _roots() -> list[Path]:
    own = os.environ.get("MOTCUA_LANGUAGES")
    return [PACKS, Path(own)] if own and Path(own).is_dir() else [PACKS]


def _file(lang: str, name: str) -> Path | None:
    return next((folder / name for folder in reversed(folders(lang)) if (folder / name).is_file()), None)
