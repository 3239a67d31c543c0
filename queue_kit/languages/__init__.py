"""What the lobby's screens say, in every language that has a pack.

A pack is a folder ``packs/{language}/`` of JSON files, each a flat object: key → sentence with ``{name}`` places, or
key → ``{"one": …, "other": …}`` chosen by the argument ``count``. A key belongs to the file of its first word
(``kiosk.home.title`` stands in ``kiosk.json``). Vietnamese is always complete; what another language lacks is said
in Vietnamese. All texts are NFC.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

PACKS: Final = Path(__file__).with_name("packs")
FALLBACK: Final = "vi"

Sentence = str | dict[str, str]


@cache
def pack(lang: str) -> dict[str, Sentence]:
    """Everything a language says. An unknown language is an empty pack.

    Raises :class:`ValueError` for a file that is no flat JSON object or a key that stands twice.
    """
    said: dict[str, Sentence] = {}
    if not lang.isalpha():
        return said
    for file in sorted((PACKS / lang).glob("*.json")):
        content = json.loads(unicodedata.normalize("NFC", file.read_text(encoding="utf-8")))
        if not isinstance(content, dict) or said.keys() & content.keys():
            raise ValueError(f"{file.name}: must be one flat object whose keys stand in no other file")
        said.update(content)
    return said


def languages() -> list[str]:
    """The languages that have a pack, Vietnamese first."""
    return sorted(
        (folder.name for folder in PACKS.iterdir() if folder.is_dir()), key=lambda name: (name != FALLBACK, name)
    )


def tr(lang: str, key: str, **args: object) -> str:
    """Give the sentence of ``key`` in ``lang`` with its places filled.

    A missing sentence is said in Vietnamese; a key that nobody knows is given back as it is (a test finds those).
    """
    sentence = pack(lang).get(key)
    if sentence is None:
        sentence = pack(FALLBACK).get(key, key)
    if isinstance(sentence, dict):
        sentence = sentence["one" if args.get("count") == 1 and "one" in sentence else "other"]
    return sentence.format(**args) if args else sentence


def weekday(lang: str, day: int) -> str:
    """Name of a weekday, 0 is Monday."""
    return tr(lang, f"common.weekday.{day}")
