"""What the hub tells the information screens: guidance from the configuration, results when there is a book."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from queue_core import commands as c
from queue_core.errors import ConfigError
from queue_core.office import dump_office
from queue_core.office_file import parse_office, read_office
from queue_core.wire.messages import Info, Rev
from queue_hub.dossiers.record import Results
from queue_hub.information import READY_SHOWN, Information, information
from tests.core.life import office
from tests.hub.house import ALL_DAY, Hub
from tests.wire.harness import DEADLINE_S, TOPICS, Box
from tests.wire.harness import Office as Wire

GUIDANCE = {"title": "Chứng thực bản sao", "text": "Mang theo bản chính.\nNhận trong ngày."}
SHIPPED = Path(__file__).parents[2] / "queue_hub/offices/commune.yaml"
SETUP = office(province=TOPICS.province, id=TOPICS.office, guidance=[GUIDANCE], **ALL_DAY)
REV = Rev(epoch="e1", seq=1)
NOVEMBER = Results(
    month="2026-11", received=412, ready=388, returned=388, on_time=383, ready_codes=("H10.35-261118-0007",)
)


def told(setup: object, results: Results | None) -> Info:
    return information(setup, results, rev=REV, asof_ms=1)  # type: ignore[arg-type]


def test_guidance_is_the_offices_and_results_the_books() -> None:
    info = told(SETUP, NOVEMBER)
    assert [(page.title["vi"], page.text["vi"]) for page in info.guidance] == [(GUIDANCE["title"], GUIDANCE["text"])]
    assert info.results is not None
    assert info.results.model_dump() == {
        "month": "2026-11", "received": 412, "returned": 388, "on_time_percent": 98.7,
    }  # fmt: skip
    assert info.ready == ["H10.35-261118-0007"]


def test_without_a_book_there_is_nothing_to_tell_of_results() -> None:
    info = told(SETUP, None)
    assert info.results is None
    assert info.ready == []


def test_nobody_is_on_time_or_late_before_anything_was_returned() -> None:
    info = told(SETUP, Results(month="2026-11", received=3, ready=0, returned=0, on_time=0))
    assert info.results is not None
    assert info.results.on_time_percent is None


def test_an_identity_number_is_never_shown_nor_logged(caplog: pytest.LogCaptureFixture) -> None:
    identity = "001099012345"
    with caplog.at_level(logging.DEBUG):
        info = told(SETUP, replace(NOVEMBER, ready_codes=(identity, "H10.35-261118-0008", "nguyễn văn a")))
    assert info.ready == ["H10.35-261118-0008"]
    assert "2 codes" in caplog.text
    assert identity not in caplog.text
    with pytest.raises(ValidationError):
        Info(rev=REV, asof_ms=1, ready=[identity])


def test_the_newest_sixty_codes_are_told() -> None:
    codes = tuple(f"H10.35-2611{n % 28 + 1:02d}-{n:04d}" for n in range(100))
    assert told(SETUP, replace(NOVEMBER, ready_codes=codes)).ready == list(codes[:READY_SHOWN])


# ------------------------------------------------------------------ on the wire
@pytest.fixture
def speaking(new_hub: Callable[..., Hub], wire: Wire) -> Iterator[Callable[..., Information]]:
    made: list[Information] = []

    def begin(book: Callable[[], Results | None], refresh_s: float = 0.05) -> Information:
        hub = new_hub(setup=SETUP)
        hub.gets_a_front(wire)
        speaker = Information(hub.engine, hub.bus, book=book, refresh_s=refresh_s)
        speaker.hub = hub  # type: ignore[attr-defined]
        speaker.start()
        made.append(speaker)
        hub.bus.start()
        # What the hub's process does when the bus says so.
        assert hub.bus.wait_connected(DEADLINE_S)
        speaker.on_connection(connected=True)
        return speaker

    yield begin
    for speaker in made:
        speaker.stop()


def test_a_board_that_comes_late_is_told_and_a_change_of_the_office_too(
    speaking: Callable[..., Information], wire: Wire
) -> None:
    speaker = speaking(lambda: None, refresh_s=30)
    hub: Hub = speaker.hub  # type: ignore[attr-defined]
    heard = Box()
    board = wire.bus("board-1")
    board.subscribe(TOPICS.info, heard)
    board.start()
    first = heard.wait_for(lambda box: box.messages(Info))[0]
    assert [page.title["vi"] for page in first.guidance] == ["Chứng thực bản sao"]
    changed = dump_office(SETUP) | {"guidance": [GUIDANCE, {"title": "Giờ làm việc", "text": "7:30–11:30"}]}
    assert hub.ask(c.ChangeOffice(office=changed), by="officer:lan").error is None
    heard.wait_for(lambda box: [len(info.guidance) for info in box.messages(Info)][-1:] == [2])


def test_the_book_is_asked_again_and_only_a_change_is_told(speaking: Callable[..., Information], wire: Wire) -> None:
    asked = 0

    def book() -> Results | None:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise OSError("the book is away")
        return NOVEMBER if asked < 8 else replace(NOVEMBER, returned=389, on_time=384)

    heard = Box()
    board = wire.bus("board-1")
    board.subscribe(TOPICS.info, heard)
    board.start()
    speaking(book)
    heard.wait_for(lambda box: any(i.results and i.results.returned == 389 for i in box.messages(Info)))
    assert [i.results.returned for i in heard.messages(Info) if i.results] == [388, 389]


# ------------------------------------------------------------------ the configuration
def _file(guidance: str) -> str:
    text = SHIPPED.read_text("utf-8")
    return text[: text.index("\nguidance:")] + "\nguidance:\n" + guidance


@pytest.mark.parametrize(
    ("guidance", "word"),
    [
        (f"  - {{title: '{'dài ' * 20}', text: ngắn}}\n", "50"),
        (f"  - {{title: Tiêu đề, text: '{'dài ' * 80}'}}\n", "200"),
        ("  - title: Tiêu đề\n    text: |-\n" + "      dòng\n" * 6, "5 line"),
        ("  - {title: Tiêu đề}\n", "text"),
        ("  - {title: {en: Only English}, text: a}\n", "vi"),
        ("  - {title: a, text: b, icon: x}\n", "icon"),
        ("  - {title: a, text: b}\n" * 9, "guidance"),
    ],
)
def test_a_page_that_would_be_cut_is_refused_with_its_place(guidance: str, word: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_office(_file(guidance))
    assert caught.value.key == "config.invalid"
    assert "guidance" in caught.value.en
    assert word in caught.value.en


def test_the_shipped_office_guides() -> None:
    shipped = read_office(SHIPPED)
    assert len(shipped.guidance) >= 3
    assert all({"vi", "en"} <= set(page.title) and {"vi", "en"} <= set(page.text) for page in shipped.guidance)
