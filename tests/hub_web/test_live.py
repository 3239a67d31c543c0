from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

import httpx
import pytest

from queue_core import commands as c
from queue_hub.web import feed
from tests.hub_web.house import House, close

DEADLINE_S = 8.0


class Stream:
    """Server-Sent Events of one reader, as (event, values), taken with a deadline."""

    def __init__(self, http: httpx.Client, path: str) -> None:
        self._got: Queue[tuple[str, Any]] = Queue()
        self.ended = threading.Event()
        self._http, self._path = http, path
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        event = ""
        try:
            with self._http.stream("GET", self._path, timeout=30) as answer:
                for line in answer.iter_lines():
                    if line.startswith("event: "):
                        event = line[7:]
                    elif line.startswith("data: "):
                        self._got.put((event, json.loads(line[6:])))
        except httpx.HTTPError:
            pass
        self.ended.set()

    def next(self, kind: str = "view") -> Any:
        end_s = time.monotonic() + DEADLINE_S
        while True:
            event, values = self._got.get(timeout=max(0.01, end_s - time.monotonic()))
            if event == kind:
                return values


@contextmanager
def live(house: House, path: str = "/api/v1/live?counter=quay-1") -> Iterator[Stream]:
    yield Stream(house.officer("lan").http, path)


@pytest.fixture
def quick_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "BEAT_S", 0.1)


def test_each_commit_brings_a_new_view(house: House) -> None:
    with live(house) as stream:
        assert stream.next()["line"] == []
        house.issue()
        assert [x["number"] for x in stream.next()["line"]] == ["A001"]
        house.ask(c.OpenCounter(counter="quay-1", officer="lan", officer_name="Lan"))
        house.ask(c.CallNext(counter="quay-1"))
        while (view := stream.next())["ticket"] is None:
            pass
        assert (view["ticket"]["number"], view["ticket"]["status"], view["line"]) == ("A001", "called", [])


def test_a_burst_is_a_few_views_and_the_last_is_true(house: House) -> None:
    with live(house) as stream:
        stream.next()
        started_s = time.monotonic()
        for _ in range(60):
            house.issue()
        views = 0
        while stream.next()["figures"]["issued"] < 60:
            views += 1
        assert views <= 2 + 5 * (time.monotonic() - started_s)


def test_a_quiet_office_still_has_a_heartbeat(house: House, quick_beat: None) -> None:
    with live(house) as stream:
        stream.next()
        assert stream.next("beat") == {}
        assert stream.next()["line"] == [], "and a view without a commit: waits grow"


def test_who_is_logged_out_is_shut_out(house: House, quick_beat: None) -> None:
    with live(house) as stream:
        stream.next()
        house.accounts.set_password("lan", "con trâu ăn cỏ non", by="officer:quantri")
        assert stream.next("over") == {}
        assert stream.ended.wait(DEADLINE_S)


def test_the_hub_stops_at_once_with_readers_connected(open_house: Callable[..., House]) -> None:
    house = open_house()
    with live(house) as stream, live(house, "/api/v1/live") as room:
        stream.next()
        room.next()
        started_s = time.monotonic()
        close(house)
        assert time.monotonic() - started_s < feed.BEAT_S
        assert stream.ended.wait(DEADLINE_S)
        assert room.ended.wait(DEADLINE_S)


def test_the_room_shows_everything(house: House) -> None:
    house.issue()
    house.ask(c.AskHelp(device="kiosk-1"))
    house.ask(c.ReportAlert(device="kiosk-1", kind="paper_out", on=True))
    with live(house, "/api/v1/live?lang=en") as stream:
        view = stream.next()
    assert [x["number"] for x in view["counters"]] == [1, 2]
    assert [(x["id"], x["waiting"]) for x in view["services"]] == [
        ("ho-tich", 1),
        ("chung-thuc", 0),
        ("tra-ket-qua", 0),
    ]
    assert [x["number"] for x in view["longest"]] == ["A001"]
    assert view["help"][0]["device"] == "kiosk-1"
    assert view["alerts"][0]["words"] == "out of paper: change the roll"
