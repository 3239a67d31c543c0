"""A client's connection, against the real broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from queue_core.wire.bus import Bus, MessageInfo
from queue_core.wire.errors import WireError
from queue_core.wire.messages import Beat, Call, DeviceState, IssueRequest, Message, Reply, Rev
from queue_core.wire.payload import read, write
from tests.wire.harness import DEADLINE_S, TOPICS, Box, Office, eventually

REV = Rev(epoch="e1", seq=7)
CALL = Call(
    rev=REV, asof_ms=1, ticket="t", number="A001", counter="c", counter_number=1, service="ho-tich"
)  # fmt: skip


def issue(number: int = 1) -> IssueRequest:
    return IssueRequest(request_id=f"kiosk-1:{number:06d}", service="ho-tich")


def answering_hub(office: Office, answers: int = 1, *, together: int = 1) -> Bus:
    """A hub that answers every request with its id, ``answers`` times; so many ``together``, in their order."""
    hub = office.bus("hub", kind="hub", epoch="e1")
    waiting: list[tuple[str, MessageInfo]] = []

    def hear(_topic: str, payload: bytes, info: MessageInfo) -> None:
        waiting.append((read(IssueRequest, payload).request_id, info))
        if len(waiting) < together:
            return
        for request_id, asked in waiting:
            for _ in range(answers):
                reply = Reply(ok=True, request_id=request_id)
                hub.publish(asked.response_topic or "", reply, correlation=asked.correlation)
        waiting.clear()

    hub.subscribe(TOPICS.all_requests, hear)
    hub.start()
    assert hub.wait_connected(DEADLINE_S)
    return hub


# ------------------------------------------------------------------ request and reply
def test_a_request_gets_its_own_answer_from_many_threads(office: Office) -> None:
    answering_hub(office, together=4)
    kiosk = office.started("kiosk-1")
    wrong: list[str] = []

    def ask(first: int) -> None:
        for number in range(first, first + 25):
            reply = kiosk.request("issue", issue(number), timeout_s=DEADLINE_S)
            if reply.request_id != issue(number).request_id:
                wrong.append(reply.request_id)

    threads = [threading.Thread(target=ask, args=(first * 1000,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
        assert not thread.is_alive()
    assert wrong == []


def test_a_request_is_answered_within_milliseconds(office: Office) -> None:
    answering_hub(office)
    kiosk = office.started("kiosk-1")
    took_ms = []
    for number in range(100):
        began = time.perf_counter()
        kiosk.request("issue", issue(number))
        took_ms.append((time.perf_counter() - began) * 1e3)
    took_ms.sort()
    print(f"request to reply: median {took_ms[50]:.2f} ms, a tenth within {took_ms[10]:.2f} ms")
    assert took_ms[10] < 15, "Nagle's algorithm would cost every request 40, a busy machine only some"


def test_without_a_hub_a_kiosk_is_told_at_once(office: Office) -> None:
    kiosk = office.started("kiosk-1")
    began = time.monotonic()
    with pytest.raises(WireError) as caught:
        kiosk.request("issue", issue(), timeout_s=DEADLINE_S)
    assert caught.value.key == "wire.away"
    assert time.monotonic() - began < DEADLINE_S / 2


def test_a_silent_hub_ends_in_a_timeout_and_a_late_answer_is_ignored(office: Office) -> None:
    heard, hub = Box(), office.bus("hub", kind="hub")
    hub.subscribe(TOPICS.all_requests, heard)
    hub.start()
    assert hub.wait_connected(DEADLINE_S)
    kiosk = office.started("kiosk-1")
    with pytest.raises(WireError) as caught:
        kiosk.request("issue", issue(), timeout_s=0.2)
    assert caught.value.key == "wire.timeout"
    _, _, info = heard.wait_for(lambda box: box.items)[0]
    hub.publish(TOPICS.reply("kiosk-1"), Reply(ok=True), correlation=info.correlation)
    eventually(lambda: kiosk.counts["late_replies"] == 1)


def test_a_second_answer_is_ignored(office: Office) -> None:
    answering_hub(office, answers=2)
    kiosk = office.started("kiosk-1")
    assert kiosk.request("issue", issue(1)).request_id == issue(1).request_id
    assert kiosk.request("issue", issue(2)).request_id == issue(2).request_id
    eventually(lambda: kiosk.counts["late_replies"] == 2)


def test_a_broken_answer_is_an_error_of_its_request(office: Office) -> None:
    heard, hub = Box(), office.bus("hub", kind="hub")
    hub.subscribe(TOPICS.all_requests, heard)
    hub.start()
    assert hub.wait_connected(DEADLINE_S)
    kiosk, caught = office.started("kiosk-1"), []

    def ask() -> None:
        try:
            kiosk.request("issue", issue(), timeout_s=DEADLINE_S)
        except WireError as error:
            caught.append(error.key)

    thread = threading.Thread(target=ask)
    thread.start()
    _, _, info = heard.wait_for(lambda box: box.items)[0]
    hub.publish(TOPICS.reply("kiosk-1"), Message(), correlation=info.correlation)
    thread.join(DEADLINE_S)
    assert caught == ["wire.malformed"]


def test_a_request_the_broker_forbids_is_refused_not_awaited(office: Office) -> None:
    office.started("hub", kind="hub")
    observer = office.started("watch")
    observer.client = "kiosk-1"  # asks under another's name
    began = time.monotonic()
    with pytest.raises(WireError) as caught:
        observer.request("issue", issue(), timeout_s=DEADLINE_S)
    assert caught.value.key == "wire.refused"
    assert "ot authorized" in caught.value.en
    assert time.monotonic() - began < DEADLINE_S / 2
    assert observer.counts["refused"] == 1


def test_a_request_on_the_network_thread_would_wait_for_itself(office: Office) -> None:
    kiosk, fell = office.bus("kiosk-1"), threading.Event()

    def hear(_topic: str, _payload: bytes, _info: MessageInfo) -> None:
        with pytest.raises(RuntimeError):
            kiosk.request("issue", issue())
        fell.set()

    kiosk.subscribe(TOPICS.beat, hear)
    kiosk.start()
    assert kiosk.wait_connected(DEADLINE_S)
    office.started("hub").publish(TOPICS.beat, Beat(rev=REV, asof_ms=1))
    assert fell.wait(DEADLINE_S)


# ------------------------------------------------------------------ birth and will
def test_birth_alerts_and_goodbye_are_retained(office: Office) -> None:
    watch, box = office.listener("watch", TOPICS.all_device_states)
    kiosk = office.started("kiosk-1", kind="kiosk", version="0.1.0", boot="b1", now_ms=lambda: 42)
    born = box.wait_state("kiosk-1", state="ready")
    assert (born.boot, born.connection, born.kind, born.version, born.asof_ms) == ("b1", 1, "kiosk", "0.1.0", 42)
    kiosk.set_alerts(["paper_out", "cover_open", "paper_out"])
    box.wait_state("kiosk-1", alerts=["cover_open", "paper_out"])
    kiosk.stop()
    box.wait_state("kiosk-1", state="stopping", connection=1)
    assert box.messages(DeviceState, TOPICS.device_state("kiosk-1"))[-1].state != "lost"
    watch.stop()
    _, later = office.listener("watch", TOPICS.all_device_states)
    assert later.wait_state("kiosk-1", state="stopping").boot == "b1"
    assert later.items[0][2].retained


def test_a_hub_says_its_epoch_and_that_it_is_not_ready_yet(office: Office) -> None:
    _, box = office.listener("kiosk-1", TOPICS.device_state("hub"))
    hub = office.started("hub", kind="hub", state="init", epoch="e1")
    box.wait_state("hub", state="init", epoch="e1")
    hub.set_epoch("e2")
    hub.set_state("ready")
    box.wait_state("hub", state="ready", epoch="e2")


def test_a_killed_process_leaves_its_will_with_its_connection_number(office: Office) -> None:
    _, box = office.listener("watch", TOPICS.all_device_states)
    child = start_child(office, "signal.pause()")
    born = box.wait_state("kiosk-1", state="ready")
    os.kill(child.pid, signal.SIGKILL)
    child.wait(DEADLINE_S)
    lost = box.wait_state("kiosk-1", state="lost")
    assert (lost.boot, lost.connection) == (born.boot, born.connection)


def test_whoever_reads_their_own_obituary_says_the_birth_again(office: Office) -> None:
    _, box = office.listener("watch", TOPICS.device_state("kiosk-1"))
    kiosk = office.started("kiosk-1", boot="b2")
    box.wait_state("kiosk-1", state="ready")
    hub = office.started("hub")
    hub.publish(TOPICS.device_state("kiosk-1"), DeviceState(state="lost", boot="b1", connection=9), retain=True)
    box.wait_for(lambda it: [state.state for state in it.messages(DeviceState)] == ["ready", "lost", "ready"])
    assert kiosk.counts["obituaries"] == 1


# ------------------------------------------------------------------ away and back
def test_without_a_broker_nothing_is_sent_and_nothing_kept(office: Office) -> None:
    _, box = office.listener("watch", TOPICS.call)
    hub = office.bus("hub", kind="hub")
    assert not hub.publish(TOPICS.call, CALL), "not started"
    hub.start()
    assert hub.wait_connected(DEADLINE_S)
    office.broker.kill()
    eventually(lambda: not hub.connected)
    for _ in range(3):
        assert not hub.publish(TOPICS.call, CALL)
    with pytest.raises(WireError) as caught:
        hub.request("issue", issue())
    assert caught.value.key == "wire.away"
    assert hub.trouble is not None
    assert hub.trouble.key == "wire.away"
    office.broker.start()
    assert hub.wait_connected(DEADLINE_S)
    assert box.items == []
    fresh = CALL.model_copy(update={"number": "A002"})
    eventually(lambda: hub.publish(TOPICS.call, fresh) and box.items)
    assert {call.number for call in box.messages(Call)} == {"A002"}, "a call of before is never spoken after"


def test_what_the_broker_had_not_confirmed_dies_with_the_connection(office: Office) -> None:
    """paho itself would send these again after the reconnect."""
    _, box = office.listener("watch", TOPICS.call)
    hub = office.started("hub", kind="hub")
    office.broker.pause()
    for number in range(150):  # more than may be on their way at once
        assert hub.publish(TOPICS.call, CALL.model_copy(update={"number": f"B{number:03d}"}))
    office.broker.kill()
    office.broker.start()
    eventually(lambda: hub.connected and hub.connection > 1)
    eventually(lambda: hub.publish(TOPICS.call, CALL) and box.items)
    assert {call.number for call in box.messages(Call)} == {"A001"}


def test_after_a_restart_subscriptions_birth_and_requests_work_again(office: Office) -> None:
    changes: list[bool] = []
    answering_hub(office)
    watch, box = office.listener("watch", TOPICS.all_device_states)
    kiosk = office.started("kiosk-1", on_connection=changes.append, boot="b1")
    assert kiosk.request("issue", issue()).ok
    office.broker.kill()
    office.broker.start()
    for bus in (kiosk, watch):
        eventually(lambda bus=bus: bus.connected and bus.connection > 1)
    again = box.wait_state("kiosk-1", state="ready", connection=kiosk.connection)
    assert again.boot == "b1"

    def asked() -> bool:
        try:
            return kiosk.request("issue", issue(), timeout_s=1.0).ok
        except WireError:  # the hub may come back later than the kiosk
            return False

    eventually(asked)
    assert changes == [True, False, True]
    assert kiosk.trouble is None


def test_a_request_in_the_air_is_cut_when_the_broker_dies(office: Office) -> None:
    heard, hub = Box(), office.bus("hub", kind="hub")
    hub.subscribe(TOPICS.all_requests, heard)
    hub.start()
    assert hub.wait_connected(DEADLINE_S)
    kiosk, caught = office.started("kiosk-1"), []

    def ask() -> None:
        try:
            kiosk.request("issue", issue(), timeout_s=60.0)
        except WireError as error:
            caught.append(error.key)

    thread = threading.Thread(target=ask)
    thread.start()
    heard.wait_for(lambda box: box.items)
    office.broker.kill()
    thread.join(DEADLINE_S)
    assert caught == ["wire.cut"]


def test_a_broker_that_comes_later_is_found(office: Office) -> None:
    office.broker.kill()
    kiosk = office.bus("kiosk-1")
    kiosk.start()
    eventually(lambda: kiosk.connection >= 3)
    assert not kiosk.connected
    office.broker.start()
    assert kiosk.wait_connected(DEADLINE_S)


def test_a_frozen_broker_is_noticed_by_the_keepalive(office: Office) -> None:
    kiosk = office.started("kiosk-1", keepalive_s=1)
    office.broker.pause()
    eventually(lambda: not kiosk.connected)
    office.broker.resume()
    assert kiosk.wait_connected(DEADLINE_S)


def test_a_wrong_password_is_named_and_tried_again(office: Office) -> None:
    kiosk = office.bus("kiosk-1", password="wrong")
    kiosk.start()
    eventually(lambda: kiosk.connection >= 2 and kiosk.trouble)
    assert kiosk.trouble is not None
    assert kiosk.trouble.key == "wire.refused"
    assert not kiosk.connected


def test_stop_is_quick_in_every_state(office: Office) -> None:
    never = office.bus("kiosk-2")
    never.stop()
    up = office.started("kiosk-1")
    began = time.monotonic()
    up.stop()
    up.stop()
    assert not up.connected
    office.broker.kill()
    away = office.bus("kiosk-1")
    away.start()
    eventually(lambda: away.connection >= 2)
    away.stop()
    assert time.monotonic() - began < 3


# ------------------------------------------------------------------ faults of our own
def start_child(office: Office, last_line: str, handler: str = "pass") -> subprocess.Popen[str]:
    program = f"""
import signal, sys
from queue_core.wire.bus import Bus
from queue_core.wire.topics import Topics
def hear(topic, payload, info):
    {handler}
bus = Bus(host={office.broker.host!r}, port={office.broker.port}, topics=Topics("tinh-a", "xa-b"), client="kiosk-1",
          password={office.broker.password("kiosk-1")!r})
bus.subscribe({TOPICS.beat!r}, hear)
bus.start()
{last_line}
"""
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )


def test_a_handler_that_fails_ends_the_process_loudly(office: Office) -> None:
    _, box = office.listener("watch", TOPICS.all_device_states)
    child = start_child(office, "signal.pause()", handler='raise ValueError("a fault of ours")')
    box.wait_state("kiosk-1", state="ready")
    office.started("hub").publish(TOPICS.beat, Beat(rev=REV, asof_ms=1))
    _, said = child.communicate(timeout=DEADLINE_S)
    assert child.returncode == 70
    assert "a fault of ours" in said
    assert "Traceback" in said
    box.wait_state("kiosk-1", state="lost")


def test_a_handler_that_fails_reaches_the_injected_end(office: Office) -> None:
    ended: list[BaseException] = []
    kiosk = office.bus("kiosk-1", fatal=ended.append)

    def hear(_topic: str, _payload: bytes, _info: MessageInfo) -> None:
        raise ValueError("a fault of ours")

    kiosk.subscribe(TOPICS.beat, hear)
    kiosk.start()
    assert kiosk.wait_connected(DEADLINE_S)
    office.started("hub").publish(TOPICS.beat, Beat(rev=REV, asof_ms=1))
    eventually(lambda: ended)
    assert isinstance(ended[0], ValueError)
    eventually(lambda: not kiosk.connected)


# ------------------------------------------------------------------ subscriptions, size, cost
def test_a_subscription_made_while_connected_hears_too(office: Office) -> None:
    kiosk, box = office.started("kiosk-1"), Box()
    kiosk.subscribe(TOPICS.board, box)
    with pytest.raises(ValueError, match="handler already"):
        kiosk.subscribe(TOPICS.board, box)
    hub = office.started("hub")
    hub.publish(TOPICS.board, Beat(rev=REV, asof_ms=5), retain=True)
    _, payload, _ = box.wait_for(lambda it: it.items)[0]
    assert read(Beat, payload).asof_ms == 5


def test_a_payload_too_large_for_anybody_is_refused_by_its_sender(office: Office) -> None:
    hub = office.started("hub")
    with pytest.raises(WireError) as caught:
        hub.publish(TOPICS.board, CALL.model_copy(update={"service": "x" * 300_000}))
    assert caught.value.key == "wire.too_large"
    assert hub.connected


def test_an_idle_client_costs_nothing(office: Office) -> None:
    kiosk = office.started("kiosk-1")
    clock = time.pthread_getcpuclockid(kiosk._thread.ident or 0)
    before_s, idle_s = time.clock_gettime(clock), 1.5
    threading.Event().wait(idle_s)
    spent_s = time.clock_gettime(clock) - before_s
    print(f"idle network thread: {100 * spent_s / idle_s:.3f} % of a core")
    assert spent_s / idle_s < 0.005


def test_writing_a_state_is_what_the_documentation_says() -> None:
    assert b'"v":1' in write(DeviceState(state="ready"))


# ------------------------------------------------------------------ caught up
def test_whoever_has_caught_up_has_heard_all_that_was_sent(office: Office) -> None:
    _, seen = office.listener("watch", TOPICS.beat)
    order: list[str] = []
    stands, goes_on, over = threading.Event(), threading.Event(), threading.Event()
    board = office.bus("board-1")

    def hear(_topic: str, payload: bytes, _info: MessageInfo) -> None:
        stands.set()
        assert goes_on.wait(DEADLINE_S)
        order.append(str(read(Beat, payload).rev.seq))

    board.subscribe(TOPICS.beat, hear)
    assert not board.catch_up(over.set), "nobody is there to answer"
    board.start()
    assert board.wait_connected(DEADLINE_S)
    hub = office.started("hub")
    for seq in range(1, 101):
        assert hub.publish(TOPICS.beat, Beat(rev=Rev(epoch="e", seq=seq), asof_ms=1))
    assert stands.wait(DEADLINE_S)
    seen.wait_for(lambda box: len(box.items) == 100)
    assert board.catch_up(lambda: order.append("first"))
    assert board.catch_up(lambda: (order.append("second"), over.set()))
    goes_on.set()
    assert over.wait(DEADLINE_S)
    assert order == [*map(str, range(1, 101)), "first", "second"]


def test_an_end_of_the_connection_answers_no_question(office: Office) -> None:
    board = office.started("board-1")
    answers: list[str] = []
    heard = threading.Event()
    office.broker.stop()
    eventually(lambda: not board.connected)
    assert not board.catch_up(lambda: answers.append("late"))
    office.broker.start()
    assert board.wait_connected(DEADLINE_S)
    assert board.catch_up(heard.set)
    assert heard.wait(DEADLINE_S)
    assert answers == []
