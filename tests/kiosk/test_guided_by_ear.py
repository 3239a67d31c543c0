"""The shipped kiosk with its picture ignored: a number taken by four keys and by ear, and the click of a touch.

What is heard is measured in the samples that reached the sound card.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.guidance.phrases import number, spoken
from motcua.virtual_screen import VirtualScreen
from queue_core.wire.messages import IssueRequest
from queue_kit.broker import Broker, office_accounts
from queue_kit.languages import tr
from queue_kit.paper.interpreter import VirtualPrinter
from queue_kit.voice.pcm import Pcm, click
from queue_kit.voice.speech import SENTENCE_WPM, SPELLING_WPM, Speech
from tests.kiosk import office_sample as office
from tests.kiosk.fake_hub import FakeHub
from tests.kiosk.sound_card import SlowCard, SoundCard
from tests.kiosk.test_lobby_touch import Lobby

#: a parameter of the listener: each sound lasts until it is broken off
SLOW = "slow"
KEYS = {"previous": "Up", "next": "Down", "choose": "Return", "repeat": "space"}


@dataclass
class Listener:
    """Someone who doesn't see: presses keys, hears the card."""

    screen: VirtualScreen
    hub: FakeHub
    printer: VirtualPrinter
    card: SoundCard
    speech: Speech
    lobby: Lobby
    end: int = 0
    last_s: float = 0.0

    def press(self, key: str) -> None:
        tool = shutil.which("xdotool")
        assert tool is not None
        # Two strokes this near are a trembling hand to the kiosk.
        threading.Event().wait(max(0.0, self.last_s + 0.35 - time.monotonic()))
        self.end = self.card.frames
        subprocess.run([tool, "key", KEYS[key]], env={**os.environ, "DISPLAY": self.screen.display}, check=True)
        self.last_s = time.monotonic()

    def hears(self, lang: str, *texts: str) -> None:
        """These sentences, in this order, since the last key or what was heard after it."""
        clips = [self.speech.clip(lang, spoken(text, lang), wpm=SENTENCE_WPM) for text in texts]
        self.end = self.card.wait_for(*clips, since=self.end)

    def hears_number(self, lang: str, text: str) -> None:
        words = [word for group in number(text, lang) for word in group.words]
        clips: list[Pcm] = [self.speech.clip(lang, word, wpm=SPELLING_WPM) for word in words]
        self.end = self.card.wait_for(*clips, since=self.end)


@pytest.fixture
def listener(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Listener]:
    def ticket(count: int, asked: object) -> object:
        return office.ticket(ticket=f"t-{count}", number=f"A{count + 24:03d}", lang=getattr(asked, "lang", "vi"))

    more = getattr(request, "param", ())
    card = SlowCard(tmp_path) if SLOW in more else SoundCard(tmp_path)
    touch_map, ready = tmp_path / "touch.json", tmp_path / "ready"
    with (
        Broker(tmp_path / "broker", accounts=office_accounts()) as broker,
        VirtualPrinter() as printer,
        FakeHub(broker, office.lobby(), ticket) as hub,  # type: ignore[arg-type]
        VirtualScreen(540, 960) as screen,
    ):
        words = [
            sys.executable, "-m", "motcua", "kiosk", "--province", "tinh-a", "--office", "xa-b",
            "--broker-port", str(broker.port), "--broker-password-file", str(broker.password_path("kiosk-1")),
            "--printer", printer.address, "--scanner", "keyboard:", "--data", str(tmp_path / "kiosk"),
            "--size", "540x960", "--ready-file", str(ready), "--touch-map", str(touch_map),
            *(word for word in more if word != SLOW),
        ]  # fmt: skip
        with (tmp_path / "kiosk.log").open("wb") as log:
            kiosk = subprocess.Popen(words, env={**os.environ, **screen.env, **card.env}, stdout=log, stderr=log)
        try:
            lobby = Lobby(screen, hub, printer, touch_map)
            # The catalogue is open: nothing on the screen moves any more.
            lobby.sees("home", lambda said: any("Tra cứu" in target["says"] for target in said["targets"]))
            yield Listener(screen, hub, printer, card, Speech(tmp_path / "known"), lobby)
            kiosk.terminate()
            assert kiosk.wait(15) == 0, (tmp_path / "kiosk.log").read_text()
        finally:
            kiosk.kill()
            kiosk.wait(10)


def test_a_number_is_taken_by_four_keys_and_by_ear(listener: Listener) -> None:
    listener.press("repeat")
    listener.hears("vi", tr("vi", "guidance.welcome"), office.lobby().office["vi"], "1 trên 6", "Lấy số thứ tự")
    listener.press("next")
    listener.hears("vi", "2 trên 6", "Nhận kết quả")
    listener.press("previous")
    listener.hears("vi", "1 trên 6", "Lấy số thứ tự")
    listener.press("choose")
    listener.hears("vi", "Quý vị cần giải quyết việc gì?", "1 trên 12", "Hộ tịch", "4 người chờ")
    listener.press("next")
    listener.hears("vi", "2 trên 12", "Chứng thực", "bản sao, chữ ký, hợp đồng", "3 người chờ")
    listener.press("choose")
    listener.hears("vi", "Số của quý vị")
    listener.hears_number("vi", "A025")
    listener.hears("vi", "Phía trước còn 3 người", "Chờ khoảng 10 đến 15 phút", "Quầy 2 hoặc 3")
    listener.hears("vi", "Mời lấy phiếu bên dưới")
    listener.printer.wait_for_slip(1, 20.0)
    (asked,) = listener.hub.wait_for("issue")
    assert isinstance(asked, IssueRequest)
    assert (asked.service, asked.lang, asked.priority) == ("chung-thuc", "vi", None)
    # "Done", and the next one is not read to: a key begins anew.
    listener.press("choose")
    listener.hears("vi", tr("vi", "guidance.goodbye"))
    listener.lobby.sees("home")


def test_in_english_with_priority(listener: Listener) -> None:
    listener.press("next")
    listener.hears("vi", tr("vi", "guidance.welcome"))
    listener.press("previous")
    listener.hears("vi", "6 trên 6", "Gọi cán bộ")
    listener.press("previous")
    listener.hears("en", tr("en", "common.language"))
    listener.press("choose")
    listener.hears("en", "1 of 6", "Take a number")
    listener.press("choose")
    listener.hears("en", "1 of 12", "Civil status")
    listener.press("choose")
    listener.hears("en", "Your number")
    listener.hears_number("en", "A025")
    listener.hears("en", "3 people ahead of you")


def test_each_touch_is_heard_as_one_soft_click(listener: Listener) -> None:
    home = listener.lobby.sees("home")
    listener.lobby.touch(home, "Lấy số thứ tự")
    end = listener.card.wait_for(click())
    listener.lobby.touch(listener.lobby.sees("services"), "Hộ tịch")
    assert not listener.card.heard()[: end - len(click().data) // 2].any()
    second = listener.card.wait_for(click(), since=end)
    listener.lobby.sees("number", lambda said: said["slip"] == "printed")
    assert not listener.card.heard(second).any()


@pytest.mark.parametrize("listener", [["--no-press-sound"]], indirect=True)
def test_the_click_can_be_switched_off(listener: Listener) -> None:
    listener.lobby.touch(listener.lobby.sees("home"), "Lấy số thứ tự")
    services = listener.lobby.sees("services")
    listener.lobby.touch(services, "Hộ tịch")
    listener.lobby.sees("number", lambda said: said["slip"] == "printed")
    assert listener.card.frames == 0


@pytest.mark.parametrize("listener", [["--sound-device", "hw:9"]], indirect=True)
def test_without_a_card_the_kiosk_is_silent_and_works(listener: Listener) -> None:
    listener.lobby.touch(listener.lobby.sees("home"), "Lấy số thứ tự")
    listener.lobby.touch(listener.lobby.sees("services"), "Hộ tịch")
    listener.lobby.sees("number", lambda said: said["slip"] == "printed")
    assert listener.card.frames == 0
