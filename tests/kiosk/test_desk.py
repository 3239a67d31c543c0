"""The desk over the real wire: a real broker, a printer that takes bytes, a hub that answers what it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk import session as s
from kiosk.asker import new_id
from kiosk.desk import Desk
from kiosk.hearing import BEAT_LOST_S, CONNECTION_LOST_S, Hearing
from kiosk.printing import Job
from queue_core.wire.backoff import Backoff
from queue_core.wire.bus import Bus
from queue_core.wire.messages import (
    Beat,
    DossierRequest,
    ErrorBody,
    IssueRequest,
    Lobby,
    Message,
    Reply,
    Rev,
    SlipRequest,
    TicketBody,
)
from queue_core.wire.payload import write
from queue_kit.broker import Broker, office_accounts
from queue_kit.paper.interpreter import VirtualPrinter
from queue_kit.paper.spool import Spool
from tests.kiosk import dossier_sample as sample
from tests.kiosk import office_sample as office
from tests.kiosk.fake_hub import DEADLINE_S, TOPICS, FakeHub


class Events:
    """What the desk posted; a test waits for what it wants."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.all: list[s.Event] = []

    def __call__(self, event: s.Event) -> None:
        with self._changed:
            self.all.append(event)
            self._changed.notify_all()

    def wait(self, kind: type[Any], where: Callable[[Any], bool] = lambda _: True) -> Any:
        def found() -> list[Any]:
            return [event for event in self.all if isinstance(event, kind) and where(event)]

        with self._changed:
            assert self._changed.wait_for(lambda: bool(found()), DEADLINE_S), f"only came: {self.all}"
            return found()[0]


def ticket(count: int, request: object) -> TicketBody:
    return office.ticket(ticket=f"t-{count}", number=f"A{count:03d}", lang=getattr(request, "lang", "vi"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with Broker(tmp_path_factory.mktemp("broker"), accounts=office_accounts(kiosks=1)) as running:
        yield running


@pytest.fixture
def hub(broker: Broker) -> Iterator[FakeHub]:
    with FakeHub(broker, office.lobby(), ticket) as running:
        yield running


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    with VirtualPrinter() as running:
        yield running


@contextmanager
def desk_at(broker: Broker, data: Path, printer: str, **options: Any) -> Iterator[tuple[Desk, Events]]:
    events = Events()
    found: list[Desk] = []
    bus = Bus(
        host=broker.host, port=broker.port, topics=TOPICS, client="kiosk-1", kind="kiosk",
        password=broker.password("kiosk-1"), backoff=Backoff(0.02, 0.2),
        on_connection=lambda up: found[0].connection_changed(up),  # noqa: PLW0108 -- it is not there yet
    )  # fmt: skip
    desk = Desk(bus=bus, data=data, printer=printer, width_dots=576, post=events, **options)
    found.append(desk)
    desk.start()
    try:
        yield desk, events
    finally:
        desk.stop()


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, what
        pause.wait(0.01)


def asked(**changes: Any) -> s.Asked:
    return s.Asked(**{"request_id": new_id(), "service": "ho-tich", **changes})


def test_a_number_is_asked_for_recorded_printed_and_confirmed(
    broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path
) -> None:
    request = asked(priority="cao-tuoi", lang="en")
    with desk_at(broker, tmp_path, printer.address) as (desk, events):
        events.wait(s.SeenChanged)
        until(lambda: desk.seen().lobby is not None, "the lobby came")
        desk.do(s.Ask(request))
        assert events.wait(s.TicketCame).ticket.number == "A001"
        assert events.wait(s.SlipEnded) == s.SlipEnded(request.request_id)
        slip = hub.wait_for("slip")[0]
        assert isinstance(slip, SlipRequest)
        assert (slip.ticket, slip.ok) == ("t-1", True)
        wanted = IssueRequest(request_id=request.request_id, service="ho-tich", priority="cao-tuoi", lang="en")
        assert hub.wait_for("issue") == [wanted]
        assert desk.spool.entry(request.request_id).state == "printed"
        assert len(printer.slips) == 1
        assert not printer.errors
        until(lambda: desk.clock_ms() is not None, "a beat brought the hub's time")
        assert desk.clock_ms() == pytest.approx(time.time() * 1000, abs=5000)


def test_a_refusal_comes_in_the_hubs_words(broker: Broker, hub: FakeHub, tmp_path: Path) -> None:
    error = ErrorBody(key="service.limit_reached", vi="Đã hết số.", en="No more numbers.")
    hub.refusals["issue"] = Reply(ok=False, error=error)
    with desk_at(broker, tmp_path, "none:") as (desk, events):
        request = asked()
        desk.do(s.Ask(request))
        assert events.wait(s.Refused) == s.Refused(request.request_id, error)
        until(lambda: desk.spool.entry(request.request_id).state == "cancelled", "nothing is left open")


def test_without_an_answer_the_same_request_is_repeated_and_then_taken_back(
    broker: Broker, hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.asker.TRY_S", 0.3)
    hub.answering = False
    with desk_at(broker, tmp_path, "none:", ask_deadline_s=1.0) as (desk, events):
        request = asked()
        desk.do(s.Ask(request))
        assert events.wait(s.Refused).error.key == "hub.away"
        hub.answering = True
        taken_back = hub.wait_for("cancel")
        assert {one.of for one in taken_back} == {request.request_id}  # type: ignore[attr-defined]
        tries = hub.wait_for("issue", 2)
        assert {one.request_id for one in tries} == {request.request_id}, "asked again as the same request"
        until(lambda: desk.spool.entry(request.request_id).state == "cancelled", "the record is closed")


def test_a_citizen_who_left_gets_no_slip(
    broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.asker.TRY_S", 0.4)
    monkeypatch.setattr("kiosk.teller.TRY_S", 0.4)
    monkeypatch.setattr("kiosk.teller._RETRY_S", 0.1)
    hub.answering = False
    with desk_at(broker, tmp_path, printer.address) as (desk, events):
        request = asked()
        desk.do(s.Ask(request))
        hub.wait_for("issue")
        desk.do(s.Cancel(request.request_id))
        hub.answering = True
        cancel = hub.wait_for("cancel")[-1]
        assert cancel.of == request.request_id  # type: ignore[attr-defined]
        until(lambda: desk.spool.entry(request.request_id).state == "cancelled", "the record is closed")
        assert not [event for event in events.all if isinstance(event, s.TicketCame)]
    assert not printer.slips


def test_paper_out_is_told_to_the_citizen_and_to_the_officers(
    broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path
) -> None:
    printer.run_out_of_paper()
    with desk_at(broker, tmp_path, printer.address, status_every_s=0.1) as (desk, events):
        request = asked()
        desk.do(s.Ask(request))
        assert events.wait(s.SlipEnded) == s.SlipEnded(request.request_id, "paper.out")
        alert = hub.wait_for("alert")[0]
        assert (alert.kind, alert.on) == ("paper_out", True)  # type: ignore[attr-defined]
        slip = hub.wait_for("slip")[0]
        assert (slip.ok, slip.why) == (False, "paper.out")  # type: ignore[attr-defined]
        printer.refill()
        gone = hub.wait_for("alert", 2)[1]
        assert (gone.kind, gone.on) == ("paper_out", False)  # type: ignore[attr-defined]


def test_a_slip_that_did_not_finish_is_printed_again_when_the_citizen_wants_it(
    broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path
) -> None:
    printer.run_out_of_paper(after_dots=400)
    with desk_at(broker, tmp_path, printer.address) as (desk, events):
        request = asked()
        desk.do(s.Ask(request))
        number = events.wait(s.TicketCame).ticket.number
        assert events.wait(s.SlipEnded).error == "paper.out"
        entry = desk.spool.entry(request.request_id)
        assert (entry.state, entry.number, entry.why) == ("failed", number, "paper.out"), "it is known as unfinished"
        printer.refill()
        desk.do(s.PrintAgain(request.request_id))
        events.wait(s.SlipEnded, lambda event: not event.error)
        assert desk.spool.entry(request.request_id).state == "printed"
        told = hub.wait_for("slip", 2)
        assert [(one.ok, one.why) for one in told] == [(False, "paper.out"), (True, "")]  # type: ignore[attr-defined]
        assert len(hub.given) == 1, "the number is the same"
        half, whole = printer.slips
        assert whole.height > half.height >= 400
        # nobody asked for this one here
        desk.do(s.PrintAgain("0" * 32))
        assert events.wait(s.SlipEnded, lambda event: event.request_id == "0" * 32).error == "spool.unknown"


def test_the_rolls_near_end_stays_told_while_slips_still_come_out(
    broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path
) -> None:
    printer.near_end_of_paper()
    with desk_at(broker, tmp_path, printer.address) as (desk, events):
        for count in (1, 2):
            desk.do(s.Ask(asked()))
            until(lambda count=count: len(printer.slips) == count, "the slip is out")  # type: ignore[misc]
            events.wait(s.SlipEnded, lambda event: not event.error)
        hub.wait_for("slip", 2)
        told = [(one.kind, one.on) for one in hub.wait_for("alert")]  # type: ignore[attr-defined]
        assert told == [("paper_near_end", True)], "told once, and not taken back by a slip"


def test_help_reaches_the_hub_or_says_that_it_did_not(broker: Broker, hub: FakeHub, tmp_path: Path) -> None:
    with desk_at(broker, tmp_path, "none:") as (desk, events):
        until(lambda: desk.seen().lobby is not None, "the lobby came")
        desk.do(s.CallOfficer())
        assert events.wait(s.HelpAnswered) == s.HelpAnswered(ok=True)
        hub.wait_for("help")


@pytest.mark.parametrize(
    ("state", "age_s", "wanted"),
    [
        ("asked", 0, "cancel"),
        ("given", 5, "print"),
        ("given", 3600, "cancel"),
        ("printing", 5, "print"),
        ("printing", 3600, "slip"),
    ],
)
def test_what_a_crash_left(  # noqa: PLR0917 -- pytest's own arguments
    state: str, age_s: float, wanted: str, broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "slips.jsonl")
    job = Job(request_id=new_id(), ticket=office.ticket(), office={"vi": "Xã B"})
    spool.asked(job.request_id)
    if state != "asked":
        spool.given(job.request_id, ticket_id="t-25", number="A025", slip=job.dump(time.time() - age_s))
    if state == "printing":
        spool.printing(job.request_id)
    spool.close()
    with desk_at(broker, tmp_path, printer.address) as (desk, events):
        if wanted == "print":
            events.wait(s.SlipEnded)
            until(lambda: desk.spool.entry(job.request_id).state == "printed", "it is printed")
            assert len(printer.slips) == 1
            return
        told = hub.wait_for(wanted)[0]
        if wanted == "cancel":
            assert told.of == job.request_id  # type: ignore[attr-defined]
            until(lambda: desk.spool.entry(job.request_id).state == "cancelled", "the record is closed")
        else:
            assert (told.ok, told.why) == (False, "kiosk.restarted")  # type: ignore[attr-defined]
    assert not printer.slips, "nobody waits for it any more"


# ------------------------------------------------------------------ hearing, without a wire
def payload(message: Message) -> bytes:
    return write(message)


def lobby_at(seq: int, epoch: str = "e1", **changes: Any) -> Lobby:
    return office.lobby(rev=Rev(epoch=epoch, seq=seq), **changes)


def test_the_hub_is_away_without_beats_and_here_again_with_one(tmp_path: Path) -> None:
    hearing = Hearing(None, now_s=0.0)
    hearing.connection(True, 0.0)
    assert not hearing.seen(BEAT_LOST_S - 0.1).hub_away
    assert hearing.seen(BEAT_LOST_S).hub_away
    hearing.beat(payload(Beat(rev=Rev(epoch="e1", seq=1), asof_ms=office.NOW_MS)), 20.0)
    assert not hearing.seen(20.0).hub_away
    assert hearing.clock_ms(21.5) == office.NOW_MS + 1500
    hearing.connection(False, 21.0)
    assert not hearing.seen(21.0 + CONNECTION_LOST_S - 0.1).hub_away
    assert hearing.seen(21.0 + CONNECTION_LOST_S).hub_away


def test_older_lobbies_and_nonsense_change_nothing() -> None:
    hearing = Hearing(None, now_s=0.0)
    assert hearing.lobby(payload(lobby_at(7)), retained=True, now_s=0.0)
    for bad in (payload(lobby_at(6, open=False)), b"", b"\xff", b"{}", b'{"v":2}', b"[" * 10_000):
        assert not hearing.lobby(bad, retained=False, now_s=0.0)
    assert hearing.seen(0.0).lobby == lobby_at(7)
    assert hearing.lobby(payload(lobby_at(1, "e2")), retained=False, now_s=0.0), "a new epoch always replaces"


def test_a_kiosk_starts_with_the_last_offer_when_the_hub_is_away(tmp_path: Path) -> None:
    cache = tmp_path / "lobby.json"
    first = Hearing(cache, now_s=0.0)
    first.lobby(payload(lobby_at(7)), retained=False, now_s=0.0)
    assert first.store()
    busier = [service.model_copy(update={"waiting": 99}) for service in office.services()]
    first.lobby(payload(lobby_at(8, services=busier)), retained=False, now_s=0.0)
    assert not first.store(), "numbers wear out no card"
    again = Hearing(cache, now_s=0.0).seen(0.0).lobby
    assert again is not None
    assert [x.id for x in again.services] == [x.id for x in office.services()]
    assert sum(x.waiting for x in again.services) == 0
    assert Hearing(cache, now_s=0.0).lobby(payload(lobby_at(1)), retained=True, now_s=0.0), "the hub's word wins"


def test_an_untrusted_clock_is_not_shown() -> None:
    hearing = Hearing(None, now_s=0.0)
    hearing.lobby(payload(lobby_at(1, clock_known=False)), retained=False, now_s=0.0)
    hearing.beat(payload(Beat(rev=Rev(epoch="e1", seq=1), asof_ms=office.NOW_MS)), 1.0)
    assert hearing.clock_ms(2.0) is None


def test_a_hub_that_still_asks_around_is_asked_again(broker: Broker, hub: FakeHub, tmp_path: Path) -> None:
    """After a lost journal the hub gives no number for seconds: the citizen waits, and is not sent away."""
    asking = ErrorBody(key="series.asking", vi="…", en="…")
    hub.refusals["issue"] = Reply(ok=False, error=asking)
    request = asked()
    with desk_at(broker, tmp_path, "none:") as (desk, events):
        until(lambda: desk.seen().lobby is not None, "the lobby came")
        desk.do(s.Ask(request))
        hub.wait_for("issue", 2)
        del hub.refusals["issue"]
        assert events.wait(s.TicketCame).request_id == request.request_id
        assert not [event for event in events.all if isinstance(event, s.Refused)]


# ------------------------------------------------------------------ dossiers
def test_a_look_up_comes_back_and_leaves_no_trace(
    broker: Broker, hub: FakeHub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    hub.dossiers[sample.CODE] = sample.body(9)
    with desk_at(broker, tmp_path, "none:") as (desk, events):
        desk.do(s.LookUp("look-up-1", sample.CODE, "K7MQ"))
        assert events.wait(s.DossierCame) == s.DossierCame("look-up-1", sample.body(9))
        (request,) = hub.wait_for("dossier")
        assert isinstance(request, DossierRequest)
        assert (request.code, request.secret) == (sample.CODE, "K7MQ")
    left = [file for file in tmp_path.rglob("*") if file.is_file() and sample.CODE.encode() in file.read_bytes()]
    assert not left
    assert sample.CODE not in caplog.text
    assert sample.CODE not in repr(events.all)


def test_a_refused_look_up_brings_the_hub_s_own_words(broker: Broker, hub: FakeHub, tmp_path: Path) -> None:
    hub.refusals["dossier"] = Reply(ok=False, error=sample.error("dossier.slow_down", minutes=7))
    with desk_at(broker, tmp_path, "none:") as (desk, events):
        desk.do(s.LookUp("look-up-1", sample.CODE))
        assert events.wait(s.DossierRefused).error == sample.error("dossier.slow_down", minutes=7)


def test_a_look_up_nobody_answers_ends_and_holds_up_no_number(broker: Broker, hub: FakeHub, tmp_path: Path) -> None:
    with desk_at(broker, tmp_path, "none:", look_up_deadline_s=1.0) as (desk, events):
        events.wait(s.SeenChanged)
        hub.answering = False
        for number in range(6):
            desk.do(s.LookUp(f"look-up-{number}", sample.CODE))
        assert events.wait(s.DossierRefused).error.key == "request.busy", "so many at once are no citizens"
        hub.wait_for("dossier", 4)
        hub.answering = True
        desk.do(s.Ask(asked()))
        events.wait(s.TicketCame)
        for number in range(4):
            # Four threads whose time is up at once: in any order.
            away = events.wait(s.DossierRefused, lambda one, of=f"look-up-{number}": one.request_id == of)
            assert away.error.key == "hub.away"
        assert len(hub.wait_for("dossier", 4)) == 4, "what was sent is not sent again: it was counted"


def test_a_number_carries_the_dossier(broker: Broker, hub: FakeHub, tmp_path: Path) -> None:
    with desk_at(broker, tmp_path, "none:") as (desk, events):
        desk.do(s.Ask(asked(service="tra-ket-qua", entry="collect", dossier=sample.CODE)))
        events.wait(s.TicketCame)
        (request,) = hub.wait_for("issue")
        assert isinstance(request, IssueRequest)
        assert request.dossier == sample.CODE
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and sample.CODE.encode() in file.read_bytes()]
