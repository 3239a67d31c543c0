from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from queue_kit import languages
from queue_kit.languages import scripts, speech


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An office's own folder of packs, in force from the next word on; afterwards nothing of it is remembered."""
    folder = tmp_path / "packs"
    folder.mkdir()
    monkeypatch.setenv("MOTCUA_LANGUAGES", str(folder))
    forget()
    yield folder
    monkeypatch.undo()
    forget()


def forget() -> None:
    """What a process read of packs once and for all."""
    for remembered in (languages.pack, languages.about, speech.speech, scripts._letters, languages._chain):
        remembered.cache_clear()
    languages._plural.cache_clear()


@pytest.fixture
def own(packs: Path) -> Callable[..., None]:
    """Write files of a pack: ``own("xx", pack={…}, kiosk={…})``."""

    def write(lang: str, **files: object) -> None:
        (packs / lang).mkdir(exist_ok=True)
        for name, content in files.items():
            (packs / lang / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        forget()

    return write
