"""What is missing or wrong in a language pack: ``python -m queue_kit.languages.checking [LANG …]``.

Compared with Vietnamese, which is always complete. Exit code 1 when anything is wrong; what a draft merely lacks is
told and is no fault: it is said in another language meanwhile.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PIL import ImageFont

from queue_kit.languages import BREAK, FALLBACK, LanguagePackError, Sentence, about, languages, pack
from queue_kit.languages.about import font_file
from queue_kit.languages.speech import speech

_SIZE = 64
#: never drawn: blanks, line ends and the break that nobody sees
_UNSEEN = {BREAK, "\u00a0", "\n", " "}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing: a sentence that is missing, idle or has other places, a letter that no font has, a file."""

    kind: Literal["missing", "idle", "places", "letter", "pack"]
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.what}"


def problems(lang: str) -> list[Problem]:
    """Everything that is missing or wrong in a pack; never raises for what is in it."""
    try:
        said, whole = pack(lang), pack(FALLBACK)
        about(lang)
        speech(lang)
        found = [*_keys(said, whole), *_places(said, whole), *_letters(lang, said)]
    except LanguagePackError as error:
        return [Problem("pack", lang, error.en)]
    return found


def _keys(said: dict[str, Sentence], whole: dict[str, Sentence]) -> Iterator[Problem]:
    for key in sorted(whole.keys() - said.keys()):
        # Weekdays that a pack leaves out come from CLDR by themselves.
        if not key.startswith("common.weekday."):
            yield Problem("missing", key, "no sentence")
    for key in sorted(said.keys() - whole.keys()):
        yield Problem("idle", key, "nobody says it")


def _places(said: dict[str, Sentence], whole: dict[str, Sentence]) -> Iterator[Problem]:
    for key in sorted(said.keys() & whole.keys()):
        first = whole[key]
        wanted = _named(first if isinstance(first, str) else first["other"])
        sentence = said[key]
        for form in [sentence] if isinstance(sentence, str) else sentence.values():
            if _named(form) != wanted:
                yield Problem("places", key, f"{sorted(_named(form))} instead of {sorted(wanted)}")


def _named(form: str) -> set[str]:
    return set(re.findall(r"{(\w*)}", form))


def _letters(lang: str, said: dict[str, Sentence]) -> Iterator[Problem]:
    from queue_kit.fonts import find_font

    file = font_file(lang, "regular") or find_font("medium")
    font = ImageFont.truetype(str(file), _SIZE)
    nothing = font.getmask("\U000f0000")
    lacking = (nothing.size, bytes(nothing))
    seen: set[str] = set(_UNSEEN)
    texts = [form for s in said.values() for form in ([s] if isinstance(s, str) else s.values())]
    for letter in sorted(set("".join([*texts, about(lang).name])) - seen):
        drawn = font.getmask(letter)
        if (drawn.size, bytes(drawn)) == lacking:
            yield Problem("letter", f"U+{ord(letter):04X}", f"{letter} is not in {file.name}")


def main(argv: list[str] | None = None) -> int:
    """Run from a shell."""
    parser = argparse.ArgumentParser(description="Say what is missing or wrong in language packs.")
    parser.add_argument("langs", nargs="*", metavar="LANG", help="as en, km; all when left out")
    wrong = 0
    for lang in parser.parse_args(argv).langs or languages():
        found = problems(lang)
        draft = not any(problem.kind == "pack" for problem in found) and about(lang).draft
        lacks = sum(problem.kind == "missing" for problem in found)
        wrong += len(found) - (lacks if draft else 0)
        sys.stdout.write(f"{lang}: {len(pack(FALLBACK)) - lacks} of {len(pack(FALLBACK))} sentences")
        sys.stdout.write(", a draft to be checked by a native speaker\n" if draft else "\n")
        sys.stdout.writelines(f"  {problem}\n" for problem in found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
