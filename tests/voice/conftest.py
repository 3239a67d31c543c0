from __future__ import annotations

from pathlib import Path

import pytest

from queue_kit.voice import make_clips
from queue_kit.voice.clips import VoicePack, default_folder, load


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> VoicePack:
    """The default pack: the one that set-up made, brought up to date."""
    folder: Path = default_folder()
    make_clips.make(folder)
    return load(folder)
