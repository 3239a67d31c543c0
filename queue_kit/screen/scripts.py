"""Khmer, Lao and other scripts on a Kivy label: their font, their joining, their line breaks.

Three things SDL_ttf's label does not do by itself, measured on Kivy 2.3.1:

* It draws a label with one file, and ours has no Khmer: a text that holds such letters takes its language's file.
* It joins letters as Latin does unless it is told the script: vowels then stand on the wrong side and subscripts apart.
  It is told while a text is drawn, but not while it is measured: a measure before the first drawing was up to a sixth
  too wide.
* It breaks lines at spaces only, and between any two letters where there are none: a text's U+200B become line
  breaks where the width wants them.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from queue_kit.languages import BREAK
from queue_kit.languages.about import Style
from queue_kit.languages.scripts import file_of, language_of, script_of

_LATIN: Final = ("Latin", "Latn")


def teach(styles: dict[str, Style]) -> None:
    """Make every label able to do it. ``styles``: our families → the style of a pack's file. Once a process."""
    from kivy.core.text import Label
    from kivy.core.text._text_sdl2 import _SurfaceContainer

    if getattr(Label, "speaks_scripts", False):
        return
    resolve, extents, render = Label.resolve_font_name, Label.get_extents, Label.render
    ended = Label._render_end  # noqa: SLF001 -- Kivy's hook for those who draw words

    def resolve_font_name(self: Any) -> None:
        resolve(self)
        lang = language_of(self._text)
        if lang is not None:
            self.options["font_name_r"] = str(_file(lang, styles.get(self.options["font_name"], "regular")))
            self.options["font_script_name"] = script_of(lang).script
        elif self.options["font_script_name"] not in _LATIN:
            self.options["font_script_name"] = _LATIN[1]

    def get_extents(self: Any, text: str) -> tuple[int, int]:
        if self.options["font_script_name"] not in _LATIN:
            _SurfaceContainer(1, 1).render(self, ".", 0, 0)  # tells the font its script
        wide, high = extents(self, text.replace(BREAK, ""))
        return int(wide), int(high)

    def rendered(self: Any, real: bool = False) -> Any:  # noqa: FBT001, FBT002 -- Kivy's own signature
        whole = self._text
        if real or BREAK not in whole:
            return render(self, real)
        self._text = _broken(self, whole)
        try:
            return render(self, real)
        finally:
            self._text = whole

    def _render_end(self: Any) -> Any:
        picture = ended(self)
        # Kivy keeps it beside the picture it has just made of it, a second time the memory of all words on the screen.
        del self._surface
        return picture

    Label.resolve_font_name, Label.get_extents, Label.render = resolve_font_name, get_extents, rendered
    Label._render_end = _render_end  # noqa: SLF001 -- Kivy's hook for those who draw words
    Label.speaks_scripts = True


def _broken(label: Any, text: str) -> str:
    """The text with a line break at each U+200B that needs one, and without the others."""
    room = label._text_size[0]  # noqa: SLF001 -- the label's own, asked from its own method
    if room is None:
        return text.replace(BREAK, "")
    padding = label.options["padding"]
    room -= padding[0] + padding[2]
    return "\n".join(_filled(label, line, room) for line in text.split("\n"))


def _filled(label: Any, line: str, room: float) -> str:
    done: list[str] = []
    now = ""
    for phrase in line.replace(" ", f" {BREAK}").split(BREAK):
        if now and label.get_extents((now + phrase).rstrip())[0] > room:
            done.append(now.rstrip())
            now = phrase
        else:
            now += phrase
    return "\n".join([*done, now])


@lru_cache(maxsize=32)
def _file(lang: str, style: Style) -> Path:
    """A private copy with the line's height that the pack names."""
    from queue_kit.screen.fonts import with_line_height

    said = script_of(lang)
    copy = Path(os.environ["KIVY_HOME"]) / "lettering" / f"{lang}-{style}.ttf"
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(with_line_height(file_of(lang, style).read_bytes(), said.ascent_em, said.descent_em))
    return copy
