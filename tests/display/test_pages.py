"""The information screen: which pages there are, for how long, and what a call does to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lobby import Lobby, called, counter, scene, service

from queue_display.board.pages import AFTER_CALL_S, COUNTERS_S, FILM_S, LINES, OTHERS_S, Page, Turner, pages_of
from queue_display.board.picture import Guidance, Large, Picture, Results, take

GUIDANCE = Guidance(("Chứng thực", "Certification"), ("Mang theo bản chính.", ""))
RESULTS = Results(("Tháng 11/2026", "November 2026"), "412", "388", "98,7 %")
FILM = Path("phim.mp4")


def _picture(counters: int = 6, services: int = 6, notices: int = 2) -> Picture:
    lobby = Lobby(
        counters=[counter(n) for n in range(1, counters + 1)],
        services=[service(n, n % 3) for n in range(services)],
        notices=[{"vi": f"Thông báo {n}"} for n in range(notices)],
    )
    model, clock = scene(lobby)
    return take(model, 0, clock)


@pytest.mark.parametrize(
    ("counters", "services", "kinds"),
    [
        (6, 6, "counters services notice notice"),
        (12, 6, "counters counters services notice notice"),
        (6, 9, "counters services services notice notice"),
        (0, 0, "notice notice"),
    ],
)
def test_pages(counters: int, services: int, kinds: str) -> None:
    pages = pages_of(_picture(counters, services), ())
    assert " ".join(page.kind for page in pages) == kinds
    assert all(len(page.counters) <= LINES and len(page.services) <= LINES for page in pages)
    assert [line.number for page in pages for line in page.counters] == list(range(1, counters + 1))


def test_pages_take_turns_and_a_new_call_brings_the_counters_back() -> None:
    picture = _picture(notices=1)
    turner = Turner(now_s=0)
    media = (Path("a.jpg"),)
    kinds = []
    moment_s = 0.0
    for _ in range(5):
        kinds.append(turner.page(picture, media, moment_s).kind)
        moment_s += COUNTERS_S if kinds[-1] == "counters" else OTHERS_S
    assert kinds == ["counters", "services", "notice", "media", "counters"]
    assert turner.page(picture, media, moment_s).kind == "services"
    lobby = Lobby()
    model, clock = scene(lobby, now_s=moment_s)
    called(model, lobby, "A025", 3, now_s=moment_s)
    assert turner.page(take(model, moment_s, clock), media, moment_s).kind == "counters"


def test_guidance_and_results_stand_between_and_the_counters_come_back() -> None:
    picture = replace(
        _picture(notices=1), guidance=(GUIDANCE,) * 3, results=RESULTS, ready=("H10.35-261118-0007",) * 10
    )
    kinds = [page.kind for page in pages_of(picture, (FILM,))]
    assert kinds == [
        "counters", "services", "guidance", "guidance", "guidance",
        "counters", "results", "ready", "ready", "notice",
        "counters", "media",
    ]  # fmt: skip


def test_what_is_not_there_has_no_page() -> None:
    kinds = {page.kind for page in pages_of(_picture(notices=0), ())}
    assert kinds == {"counters", "services"}
    assert [page.kind for page in pages_of(Picture(), ())] == ["counters"]


def test_a_closed_office_shows_no_counter_as_ready() -> None:
    closed = replace(_picture(services=0, notices=1), open=False)
    assert [page.kind for page in pages_of(closed, ())] == ["notice"]


@pytest.mark.parametrize(("words", "shown_s"), [(3, OTHERS_S), (30, 16.0), (200, 25.0)])
def test_long_guidance_stays_as_long_as_an_old_reader_needs(words: int, shown_s: float) -> None:
    assert Page("guidance", guidance=Guidance(("a", ""), ("từ " * words, ""))).shown_s == shown_s


def _calls(picture: Picture, at: int) -> Picture:
    return replace(picture, large=Large("A025", at, False, "vi", True, "called"))


def test_a_call_breaks_in_with_its_counter_and_the_round_goes_on_where_it_was() -> None:
    picture = replace(_picture(counters=12, notices=0), guidance=(GUIDANCE,))
    turner = Turner(now_s=0)
    now_s = 0.0
    while turner.page(picture, (), now_s).kind != "guidance":
        now_s += 1
    called_page = turner.page(_calls(picture, 11), (), now_s + 1)
    assert 11 in [line.number for line in called_page.counters]
    assert turner.page(picture, (), now_s + AFTER_CALL_S).kind == "counters"
    assert turner.page(picture, (), now_s + 1.1 + AFTER_CALL_S).kind == "guidance"


def test_in_a_busy_office_every_page_has_its_turn() -> None:
    picture = replace(_picture(counters=6, notices=2), guidance=(GUIDANCE,) * 2, results=RESULTS)
    turner = Turner(now_s=0)
    seen = set()
    for tick in range(4 * 900):
        now_s = tick / 4
        coloured = now_s % 25 < 3  # a call every 25 s
        seen.add(turner.page(_calls(picture, 2) if coloured else picture, (), now_s).kind)
    assert seen == {"counters", "services", "guidance", "results", "notice"}


def test_a_film_stays_beside_a_call_ends_with_its_end_and_gives_way_when_long() -> None:
    picture = _picture(services=0, notices=0)
    turner = Turner(now_s=0)
    assert turner.page(picture, (FILM,), COUNTERS_S).media == FILM
    began_s = COUNTERS_S
    assert turner.page(_calls(picture, 3), (FILM,), began_s + 5).media == FILM
    assert turner.page(picture, (FILM,), began_s + FILM_S - 1).media == FILM
    assert turner.page(picture, (FILM,), began_s + FILM_S).kind == "counters"
    again_s = began_s + FILM_S + COUNTERS_S
    assert turner.page(picture, (FILM,), again_s).media == FILM
    assert turner.page(picture, (FILM,), again_s + 1, film_over=True).kind == "counters"


def test_a_film_that_is_alone_begins_again() -> None:
    turner = Turner(now_s=0)
    alone = Picture()
    assert turner.page(alone, (FILM,), 0).media == FILM
    assert turner.page(alone, (FILM,), 5, film_over=True).media == FILM
