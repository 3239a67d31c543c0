"""What stands on the screen and what can be touched, for those who test and measure with real touches."""

from __future__ import annotations

import json
from pathlib import Path

from kivy.uix.label import Label

from kiosk import session as s
from kiosk.stage import Stage
from queue_kit.screen.touchable import Touchable
from queue_kit.screen.widgets import Icon


class TouchMap:
    """Writes ``file`` at each new screen: its words, its targets and where they are (px from the upper left corner).

    ``height``: the screen's, px.
    """

    def __init__(self, file: Path, height: int) -> None:
        self._file, self._height = file, height
        self._written: object = None

    def write(self, stage: Stage, visit: s.Visit) -> None:
        """Tell what is drawn now, unless it was told."""
        mark = (stage.built, visit.shown)
        if mark == self._written:
            return
        self._written = mark
        widgets = list((stage.sheet or stage).walk())
        said = {
            "screen": visit.screen,
            "slip": visit.slip,
            "overlay": visit.overlay,
            "words": [one.text for one in widgets if isinstance(one, Label) and not isinstance(one, Icon)],
            "targets": [
                {"says": one.says, "x": round(one.center_x), "y": round(self._height - one.center_y)}
                for one in widgets
                if isinstance(one, Touchable)
            ],
        }
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        part.replace(self._file)
