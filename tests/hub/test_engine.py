"""The one writer: what is answered is on disk, once, whatever happens meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import TrustedClock
from queue_core.journal import JournalReader
from queue_core.tickets import Status
from queue_hub.engine import Engine, Outcome
from tests.core.life import at, plain
from tests.hub.house import SETUP, HandClock, Hub
from tests.wire.harness import DEADLINE_S, eventually


def together(count: int, work: Callable[[int], None]) -> None:
    """Run ``work`` on so many threads that begin at one moment; the first failure is raised."""
    gate, failures = threading.Barrier(count), list[BaseException]()

    def run(number: int) -> None:
        try:
            gate.wait(DEADLINE_S)
            work(number)
        except BaseException as error:  # noqa: BLE001 -- raised below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
    if failures:
        raise failures[0]


# ---------------------------------------------------------------------- once and only once
def test_the_same_request_gives_the_same_ticket_also_after_a_restart(hub: Hub) -> None:
    first = hub.ask(c.Issue(service="ho-tich"), "kiosk-1/r1")
    again = hub.ask(c.Issue(service="ho-tich"), "kiosk-1/r1")
    hub.reopen()
    restarted = hub.ask(c.Issue(service="chung-thuc"), "kiosk-1/r1")
    assert first.reply == again.reply == restarted.reply
    assert first.reply.ticket is not None
    assert again.ticket is not None
    assert (again.events, again.ticket.number, restarted.ticket) == ((), "A001", again.ticket)
    assert len(hub.written(e.TicketIssued)) == 1
    assert hub.issue("kiosk-1/r2") == "A002"


def test_the_same_request_twice_in_one_batch(hub: Hub) -> None:
    asked = [hub.later(c.Issue(service="ho-tich"), "kiosk-1/r1") for _ in range(20)]
    numbers = {future.result(DEADLINE_S).reply.ticket.number for future in asked}  # type: ignore[union-attr]
    assert numbers == {"A001"}


def test_the_same_request_on_the_next_day_still_gives_the_same_answer(hub: Hub) -> None:
    number = hub.issue("kiosk-1/r1")
    hub.clock.pass_s(26 * 3600)
    assert hub.issue("kiosk-1/r1") == number
    assert hub.issue("kiosk-1/r2") == "A001", "the new day's own first number"
    assert hub.engine.state.day == 2


def test_requests_of_two_clients_are_two_requests(hub: Hub) -> None:
    assert [hub.issue("kiosk-1/r1"), hub.issue("kiosk-2/r1")] == ["A001", "A002"]


def test_a_request_cancelled_after_its_answer_is_not_answered_with_a_dead_number(hub: Hub) -> None:
    hub.issue("kiosk-1/r1")
    assert hub.ask(c.CancelRequest(of="kiosk-1/r1"), "kiosk-1/c1").ok
    again = hub.ask(c.Issue(service="ho-tich"), "kiosk-1/r1")
    assert again.error is not None
    assert again.error.key == "request.cancelled"


def test_a_request_cancelled_before_it_came(hub: Hub) -> None:
    assert hub.ask(c.CancelRequest(of="kiosk-1/r1"), "kiosk-1/c1").ok
    hub.reopen()
    late = hub.ask(c.Issue(service="ho-tich"), "kiosk-1/r1")
    assert late.error is not None
    assert late.error.key == "request.cancelled"
    assert hub.written(e.TicketIssued) == []


def test_a_refusal_is_not_remembered(hub: Hub) -> None:
    hub.ask(c.SwitchService(service="ho-tich", open=False), by="officer:lan")
    assert not hub.ask(c.Issue(service="ho-tich"), "kiosk-1/r1").ok
    hub.ask(c.SwitchService(service="ho-tich", open=None), by="officer:lan")
    assert hub.issue("kiosk-1/r1") == "A001"


def test_many_clients_at_once_get_different_numbers(hub: Hub) -> None:
    numbers: list[list[str]] = [[] for _ in range(8)]

    def client(number: int) -> None:
        asked = [hub.later(c.Issue(service="ho-tich"), f"kiosk-{number}/r{i}") for i in range(25)]
        numbers[number] = [future.result(DEADLINE_S).reply.ticket.number for future in asked]  # type: ignore[union-attr]

    together(8, client)
    given = [number for own in numbers for number in own]
    assert sorted(given) == [f"A{i:03d}" for i in range(1, 201)]
    assert [event.ticket["number"] for event in hub.written(e.TicketIssued)] == sorted(given)
    assert all(own == sorted(own) for own in numbers), "a client's requests are answered in its order"
    assert hub.journal.verify() is None


def test_two_counters_never_call_the_same_ticket(hub: Hub) -> None:
    hub.opened("q1", "q2")
    for i in range(40):
        hub.issue(f"kiosk-1/r{i}", "chung-thuc")
    called: dict[str, list[str]] = {"q1": [], "q2": []}

    def officer(number: int) -> None:
        counter = ("q1", "q2")[number % 2]
        for _ in range(10):
            outcome = hub.call(counter)
            if outcome.ticket is not None and outcome.ok:
                called[counter].append(outcome.ticket.id)

    together(4, officer)
    both = called["q1"] + called["q2"]
    assert len(both) == len(set(both)) == 40
    assert [event.ticket for event in hub.written(e.TicketCalled)] == [f"1-{i + 1}" for i in range(40)]


def test_two_officers_point_at_the_same_ticket(hub: Hub) -> None:
    hub.opened("q1", "q2")
    for i in range(20):
        hub.issue(f"kiosk-1/r{i}", "chung-thuc")
    outcomes: list[list[Outcome]] = [[], []]

    def officer(number: int) -> None:
        for i in range(20):
            command = c.CallTicket(counter=("q1", "q2")[number], ticket=f"1-{i + 1}", finish=True)
            outcomes[number].append(hub.ask(command, by="officer"))

    together(2, officer)
    assert len(hub.written(e.TicketCalled)) == 20
    assert sum(outcome.ok for own in outcomes for outcome in own) == 20
    keys = {outcome.error.key for own in outcomes for outcome in own if outcome.error}
    assert keys <= {"ticket.at_other_counter", "ticket.wrong_state"}


# ---------------------------------------------------------------------- on disk before anybody is told
def test_nobody_is_told_before_it_is_on_disk(hub: Hub) -> None:
    """Another connection to the file, asked at the moment of the answer and of the telling, finds the number."""
    seen: list[tuple[str, bool]] = []
    answered = threading.Event()
    with JournalReader(hub.path) as reader:

        def look(what: str) -> None:
            with JournalReader(hub.path) as own:
                seen.append((what, own.answer("kiosk-1/r1") is not None))

        def answer(_outcome: Outcome) -> None:
            look("answered")
            answered.set()

        hub.engine.on_commit(lambda _commit: look("told"))
        hub.engine.ask(c.Issue(service="ho-tich"), by="kiosk-1", request_id="kiosk-1/r1", answer=answer)
        assert answered.wait(DEADLINE_S)
        assert seen == [("told", True), ("answered", True)]
        assert reader.answer("kiosk-1/r1") is not None


def test_the_state_after_a_restart_is_the_state_before(hub: Hub) -> None:
    hub.opened("q1")
    for i in range(6):
        hub.issue(f"kiosk-1/r{i}")
    hub.call("q1")
    hub.ask(c.NoShow(counter="q1"), by="officer:lan")
    hub.call("q1")
    values = hub.engine.state.setup.model_dump(mode="json", exclude_defaults=True)
    values["services"][0]["daily_limit"] = 50
    assert hub.ask(c.ChangeOffice(office=values), by="officer:lan").ok
    hub.ask(c.MakeBooking(service="ho-tich", code="123456", at_ms=at("2026-11-23 10:00")), by="officer:lan")
    before, seq = plain(hub.engine.state), hub.engine.seq
    hub.reopen()
    assert plain(hub.engine.state) == before
    assert hub.engine.seq == seq
    assert hub.journal.verify() is None


def test_who_asked_and_by_which_request_is_in_the_record(hub: Hub) -> None:
    hub.ask(c.Issue(service="ho-tich"), "kiosk-2/r7", by="kiosk-2")
    record = list(hub.journal.records())[-1]
    assert (record.type, record.request_id, record.body["by"]) == ("ticket_issued", "kiosk-2/r7", "kiosk-2")
    assert (record.boot_id, record.source, record.day) == ("boot-1", "ntp", 1)


# ---------------------------------------------------------------------- the disk says no
def test_a_full_disk_promises_nothing_and_the_hub_goes_on_when_there_is_space(hub: Hub) -> None:
    hub.issue("kiosk-1/r0")
    told: list[Any] = []
    hub.engine.on_commit(told.append)
    turns = threading.Semaphore(0)
    hub.engine.on_trouble(turns.release)
    space_again = hub.fill_the_disk()
    before, seq = hub.engine.state, hub.engine.seq
    refused = None
    for i in range(200):
        outcome = hub.ask(c.Issue(service="ho-tich"), f"kiosk-1/full{i}")
        if not outcome.ok:
            refused = (i, outcome)
            break
        told.clear()
        before, seq = hub.engine.state, hub.engine.seq
    assert refused is not None, "the disk never became full"
    number, outcome = refused
    assert outcome.error is not None
    assert outcome.reply.error is not None
    assert outcome.error.key == "journal.disk_full"
    assert "đầy" in outcome.reply.error.vi
    assert outcome.reply.request_id == f"full{number}"
    assert outcome.reply.ticket is None
    assert turns.acquire(timeout=DEADLINE_S)
    assert hub.engine.trouble is not None
    assert (hub.engine.state, hub.engine.seq, told) == (before, seq, [])
    assert not turns.acquire(timeout=2.2), "nor does it open and shut while there is no space"
    space_again()
    assert turns.acquire(timeout=DEADLINE_S), "it finds out by itself: while the lobby is closed nobody asks"
    assert hub.engine.trouble is None
    assert hub.issue(f"kiosk-1/full{number}") == f"A{number + 2:03d}"
    assert hub.journal.verify() is None


def test_a_batch_that_cannot_be_written_is_refused_as_a_whole(hub: Hub) -> None:
    """Refusals of the rules in the same batch keep their own words; a repeated request gets no unsaved number."""
    before = hub.issue("kiosk-1/before")
    holding, held = threading.Event(), threading.Event()

    def hold(_outcome: Outcome) -> None:
        holding.set()
        held.wait(DEADLINE_S)

    hub.engine.ask(c.Tick(), by="hub", answer=hold)
    assert holding.wait(DEADLINE_S)
    connection = hub.journal._connection
    assert connection is not None
    asked: list[Future[Outcome]] = [hub.later(c.Issue(service="ho-tich"), f"kiosk-1/r{i}") for i in range(3)]
    twice = hub.later(c.Issue(service="ho-tich"), "kiosk-1/r0")
    saved = hub.later(c.Issue(service="ho-tich"), "kiosk-1/before")
    wrong = hub.later(c.Issue(service="khong-co"), "kiosk-1/wrong")
    connection.execute("PRAGMA query_only=1")
    held.set()
    keys = [future.result(DEADLINE_S).error.key for future in asked]  # type: ignore[union-attr]
    assert keys == ["journal.read_only"] * 3
    assert twice.result(DEADLINE_S).reply.ticket is None
    assert saved.result(DEADLINE_S).reply.ticket.number == before  # type: ignore[union-attr]
    assert wrong.result(DEADLINE_S).error.key == "service.unknown"  # type: ignore[union-attr]
    connection.execute("PRAGMA query_only=0")
    assert hub.issue("kiosk-1/r0") == "A002"


# ---------------------------------------------------------------------- faults of our own
def test_a_fault_in_a_decision_is_an_answer(new_hub: Callable[..., Hub]) -> None:
    def broken(_state: Any, _ticket: Any) -> Any:
        raise ZeroDivisionError

    hub = new_hub(forecast=broken)
    outcome = hub.ask(c.Issue(service="ho-tich"), "kiosk-1/r1")
    assert outcome.error is not None
    assert outcome.error.key == "internal"
    assert hub.ask(c.AskHelp(device="kiosk-1")).ok
    assert hub.engine.alive


def test_a_listeners_fault_keeps_no_number_from_its_citizen(hub: Hub) -> None:
    def broken(_commit: Any) -> None:
        raise ZeroDivisionError

    hub.engine.on_commit(broken)
    assert hub.issue("kiosk-1/r1") == "A001"
    assert hub.issue("kiosk-1/r2") == "A002"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_without_its_engine_the_process_is_told(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()

    def broken() -> Any:
        raise ZeroDivisionError

    hub.clock.read = broken  # type: ignore[method-assign]
    eventually(lambda: hub.ended)
    assert isinstance(hub.ended[0], ZeroDivisionError)
    eventually(lambda: not hub.engine.alive)


# ---------------------------------------------------------------------- days and clocks
def test_a_night_between_two_days(hub: Hub) -> None:
    hub.opened("q1")
    for i in range(3):
        hub.issue(f"kiosk-1/r{i}")
    hub.call("q1")
    hub.close()
    hub.clock.reboot(at("2026-11-25 07:10"), "boot-2", "rtc")
    hub.open()
    eventually(lambda: hub.engine.state.day == 2)
    assert hub.engine.state.date == "2026-11-25"
    assert hub.issue("kiosk-1/morning") == "A001"
    records = {record.type: record.day for record in hub.journal.records()}
    assert (records["ticket_expired"], records["day_closed"], records["day_opened"]) == (1, 1, 2)
    assert len(hub.written(e.TicketExpired)) == 3


def test_midnight_comes_by_itself(hub: Hub) -> None:
    hub.issue("kiosk-1/r1")
    hub.clock.pass_s(17 * 3600)
    eventually(lambda: hub.engine.state.day == 2)
    hub.reopen()
    assert hub.engine.state.day == 2


def test_a_clock_that_jumps_a_year_is_not_believed_and_noted_once(hub: Hub) -> None:
    for years in (1, -2):
        hub.clock.pass_s(1, jump_s=years * 366 * 86_400)
        eventually(lambda: hub.engine.state.clock_doubted_ms)
        hub.clock.pass_s(60)
        assert hub.issue(f"kiosk-1/{years}").startswith("A00")
    assert hub.engine.state.date == "2026-11-23"
    assert len(hub.written(e.ClockDoubted)) == 1
    issued = hub.written(e.TicketIssued)
    assert issued[-1].at_ms < at("2026-11-23 08:10")


def test_a_supervisor_vouches_for_a_clock_that_jumped(hub: Hub) -> None:
    """The office's clock was a year behind all morning; a technician sets it, the supervisor confirms, nobody loses."""
    assert hub.issue("kiosk-1/before") == "A001"
    hub.clock.pass_s(60, jump_s=366 * 86_400)
    eventually(lambda: hub.engine.state.clock_doubted_ms)
    assert hub.ask(c.ConfirmClock(), by="officer:chi").ok
    assert (hub.engine.state.clock_doubted_ms, hub.engine.state.date, hub.engine.state.day) == (None, "2027-11-24", 1)
    told = [event for event in hub.written(e.ClockSet) if event.source == "hand"]
    assert [(event.by, event.offset_ms) for event in told] == [("officer:chi", 366 * 86_400_000)]
    assert hub.issue("kiosk-1/after") == "A002"
    hub.reopen()
    assert (hub.engine.state.date, hub.issue("kiosk-1/again")) == ("2027-11-24", "A003")
    assert hub.ask(c.ConfirmClock(), by="officer:chi").ok, "there is nothing more to confirm"
    assert len(hub.written(e.ClockSet)) == 1


def test_a_dead_clock_at_night_and_time_that_comes(hub: Hub) -> None:
    """Power back, no network: numbers go on in the last day; the network comes, the numbers given stay valid."""
    assert hub.issue("kiosk-1/r1") == "A001"
    hub.close()
    hub.clock.reboot(0, "boot-2", "floor")
    hub.open()
    outcome = hub.ask(c.Issue(service="ho-tich"), "kiosk-1/r2")
    assert outcome.reply.ticket is not None
    assert (outcome.reply.ticket.number, outcome.reply.ticket.date, outcome.reply.ticket.time) == ("A002", None, None)
    hub.clock.reboot(at("2026-11-25 09:00"), "boot-2", "ntp")
    eventually(lambda: hub.engine.state.day == 2)
    assert list(hub.engine.state.numbers) == ["A002"]
    assert hub.issue("kiosk-1/r3") == "A003"
    kinds = [type(event) for event in hub.written()]
    assert kinds.count(e.ClockSet) == 1
    assert kinds.index(e.ClockSet) < kinds.index(e.TicketExpired) < len(kinds) - 1 - kinds[::-1].index(e.DayOpened)


def test_no_event_is_earlier_than_the_journal(new_hub: Callable[..., Hub]) -> None:
    hub = new_hub()
    hub.issue("kiosk-1/r1")
    latest = max(event.at_ms for event in hub.written())
    hub.close()
    hub.clock.reboot(0, "boot-2", "rtc")
    hub.open()
    hub.issue("kiosk-1/r2")
    assert hub.written()[-1].at_ms >= latest
    assert not hub.engine.moment.known


def test_the_first_start_without_a_clock_knows_the_build(new_hub: Callable[..., Hub], tmp_path: Path) -> None:
    hub = new_hub(folder=tmp_path / "new", clock=HandClock(0, "boot-1", "rtc"))
    assert hub.engine.state.date is None
    assert hub.engine.moment.utc_ms >= at("2026-11-01 00:00")
    assert hub.issue("kiosk-1/r1") == "A001"
    assert hub.ask(c.SetDate(date="2026-11-25"), by="officer:lan").ok
    assert [hub.engine.state.date, hub.engine.state.day] == ["2026-11-25", 1]


# ---------------------------------------------------------------------- a damaged journal
def damage(path: Path) -> None:
    """Overwrite a page of the events' table in the middle of the file."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 1024 * 1024
    content[middle : middle + 1024] = b"\xff" * 1024
    path.write_bytes(content)


def test_a_corrupt_journal_is_put_aside_and_the_numbers_go_on_above(hub: Hub) -> None:
    for i in range(30):
        hub.issue(f"kiosk-1/r{i}")
    epoch = hub.engine.epoch
    hub.close()
    damage(hub.path)
    hub.open()
    assert hub.engine.epoch != epoch
    assert list(hub.folder.glob("hub.db.corrupt*"))
    assert hub.journal.verify() is None
    number = hub.issue("kiosk-1/after")
    assert int(number[1:]) > 30, "no number that somebody holds is given again"


def test_what_the_engine_is_told_is_json(hub: Hub) -> None:
    hub.issue("kiosk-1/r1")
    text = hub.journal.answer("kiosk-1/r1")
    assert text is not None
    assert json.loads(text)["ticket"]["number"] == "A001"


def test_the_engine_keeps_its_word_with_another_clock_of_the_same_boot(hub: Hub) -> None:
    """A restart within one boot goes on where the journal ended, though the clock was set a year ahead meanwhile."""
    hub.issue("kiosk-1/r1")
    hub.close()
    hub.clock.pass_s(30, jump_s=366 * 86_400)
    hub.open()
    assert hub.engine.moment.utc_ms == at("2026-11-23 08:00") + 30_000
    assert hub.engine.state.date == "2026-11-23"


def test_expired_people_are_told_apart(hub: Hub) -> None:
    hub.issue("kiosk-1/r1")
    hub.ask(c.CloseDay(), by="officer:lan")
    assert hub.engine.state.tickets["1-1"].status is Status.EXPIRED
    late = hub.ask(c.Issue(service="ho-tich"), "kiosk-1/r2")
    assert late.error is not None
    assert late.error.key == "office.day_closed"


def test_an_engine_is_made_of_what_it_is_given(tmp_path: Path) -> None:
    """Two engines on one journal are refused: there is one writer."""
    from queue_core.errors import JournalError
    from queue_core.journal import Journal

    with Journal.open(tmp_path / "hub.db") as journal:
        engine = Engine(journal, HandClock(), SETUP)
        assert engine.state.day == 1
        with pytest.raises(JournalError) as refused:
            Journal.open(tmp_path / "hub.db")
        assert refused.value.key == "journal.in_use"


def test_readings_are_judged_by_the_trusted_clock() -> None:
    clock = HandClock()
    trusted = TrustedClock(clock, floor_ms=0)
    first = trusted.now()
    clock.pass_s(1, jump_s=86_400)
    assert trusted.now() == replace(first, utc_ms=first.utc_ms + 1000, mono_ms=first.mono_ms + 1000, jump_ms=86_400_000)
