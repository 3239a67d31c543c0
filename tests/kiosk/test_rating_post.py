"""What citizens said reaches the hub once: over a cut wire, a hub that is busy, a kiosk that starts again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk import session as s
from kiosk.kept_ratings import KeptRatings
from kiosk.rating_post import RatingPost, asking, is_final, request_of
from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus
from queue_core.wire.messages import ErrorBody, RateRequest, Reply
from queue_kit.broker import Broker, office_accounts
from tests.kiosk import office_sample as office
from tests.kiosk.fake_hub import DEADLINE_S, TOPICS, FakeHub
from tests.kiosk.rating_sample import opinion

NOW_MS = office.NOW_MS


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with Broker(tmp_path_factory.mktemp("broker"), accounts=office_accounts(kiosks=1)) as running:
        yield running


@pytest.fixture
def hub(broker: Broker) -> Iterator[FakeHub]:
    with FakeHub(broker, office.lobby(), lambda _count, _request: office.ticket()) as running:
        yield running


@contextmanager
def post_at(broker: Broker, file: Path, *, again_s: float = 0.05) -> Iterator[RatingPost]:
    found: list[RatingPost] = []
    bus = Bus(
        host=broker.host, port=broker.port, topics=TOPICS, client="kiosk-1", kind="kiosk",
        password=broker.password("kiosk-1"), backoff=Backoff(0.02, 0.2), on_connection=lambda _up: found[0].ring(),
    )  # fmt: skip
    post = RatingPost(bus, file, clock_ms=lambda: NOW_MS, again_s=again_s)
    found.append(post)
    post.start()
    bus.start()
    try:
        yield post
    finally:
        post.stop()
        bus.stop()


def until(condition: Callable[[], bool], what: str) -> None:
    deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, what
        pause.wait(0.01)


def said(value: int = 3, request_id: str = "request-1") -> s.Opinion:
    return s.Opinion(way=s.Way(number="A025"), request_id=request_id, value=value, scale=3)


def test_what_was_said_goes_when_it_may_and_as_it_was_said_last(broker: Broker, hub: FakeHub, tmp_path: Path) -> None:
    with post_at(broker, tmp_path / "ratings.json") as post:
        post.do(s.KeepRating(said(1)))
        post.do(s.KeepRating(said(2)))
        post.do(s.KeepRating(said(1, "request-2")))
        post.do(s.SendRating("request-1"))
        assert hub.wait_for("rate") == [
            RateRequest(request_id="request-1", number="A025", value=2, scale=3, given_ms=NOW_MS)
        ]
        until(lambda: len(post.kept) == 1, "the other one waits, since it may still be changed")
        post.do(s.DropRating("request-2"))
        until(lambda: len(post.kept) == 0, "and is dropped")


def test_it_waits_for_a_hub_that_is_away_and_arrives_once_after_a_new_start(broker: Broker, tmp_path: Path) -> None:
    file = tmp_path / "ratings.json"
    with post_at(broker, file) as post:
        post.do(s.KeepRating(said(1)))
        post.do(s.SendRating("request-1"))
        post.do(s.KeepRating(said(3, "request-2")))
    assert file.stat().st_mode & 0o077 == 0, "nobody else reads it"
    with (
        FakeHub(broker, office.lobby(), lambda _count, _request: office.ticket()) as hub,
        post_at(broker, file) as post,
    ):
        requests = hub.wait_for("rate", 2)
        until(lambda: len(post.kept) == 0, "the hub has both")
        assert [request.request_id for request in requests] == ["request-1", "request-2"]
        assert len([verb for verb, _ in hub.asked if verb == "rate"]) == 2
    assert len(KeptRatings(file)) == 0


@pytest.mark.parametrize(
    ("key", "final"),
    [("rating.already", True), ("rating.scale", True), ("ticket.unknown", True), ("dossier.unknown", True),
     ("dossier.slow_down", False), ("dossier.day_limit", False), ("request.busy", False), ("journal.full", False),
     ("dossier.registry_away", False), ("internal", False)],
)  # fmt: skip
def test_a_refusal_that_would_stay_ends_it_any_other_is_tried_again(
    broker: Broker, hub: FakeHub, tmp_path: Path, key: str, final: bool
) -> None:
    assert is_final(key) == final
    hub.refusals["rate"] = Reply(ok=False, error=ErrorBody(key=key, vi="…", en="…"))
    with post_at(broker, tmp_path / "ratings.json") as post:
        post.do(s.KeepRating(said()))
        post.do(s.SendRating("request-1"))
        hub.wait_for("rate", 1 if final else 2)
        if not final:
            hub.refusals.clear()
        until(lambda: len(post.kept) == 0, "it is over")
        sent = {request.request_id for verb, request in hub.asked if verb == "rate"}
        assert sent == {"request-1"}, "always the same request"


def test_a_file_that_nobody_can_read_is_put_aside_and_a_new_one_begins(tmp_path: Path) -> None:
    file = tmp_path / "ratings.json"
    file.write_bytes(b'{"version": 1, "ratings": [{"request')
    kept = KeptRatings(file)
    assert len(kept) == 0
    assert [one.name for one in tmp_path.glob("ratings.json.corrupt.*")]
    kept.keep(request_of(opinion(2), NOW_MS))
    assert [one.value for one in KeptRatings(file).ready()] == [2], "what was said before the power went is sent"


def test_the_question_says_nothing_yet() -> None:
    wanted = asking(s.MayRate("request-1", s.Way(token="118-A007~AbCd_-0123456789")))
    assert (wanted.value, wanted.token) == (None, "118-A007~AbCd_-0123456789")
