"""Ratings over the office's wire: by the slip's token, by its number, by a dossier's code; once, and nobody's name."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from queue_core import commands as c
from queue_core import events as e
from queue_core.dossiers import DossierState
from queue_core.rating import Rating, indices_of
from queue_core.wire.bus import Bus
from queue_core.wire.messages import Lobby, RateRequest, Reply
from queue_hub.bus_front import BusFront
from queue_hub.dossiers.desk import DossierDesk
from queue_hub.dossiers.record import NewDossier
from queue_hub.follow import Follower
from queue_hub.rating_sums import grouped, summed, to_csv
from queue_hub.ratings import RatingDesk
from tests.core.life import office
from tests.hub.house import ALL_DAY, HandClock, Hub
from tests.wire.harness import DEADLINE_S, TOPICS
from tests.wire.harness import Office as Wire


class Office(Hub):
    """A hub that looks up dossiers and takes ratings, as the hub's process makes it."""

    def open(self) -> None:
        super().open()
        self.dossiers = DossierDesk(self.engine, self.folder)
        self.dossiers.start()
        self.ratings = RatingDesk(self.engine, self.folder, self.dossiers)

    def gets_a_front(self, wire: Wire) -> None:
        self.bus = wire.bus("hub", kind="hub", epoch=self.engine.epoch, on_connection=self._on_connection)
        self.front = BusFront(
            self.engine, self.bus, waits=lambda _state, _service: None, dossiers=self.dossiers, ratings=self.ratings
        )
        self.front.start()

    def close(self) -> None:
        self.dossiers.stop()
        super().close()


@pytest.fixture
def live(tmp_path: Path, wire: Wire) -> Any:
    setup = office(province=TOPICS.province, id=TOPICS.office, public_base_url="https://so.example.gov.vn", **ALL_DAY)
    hub = Office(tmp_path, HandClock(), setup=setup)
    hub.goes_on_air(wire)
    yield hub
    hub.close()


def served(hub: Office, request: str = "request-1") -> str:
    """Somebody has been served; gives the number."""
    number = hub.issue(request)
    hub.opened("q1")
    hub.call("q1")
    hub.ask(c.Finish(counter="q1"), by="officer:lan")
    return number


def rate(kiosk: Bus, request_id: str, value: int | None = 3, **way: Any) -> Reply:
    request = RateRequest(request_id=request_id, value=value, **way)
    return kiosk.request("rate", request, timeout_s=DEADLINE_S)


def key_of(reply: Reply) -> str:
    assert reply.error is not None, reply
    return reply.error.key


# ---------------------------------------------------------------------- by ticket
def test_a_number_is_rated_once_and_the_same_request_is_answered_again(live: Office, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    assert rate(kiosk, "request-0", None, number="A001").error is not None
    number = served(live)
    assert rate(kiosk, "request-2", None, number=number).ok, "it may be rated"
    assert not live.written(e.Rated), "asking is not saying"
    first = rate(kiosk, "request-3", 1, number=number, reasons=["time"])
    assert first.ok, first.error
    assert rate(kiosk, "request-3", 1, number=number, reasons=["time"]) == first
    live.reopen()
    live.goes_on_air(wire)
    assert rate(kiosk, "request-3", 1, number=number, reasons=["time"]) == first, "after a restart too"
    assert len(live.written(e.Rated)) == 1
    live.clock.pass_s(30)
    assert key_of(rate(kiosk, "request-4", 3, number=number)) == "rating.already"
    assert key_of(rate(kiosk, "request-5", None, number=number)) == "rating.already"


@pytest.mark.parametrize(
    ("number", "key"), [("A009", "rating.no_number"), ("A002", "rating.not_finished"), ("Z1", "rating.no_number")]
)
def test_numbers_that_cannot_be_rated(live: Office, wire: Wire, number: str, key: str) -> None:
    kiosk = wire.started("kiosk-1")
    served(live)
    live.issue("request-2")
    assert key_of(rate(kiosk, "request-3", number=number)) == key
    assert key_of(rate(kiosk, "request-4", None, number=number)) == key


def test_zeros_that_nobody_types_are_not_needed(live: Office, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    assert served(live) == "A001"
    assert rate(kiosk, "request-2", number="A1").ok


def test_the_slip_itself_is_believed_after_the_hour_and_a_made_up_one_never(live: Office, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    number = served(live)
    ticket = live.engine.state.by_number(number)
    assert ticket is not None
    token = Follower(live.folder, live.engine.epoch).token(ticket.id)
    live.clock.pass_s(2 * 3600)
    assert key_of(rate(kiosk, "request-2", number=number)) == "rating.too_late"
    assert key_of(rate(kiosk, "request-3", token=token[:-1] + ("A" if token[-1] != "A" else "B"))) == "rating.bad_token"
    assert rate(kiosk, "request-4", token=token).ok
    live.clock.pass_s(11)
    assert key_of(rate(kiosk, "request-5", number=number)) == "rating.already", "the slip and its number are one visit"


def test_what_a_kiosk_kept_while_the_hub_was_away_counts_from_when_it_was_said(live: Office, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    number = served(live)
    said_ms = live.engine.state.last_ms + 50 * 60_000
    live.clock.pass_s(3 * 3600)
    assert rate(kiosk, "request-2", number=number, given_ms=said_ms).ok


# ---------------------------------------------------------------------- by dossier
def test_a_dossier_is_rated_when_it_has_come_to_its_end_once_for_ever(live: Office, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    book = live.dossiers.book
    code = book.accept(NewDossier(matter="Khai sinh", term_count=5), by="officer:lan").code
    assert key_of(rate(kiosk, "request-1", dossier=code)) == "rating.dossier_open"
    book.move(code, DossierState.READY, by="officer:lan")
    assert key_of(rate(kiosk, "request-2", dossier=code[:-1] + "9")) == "dossier.unknown"
    assert rate(kiosk, "request-3", dossier=code).ok
    (event,) = live.written(e.Rated)
    assert event.indices == {"1": 2, "3": 2, "4": 2, "7": 2}, "before the due date"
    assert (event.counter, event.service, event.officer) == (None, None, None)
    live.clock.pass_s(timedelta(days=3).total_seconds())
    live.ask(c.Tick(), by="hub")
    assert not live.engine.state.rated, "another day"
    assert key_of(rate(kiosk, "request-4", dossier=code)) == "rating.already"


def test_an_identity_card_is_no_receipt(live: Office, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    refused = rate(kiosk, "request-1", dossier="001099012345")
    assert key_of(refused) == "dossier.code_invalid"
    assert refused.error is not None
    assert "căn cước" in refused.error.vi


# ---------------------------------------------------------------------- nobody's name
def test_nothing_in_the_journal_leads_to_the_rater(live: Office, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    number = served(live)
    code = live.dossiers.book.accept(NewDossier(matter="Khai sinh", term_count=5), by="officer:lan").code
    live.dossiers.book.move(code, DossierState.READY, by="officer:lan")
    assert rate(kiosk, "request-2", number=number).ok
    assert rate(kiosk, "request-3", dossier=code).ok
    ticket = live.engine.state.by_number(number)
    assert ticket is not None
    rated = [json.dumps(r.body) for r in live.journal.records() if r.body["type"] == "rated"]
    assert len(rated) == 2
    for secret in (number, ticket.id, code, live.dossiers.book.key.hash(code)):
        assert not any(secret in text for text in rated), "neither the number nor the dossier, nor its other hash"
    with live.journal._reader() as reader:
        answers = [reader.answer(f"kiosk-1/{request}") for request in ("request-2", "request-3")]
    for answer in answers:
        assert answer
        assert number not in answer
        assert ticket.id not in answer


def test_the_lobby_tells_how_to_ask_while_the_hub_is_away(live: Office, wire: Wire) -> None:
    _, box = wire.listener("kiosk-1", TOPICS.lobby)
    asked = box.wait_for(lambda heard: [one.rating for one in heard.messages(Lobby) if one.rating])[-1]
    assert (asked.scale, len(asked.reasons), asked.slips_qr, asked.dossiers) == (3, 9, True, True)
    assert [one.prefix for one in asked.prefixes] == ["A", "HT-"]


# ---------------------------------------------------------------------- sums
def said(value: int, **more: Any) -> Rating:
    return Rating(value=value, scale=3, indices=indices_of(value, 3, ()), **more)


def test_a_hidden_group_takes_another_with_it() -> None:
    some = [said(3, counter="q1")] * 8 + [said(3, counter="q2")] * 5 + [said(1, counter="q3")]
    assert set(grouped(some, "counter", growing=False)) == {"q1"}, "q3 would follow from the office's sum"
    assert set(grouped(some[:-1], "counter", growing=False)) == {"q1", "q2"}
    some = [said(3, counter="q1")] * 8 + [said(1, counter="q3")] * 4
    assert grouped(some, "counter", growing=False) == {}


def test_a_month_is_read_from_the_journal_and_written_for_a_spreadsheet(live: Office, wire: Wire) -> None:
    kiosk = wire.started("kiosk-1")
    for count in range(6):
        number = served(live, f"request-a{count}")
        assert rate(kiosk, f"request-b{count}", 1 if count == 0 else 3, number=number).ok
    month = live.ratings.month("2026-11")
    assert [one.rating.value for one in month] == [1, 3, 3, 3, 3, 3]
    assert live.ratings.month("2026-10") == []
    sheet = to_csv(summed([one.rating for one in month], growing=False), live.setup, {"lan": "=Lan"}).decode(
        "utf-8-sig"
    )
    officer = next(line for line in sheet.splitlines() if line.startswith("Cán bộ"))
    assert officer == "Cán bộ;lan;'=Lan;6;83;1;2,0;2,0;2,0;2,0;8,0;từ 5 điểm"
