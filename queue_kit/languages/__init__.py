"""What citizens read and hear, in every language that has a pack (docs/languages.md).

A pack is a folder ``packs/{language}/``: ``pack.json`` (:mod:`queue_kit.languages.about`), ``voice.json``
(:mod:`queue_kit.languages.speech`) and files of sentences, each a flat object: key → sentence with ``{name}`` places,
or key → ``{"one": …, "other": …}`` chosen by the argument ``count``. A key belongs to the file of its first word
(``kiosk.home.title`` stands in ``kiosk.json``). Vietnamese is always complete; what another language lacks is said
in the one its pack names, at last in Vietnamese. All texts are NFC.

Where no space parts the words (Khmer, Lao), U+200B stands wherever a line may break.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from queue_kit.languages.about import ABOUT, FALLBACK, SPEECH, LanguagePackError, about, folders, languages, read_file

__all__ = [
    "BREAK",
    "FALLBACK",
    "LanguagePackError",
    "about",
    "languages",
    "nearest",
    "offered",
    "pack",
    "tr",
    "weekday",
]

Sentence = str | dict[str, str]
#: a line may break here, and nothing is seen
BREAK: Final = "\u200b"


@cache
def pack(lang: str) -> dict[str, Sentence]:
    """Everything a language says. An unknown language is an empty pack.

    Raises :class:`LanguagePackError` for a file that is no flat object of sentences or a key that stands twice.
    """
    said: dict[str, Sentence] = {}
    for folder in folders(lang):
        here: dict[str, Sentence] = {}
        for file in sorted(folder.glob("*.json")):
            if file.name in {ABOUT, SPEECH}:
                continue
            content = read_file(lang, file)
            twice = here.keys() & content.keys()
            wrong = [key for key, sentence in content.items() if not _is_sentence(sentence)]
            if twice or wrong:
                problem = f"{', '.join(sorted(twice))} twice" if twice else f"{wrong[0]} is no sentence"
                raise LanguagePackError("languages.pack", lang=lang, file=file.name, problem=problem)
            here |= content
        said |= here
    return said


def _is_sentence(said: object) -> bool:
    return isinstance(said, str) or (
        isinstance(said, dict) and "other" in said and all(isinstance(form, str) for form in said.values())
    )


def offered(asked: Iterable[str]) -> list[str]:
    """Those of the languages an office names that have a usable pack, in its order; Vietnamese when there is none.

    A broken pack is left out: nobody in the lobby shall find a dead screen for one word in a file.
    """
    usable = []
    for lang in dict.fromkeys(asked):
        try:
            if pack(lang) and about(lang):
                usable.append(lang)
        except LanguagePackError:
            continue
    return usable or [FALLBACK]


def tr(lang: str, key: str, **args: object) -> str:
    """Give the sentence of ``key`` in ``lang`` with its places filled.

    A sentence that is missing, or whose places nobody can fill, is said in the language the pack names, at last in
    Vietnamese; a key that nobody knows is given back as it is (a test finds those).
    """
    for tongue in _chain(lang):
        sentence = pack(tongue).get(key)
        if sentence is None:
            continue
        if isinstance(sentence, dict):
            sentence = sentence.get(_form(tongue, args.get("count"))) or sentence["other"]
        try:
            return sentence.format(**args) if args else sentence
        except (KeyError, IndexError, ValueError):
            continue
    return key


def nearest(texts: Mapping[str, str], lang: str) -> str:
    """An office's own text in a language, or in the next that its reader may read; empty when there is none."""
    return next((texts[tongue] for tongue in _chain(lang) if texts.get(tongue)), "")


def weekday(lang: str, day: int) -> str:
    """Name of a weekday, 0 is Monday: the pack's, else CLDR's (Babel) for the pack's locale.

    Our packs hold CLDR's names, which a test compares: loading a whole locale takes 5 MB of a kiosk's memory.
    """
    key = f"common.weekday.{day}"
    if key in pack(lang) or lang not in languages():
        return tr(lang, key)
    from babel import Locale

    return str(Locale.parse(about(lang).locale).days["format"]["wide"][day])


@cache
def _chain(lang: str) -> tuple[str, ...]:
    if lang in {FALLBACK, "en"}:
        return tuple(dict.fromkeys((lang, FALLBACK)))
    try:
        instead = about(lang).instead
    except LanguagePackError:
        return (FALLBACK,)
    return tuple(dict.fromkeys((lang, instead, FALLBACK)))


def _form(lang: str, count: object) -> str:
    """The plural form of a count: CLDR's, through Babel; English's own rule is written here for the memory's sake."""
    if not isinstance(count, int):
        return "other"
    if lang == "en":
        return "one" if count == 1 else "other"
    return _plural(lang, count)


@cache
def _plural(lang: str, count: int) -> str:
    from babel import Locale

    return str(Locale.parse(about(lang).locale).plural_form(count))
