"""An officer prints at this kiosk: a real broker, a printer that takes bytes, and messages that come twice or late."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.printing import STILL_THERE_S, Job
from kiosk.remote_slips import LATE, HubClock, RemoteSlips
from queue_core.wire.messages import Beat, Message, PrintJob, Rev
from queue_core.wire.payload import write
from queue_kit.broker import Broker, office_accounts
from queue_kit.paper.interpreter import VirtualPrinter
from queue_kit.paper.spool import Spool
from tests.kiosk import office_sample as office
from tests.kiosk.fake_hub import TOPICS, FakeHub
from tests.kiosk.test_desk import desk_at, ticket, until

HUB_MS = 1_795_000_000_000


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


def wanted(request_id: str, number: int = 7, *, now_ms: int, left_s: float = 30, **more: Any) -> PrintJob:
    body = office.ticket(ticket=f"1-{number}", number=f"A{number:03d}")
    return PrintJob(
        request_id=request_id, asof_ms=now_ms, deadline_ms=now_ms + int(left_s * 1000), ticket=body,
        office={"vi": "Xã B"}, **more,
    )  # fmt: skip


def test_a_job_is_printed_once_told_and_never_late(
    broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path
) -> None:
    now_ms = int(time.time() * 1000)
    with desk_at(broker, tmp_path, printer.address) as (desk, _):
        until(lambda: desk.clock_ms() is not None, "a beat brought the hub's time")
        late = wanted("job-late", 6, now_ms=now_ms - 60_000)
        once = wanted("job-once", 7, now_ms=now_ms, reprint=True)
        for job in (late, once, once, wanted("job-next", 8, now_ms=now_ms)):
            hub.bus.publish(TOPICS.print_job("kiosk-1"), job, expiry_s=30)
        told = [(slip.ticket, slip.ok, slip.why) for slip in hub.wait_for("slip", 4)]  # type: ignore[attr-defined]
        assert told == [("1-6", False, LATE), ("1-7", True, ""), ("1-7", True, ""), ("1-8", True, "")]
        assert len(printer.slips) == 2
        assert [entry.number for entry in desk.spool.numbers()] == ["A007", "A008"]
    with desk_at(broker, tmp_path, printer.address) as (desk, _):  # also after a restart of the kiosk
        until(lambda: desk.clock_ms() is not None, "it hears the hub")
        hub.bus.publish(TOPICS.print_job("kiosk-1"), once, expiry_s=30)
        assert len(hub.wait_for("slip", 5)) == 5
    assert len(printer.slips) == 2


def test_a_kept_message_and_nonsense_print_nothing(
    broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path
) -> None:
    now_ms = int(time.time() * 1000)
    hub.bus.publish(TOPICS.print_job("kiosk-1"), wanted("job-kept", 1, now_ms=now_ms), retain=True)
    with desk_at(broker, tmp_path, printer.address) as (desk, _):
        until(lambda: desk.clock_ms() is not None, "it hears the hub")
        hub.bus.publish(TOPICS.print_job("kiosk-1"), Message())
        hub.bus.publish(TOPICS.print_job("kiosk-1"), wanted("job-good", 2, now_ms=now_ms))
        assert hub.wait_for("slip")[0].ticket == "1-2"  # type: ignore[attr-defined]
    assert len(printer.slips) == 1


def test_an_empty_roll_is_told(broker: Broker, hub: FakeHub, printer: VirtualPrinter, tmp_path: Path) -> None:
    printer.run_out_of_paper()
    with desk_at(broker, tmp_path, printer.address) as (desk, _):
        until(lambda: desk.seen().lobby is not None, "it hears the hub")
        hub.bus.publish(TOPICS.print_job("kiosk-1"), wanted("job-dry1", now_ms=int(time.time() * 1000)))
        slip = hub.wait_for("slip")[0]
        assert (slip.ticket, slip.ok, slip.why) == ("1-7", False, "paper.out")  # type: ignore[attr-defined]


# ------------------------------------------------------------------ the hub's clock, without a wire
BEATS: dict[str, tuple[list[tuple[float, float]], float, float | None]] = {
    # (our seconds, the hub's) of the beats, then: at our second … the hub's is …
    "nothing heard": ([], 10, None),
    "as usual": ([(0, 100), (5, 105), (10, 110)], 12, 112),
    "a beat that took long": ([(0, 100), (5, 105), (13, 110)], 14, 114),
    "asleep for ten minutes, then all that was waiting": ([(0, 100), (600, 105), (600.1, 110), (600.2, 115)], 601, 701),
    "and the first fresh one": ([(0, 100), (600, 105), (600.1, 110), (603, 703)], 604, 704),
    "the hub was set forward": ([(0, 100), (5, 4000)], 6, 4001),
    "the hub was set back": ([(0, 5000), (5, 105), (10, 110)], 11, 111),
    "one early time alone": ([(0, 5000), (5, 105)], 6, 5006),
}


@pytest.mark.parametrize("case", BEATS)
def test_which_time_a_kiosk_believes(case: str) -> None:
    beats, then_s, expected_s = BEATS[case]
    clock = HubClock()
    for mono_s, hub_s in beats:
        clock.beat(int(hub_s * 1000), mono_s)
    now_ms = clock.now_ms(then_s)
    assert now_ms == (None if expected_s is None else pytest.approx(expected_s * 1000, abs=100))


def beat_at(hub_ms: int) -> bytes:
    return write(Beat(rev=Rev(epoch="e1", seq=1), asof_ms=hub_ms))


def begun(remote: RemoteSlips, job: PrintJob) -> str | None:
    made = remote.job(write(job))
    assert made is not None
    assert made.before is not None
    return made.before(made)


def test_a_kiosk_that_slept_prints_nothing_of_before(tmp_path: Path) -> None:
    now_s = [0.0]
    spool = Spool(tmp_path / "slips.jsonl")
    remote = RemoteSlips(spool, mono_s=lambda: now_s[0])
    remote.beat(beat_at(HUB_MS))
    now_s[0] = 600.0
    remote.beat(beat_at(HUB_MS + 5_000))  # it had waited at the door
    assert begun(remote, wanted("job-slept", now_ms=HUB_MS + 6_000)) == LATE
    assert begun(remote, wanted("job-fresh", now_ms=HUB_MS + 600_000)) is None
    spool.close()


def test_after_a_crash_it_is_printed_while_it_is_wanted(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "slips.jsonl")
    remote = RemoteSlips(spool, mono_s=lambda: 0.0)
    remote.beat(beat_at(HUB_MS))
    assert begun(remote, wanted("job-crash", now_ms=HUB_MS, left_s=20)) is None
    slip = spool.entry("job-crash").slip
    assert slip is not None
    age_s = time.time() - float(slip["at_s"])
    assert STILL_THERE_S - age_s == pytest.approx(20, abs=2)
    assert Job.load("job-crash", slip, reprint=True).ticket.number == "A007"
    spool.close()
