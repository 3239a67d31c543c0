"""The shipped kiosk reads a procedure aloud, is still for a call, and shows the code that opens it on a phone.

What is heard is measured in the samples that reached the sound card; the code is read from the picture of the screen.
"""

from __future__ import annotations

from typing import Any

import pytest
import zxingcpp

from kiosk.guidance.stretches import stretches
from queue_core.wire.messages import Call
from queue_kit.catalogue.parts import sections
from queue_kit.languages import tr
from tests.kiosk import office_sample as office
from tests.kiosk import shelf_sample
from tests.kiosk.fake_hub import TOPICS
from tests.kiosk.sound_card import SlowCard
from tests.kiosk.test_guided_by_ear import SLOW, Listener, listener

__all__ = ["listener"]
slow = pytest.mark.parametrize("listener", [[SLOW, "--no-press-sound"]], indirect=True)
BIRTH = shelf_sample.catalogue().get("1.001193")
PAPERS = next(part for part in sections(BIRTH, "vi", None) if part.key == "papers")


def opens(here: Listener) -> dict[str, Any]:
    """From home to the page of a birth's registration."""
    lobby = here.lobby
    lobby.touch(lobby.offers("home", "Tra cứu thủ tục"), "Tra cứu thủ tục")
    lobby.touch(lobby.offers("procedures", "Sinh con"), "Sinh con")
    lobby.touch(lobby.offers("entries", "1.001193"), "1.001193")
    return lobby.offers("procedure", "Giấy tờ cần mang")


def opens_papers(here: Listener) -> dict[str, Any]:
    here.lobby.touch(opens(here), "Giấy tờ cần mang")
    return here.lobby.offers("reading", "Nghe đọc")


def is_read(said: dict[str, Any]) -> bool:
    return any("Dừng đọc" in target["says"] for target in said["targets"])


def test_every_paper_is_heard_in_its_order(listener: Listener) -> None:
    reading = opens_papers(listener)
    listener.end = listener.card.frames
    listener.lobby.touch(reading, "Nghe đọc")
    listener.hears("vi", PAPERS.title)
    for one in stretches(PAPERS.paragraphs, "vi"):
        # The reader's voice is a little softer than a clip; the words are found at any loudness.
        listener.hears("vi", one.text)
    listener.lobby.offers("reading", "Nghe đọc")


@slow
def test_a_touch_ends_it_and_leaving_does_too(listener: Listener) -> None:
    card = listener.card
    assert isinstance(card, SlowCard)
    reading = opens_papers(listener)
    listener.lobby.touch(reading, "Nghe đọc")
    stop = listener.lobby.sees("reading", is_read)
    card.until_begun(1)
    listener.lobby.touch(stop, "Dừng đọc")
    card.until_broken_off()
    again = listener.lobby.sees("reading", lambda said: not is_read(said))
    listener.lobby.touch(again, "Nghe đọc")
    card.until_begun(2)
    listener.lobby.touch(listener.lobby.sees("reading", is_read), "Trang đầu")
    listener.lobby.sees("home")
    card.until_broken_off()


@slow
def test_it_is_still_while_the_lobby_is_called(listener: Listener) -> None:
    card, hub = listener.card, listener.hub
    assert isinstance(card, SlowCard)
    reading = opens_papers(listener)
    listener.lobby.touch(reading, "Nghe đọc")
    card.until_begun(1)
    card.end()
    card.until_begun(2)
    call = Call(rev=hub.lobby.rev, asof_ms=office.NOW_MS, ticket="t-1", number="A007", counter="quay-3",
                counter_number=3, service="ho-tich")  # fmt: skip
    hub.bus.publish(TOPICS.call, call, qos=0)
    card.until_broken_off()
    assert is_read(listener.lobby.sees("reading")), "it will go on"
    listener.lobby.touch(listener.lobby.sees("reading"), "Dừng đọc")
    listener.lobby.sees("reading", lambda said: not is_read(said))
    assert len(card.began) == 2, "nothing was begun while the number was being spoken (about 13 s)"


def test_the_code_on_the_screen_opens_it_on_a_phone(listener: Listener) -> None:
    assert not any("điện thoại" in target["says"] and "Xem" in target["says"] for target in opens(listener)["targets"])
    listener.hub.publish(public_url="https://so.example.gov.vn")
    listener.lobby.touch(listener.lobby.offers("procedure", "Xem trên điện thoại"), "Xem trên điện thoại")
    shown = listener.lobby.sees("reading")
    assert any("Không phải cài đặt" in words.replace("\n", " ") for words in shown["words"])
    assert not any("Nghe đọc" in target["says"] for target in shown["targets"])
    found = zxingcpp.read_barcodes(listener.screen.picture())
    assert [one.text for one in found] == ["https://so.example.gov.vn/p/1.001193"]


def test_a_procedure_by_four_keys_and_by_ear(listener: Listener) -> None:
    listener.press("repeat")
    listener.hears("vi", tr("vi", "guidance.welcome"), "1 trên 6", "Lấy số thứ tự")
    for place, words in enumerate(("Nhận kết quả", "Tôi có lịch hẹn", "Tra cứu thủ tục"), 2):
        listener.press("next")
        listener.hears("vi", f"{place} trên 6", words)
    listener.press("choose")
    listener.hears("vi", "Quý vị cần tìm thủ tục gì?", "Sinh con")
    listener.press("choose")
    listener.hears("vi", "Mời chọn thủ tục", "Đăng ký khai sinh")
    listener.press("choose")
    listener.hears("vi", "Mời chọn phần cần nghe.", "1 trên 14", f"{PAPERS.title}: {PAPERS.brief}")
    listener.press("choose")
    listener.hears("vi", *(one.text for one in stretches(PAPERS.paragraphs, "vi")[:3]))
    listener.lobby.sees("reading")
