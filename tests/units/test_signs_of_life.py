"""Signs of life come from the loop that does the work: when it hangs they end, whatever else still runs."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua.virtual_screen import VirtualScreen
from queue_core import commands as c
from queue_core.wire.bus import Bus
from queue_display.signs.runtime import Runtime
from queue_display.signs.wiring import Wiring
from queue_hub.engine import Engine
from queue_hub.recovery import open_or_salvage
from queue_kit.sd_notify import Notifier
from tests.hub.house import SETUP, HandClock
from tests.units.systemd_ear import DEADLINE_S, Ear
from tests.wire.harness import TOPICS

HERE = Path(__file__).parent
#: WatchdogSec of a test; the hub's loop turns once a second, so a second and a half without a sign is a hang
WATCHDOG_S = 0.9
SILENCE_S = 1.5
ALIVE = "WATCHDOG=1"


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    made = Ear(tmp_path / "notify")
    yield made
    made.close()


@pytest.mark.parametrize("address", ["path", "abstract"])
def test_ready_once_and_the_status_when_it_changes(tmp_path: Path, address: str) -> None:
    ear = Ear(tmp_path / "notify" if address == "path" else f"@motcua-test-{os.getpid()}")
    notifier = Notifier(ear.environment())
    assert notifier.listens
    notifier.ready("serving")
    notifier.ready("serving")
    notifier.status("the broker\nis away")
    notifier.stopping()
    heard = [ear.hear(), ear.hear(), ear.hear(), ear.hear(0.05)]
    assert heard == ["READY=1\nSTATUS=serving", "STATUS=the broker is away", "STOPPING=1", None]
    ear.close()


def test_signs_of_life_are_spared(ear: Ear) -> None:
    now_s = 100.0
    notifier = Notifier(ear.environment(watchdog_s=30, pid=os.getpid()), now_s=lambda: now_s)
    for _ in range(1000):
        notifier.alive()
        now_s += 0.03
    ear_heard = 0
    while ear.hear(0.05) == ALIVE:
        ear_heard += 1
    assert ear_heard == 3


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"NOTIFY_SOCKET": "relative"},
        {"NOTIFY_SOCKET": "/nowhere/notify", "WATCHDOG_USEC": "1000000"},
        {"NOTIFY_SOCKET": "/nowhere/notify", "WATCHDOG_USEC": "soon"},
    ],
)
def test_where_nobody_listens_nothing_happens(environment: dict[str, str]) -> None:
    notifier = Notifier(environment)
    notifier.ready("serving")
    notifier.alive()
    notifier.stopping()


def test_a_watchdog_that_waits_for_another_process_is_not_fed(ear: Ear) -> None:
    Notifier(ear.environment(watchdog_s=1, pid=os.getpid() + 1)).alive()
    assert ear.hear(0.05) is None


class TestTheHub:
    @pytest.fixture
    def engine(self, tmp_path: Path, ear: Ear) -> Iterator[Engine]:
        journal, _ = open_or_salvage(tmp_path / "hub.db", simulated=False)
        made = Engine(journal, HandClock(), SETUP, turned=Notifier(ear.environment(watchdog_s=WATCHDOG_S)).alive)
        made.start()
        yield made
        made.stop()
        journal.close()

    def test_lives_while_nobody_asks(self, engine: Engine, ear: Ear) -> None:
        assert [ear.hear(SILENCE_S), ear.hear(SILENCE_S)] == [ALIVE] * 2

    def test_a_commit_that_hangs_ends_the_signs(self, engine: Engine, ear: Ear) -> None:
        hung, go_on = threading.Event(), threading.Event()

        def hang(_: Any) -> None:
            hung.set()
            assert go_on.wait(DEADLINE_S)

        engine.on_commit(hang)
        answer = engine.submit(c.Issue(service=SETUP.services[0].id), by="kiosk-1", request_id="kiosk-1/r1")
        assert hung.wait(DEADLINE_S)
        ear.forget()
        assert ear.hear(SILENCE_S) is None
        go_on.set()
        assert answer.result(DEADLINE_S).ok
        assert ear.hear() == ALIVE


def test_signs_whose_loop_hangs_end_their_signs_of_life(ear: Ear) -> None:
    hung, go_on = threading.Event(), threading.Event()

    def pins() -> Any:
        hung.set()
        assert go_on.wait(DEADLINE_S)
        from gpiozero.pins.mock import MockFactory

        return MockFactory()

    notifier = Notifier(ear.environment(watchdog_s=WATCHDOG_S))
    bus = Bus(host="127.0.0.1", port=9, topics=TOPICS, client="signs-1", kind="signs")
    wiring = Wiring.model_validate({"factory": "mock", "buttons": [{"counter": "quay-3", "pins": {17: "next"}}]})
    runtime = Runtime(bus, wiring, pins=pins, turned=notifier.alive)
    runtime.start()
    assert hung.wait(DEADLINE_S)
    assert ear.hear(SILENCE_S) is None
    go_on.set()
    assert ear.hear() == ALIVE
    runtime.stop()


@pytest.mark.parametrize("window", ["kiosk", pytest.param("board", marks=pytest.mark.slow)])
def test_a_window_whose_loop_hangs_ends_its_signs_of_life(window: str, ear: Ear) -> None:
    with VirtualScreen(540, 960) as screen:
        environment = {**os.environ, **screen.env, **ear.environment(watchdog_s=WATCHDOG_S)}
        probe = subprocess.Popen(
            [sys.executable, HERE / "frame_loop_probe.py", window],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert probe.stdin is not None
            assert probe.stdout is not None
            ear.wait_for("READY=1")
            ear.wait_for(ALIVE)
            print("hang", file=probe.stdin, flush=True)
            assert probe.stdout.readline() == "hung\n"
            ear.forget()
            assert ear.hear(SILENCE_S) is None
            print("go", file=probe.stdin, flush=True)
            ear.wait_for(ALIVE)
        finally:
            probe.kill()
            probe.wait()
