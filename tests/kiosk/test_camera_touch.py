"""A receipt under the shipped kiosk's camera: shown while a code is asked for, read, asleep when nobody is there."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.scan_pictures import receipt_picture
from queue_core.wire.messages import DossierRequest
from tests.kiosk import dossier_sample as sample
from tests.kiosk.test_dossier_touch import office, saying
from tests.kiosk.test_lobby_touch import DEADLINE_S, Lobby, lobby, more

__all__ = ["lobby", "more", "office"]

SHELF = "desk.png"


def put(folder: Path, name: str, picture: Image.Image) -> None:
    """A whole file at once: a camera gives no half frame."""
    part = folder / f"{name}.part"
    picture.save(part, "PNG")
    part.rename(folder / name)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir(exist_ok=True)
    checks = np.kron(np.indices((9, 16)).sum(axis=0) % 2, np.ones((80, 80))).astype(np.uint8) * 90 + 60
    put(folder, SHELF, Image.fromarray(checks))
    return folder


@pytest.mark.parametrize("lobby", ["camera:folder:{tmp}/shelf?fps=20&cpu=90"], indirect=True)
def test_a_receipt_is_seen_and_read(shelf: Path, office: Lobby) -> None:
    office.hub.dossiers[sample.CODE] = sample.body(4)
    office.touch(office.sees("home"), "Tra cứu hồ sơ")
    office.sees("dossier_code", saying("ABC"))
    deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while not (greys := shelf_greys(office)) >= {60, 150}:
        assert time.monotonic() < deadline, f"the shelf is not on the screen, only {sorted(greys)}"
        pause.wait(0.1)
    put(shelf, "receipt.png", Image.fromarray(receipt_picture(sample.CODE, seed=7)))
    (shelf / SHELF).unlink()
    office.sees("dossier", lambda said: any(sample.CODE in words.replace(" ", "") for words in said["words"]))
    (request,) = office.hub.wait_for("dossier")
    assert isinstance(request, DossierRequest)
    assert request.code == sample.CODE
    (shelf / "receipt.png").unlink()


def shelf_greys(office: Lobby) -> set[int]:
    """Greys (to within 2) of neutral pixels that stand in patches on the screen."""
    picture = np.asarray(office.screen.picture().convert("RGB"), np.int16)
    neutral = picture[np.ptp(picture, axis=2) <= 2][:, 0]
    values, counts = np.unique(neutral, return_counts=True)
    return {wanted for wanted in (60, 150) if counts[abs(values - wanted) <= 2].sum() > 400}
