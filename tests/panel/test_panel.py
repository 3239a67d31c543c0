"""The panel: what the light says, what a button means, what the pins do, what is refused before the window opens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest
from gpiozero.pins.mock import MockFactory
from hypothesis import given
from hypothesis import strategies as st

from kiosk import session as s
from kiosk.guidance import Key, KeyPressed
from kiosk.panel.buttons import Button, touches, trembles
from kiosk.panel.fan import heat_c, runs
from kiosk.panel.light import CODE, HELP_S, Lamp, Status, lamp_of, lit, status_of
from kiosk.panel.panel import Panel
from kiosk.panel.plan import Fan, PanelPlan, read_plan
from motcua.virtual_screen import VirtualScreen
from queue_core.errors import MotcuaError
from tests.house.test_tree import ROOT
from tests.kiosk import office_sample as office
from tests.kiosk.test_session import Citizen
from tests.signs.house import eventually

SEEN = s.Seen(lobby=office.lobby())
LONG_AGO = float("inf")
VISIT = s.Visit(lang="vi", touched_s=0, since_s=0, screen=s.Screen.HOME)


# ---------------------------------------------------------------------- the light
@pytest.mark.parametrize(
    ("visit", "seen", "helped_s", "status"),
    [
        (VISIT, SEEN, LONG_AGO, Status.READY),
        (replace(VISIT, screen=s.Screen.ATTRACT), SEEN, LONG_AGO, Status.READY),
        (replace(VISIT, screen=s.Screen.ASKING), SEEN, LONG_AGO, Status.WORKING),
        (replace(VISIT, screen=s.Screen.NUMBER, slip=s.Slip.PRINTING), SEEN, LONG_AGO, Status.WORKING),
        (replace(VISIT, screen=s.Screen.NUMBER, slip=s.Slip.PRINTED), SEEN, LONG_AGO, Status.READY),
        (replace(VISIT, overlay=s.Overlay.HELP), SEEN, 0.0, Status.HELP),
        (VISIT, SEEN, HELP_S - 1, Status.HELP),  # the officer is still on the way
        (VISIT, SEEN, HELP_S, Status.READY),
        (VISIT, replace(SEEN, hub_away=True), LONG_AGO, Status.AWAY),
        (VISIT, s.Seen(), LONG_AGO, Status.AWAY),
    ],
)
def test_what_the_light_says(visit: s.Visit, seen: s.Seen, helped_s: float, status: Status) -> None:
    assert status_of(visit, seen, helped_s=helped_s) is status


@given(st.sampled_from(list(Status)), st.floats(0, 100))
def test_the_rhythm_goes_on_for_ever_and_each_step_ends(status: Status, since_s: float) -> None:
    on, change_s = lit(status, since_s)
    if change_s is None:
        assert on
    else:
        assert 0 < change_s <= 3.0
        assert lit(status, since_s + change_s + 0.001)[0] is not on


def test_all_four_are_told_apart_without_colours() -> None:
    rhythms = [rhythm for _, rhythm in CODE.values()]
    assert len(set(rhythms)) == len(rhythms)


@pytest.mark.parametrize("status", list(Status))
def test_no_rhythm_flashes_more_than_three_times_in_a_second(status: Status) -> None:
    seen = [lit(status, ms / 1000)[0] for ms in range(10_000)]
    starts = [ms for ms in range(1, 10_000) if seen[ms] and not seen[ms - 1]]
    assert all(sum(begin <= other < begin + 1000 for other in starts) <= 3 for begin in starts)


@pytest.mark.parametrize(
    ("wired", "status", "lamp"),
    [
        ({Lamp.READY: 5, Lamp.WORKING: 6, Lamp.HELP: 13}, Status.HELP, Lamp.HELP),
        ({Lamp.READY: 5}, Status.HELP, Lamp.READY),  # one lamp: the rhythm alone
        ({Lamp.READY: 5, Lamp.HELP: 13}, Status.WORKING, Lamp.READY),
        ({}, Status.READY, None),
    ],
)
def test_a_lamp_that_is_not_wired_is_played_by_another(wired: dict[Lamp, int], status: Status, lamp: Lamp) -> None:
    assert lamp_of(status, wired) is lamp


# ---------------------------------------------------------------------- the buttons
def pressed(citizen: Citizen, button: Button) -> s.Visit:
    return citizen.does(*touches(button, citizen.visit)).visit


def at(screen: s.Screen, **more: Any) -> Citizen:
    citizen = Citizen()
    citizen.visit = replace(citizen.visit, screen=screen, **more)
    return citizen


@pytest.mark.parametrize(
    ("screen", "more", "then"),
    [
        (s.Screen.ATTRACT, {}, s.Screen.SERVICES),
        (s.Screen.HOME, {}, s.Screen.SERVICES),
        (s.Screen.HOME, {"overlay": s.Overlay.LOOK}, s.Screen.SERVICES),
        (s.Screen.SERVICES, {}, s.Screen.SERVICES),
        (s.Screen.PRIORITY, {}, s.Screen.PRIORITY),
        (s.Screen.ASKING, {}, s.Screen.ASKING),  # a number is on its way: no second one
        (s.Screen.NUMBER, {"slip": s.Slip.PRINTING}, s.Screen.NUMBER),
        (s.Screen.NUMBER, {"slip": s.Slip.PRINTED}, s.Screen.SERVICES),
        (s.Screen.PROCEDURES, {}, s.Screen.SERVICES),
        (s.Screen.RATE_FACES, {}, s.Screen.SERVICES),
        (s.Screen.HOME, {"overlay": s.Overlay.STILL_THERE}, s.Screen.HOME),  # "I am here", no more
    ],
)
def test_take_a_number_from_anywhere(screen: s.Screen, more: dict[str, Any], then: s.Screen) -> None:
    visit = pressed(at(screen, **more), Button.TAKE)
    assert visit.screen is then
    assert visit.overlay is s.Overlay.NONE


def test_language_and_letters_stay_those_of_whoever_presses() -> None:
    visit = pressed(at(s.Screen.PROCEDURES, lang="en", large=True, high_contrast=True), Button.TAKE)
    assert (visit.screen, visit.lang, visit.large, visit.high_contrast) == (s.Screen.SERVICES, "en", True, True)


def test_large_letters_and_back() -> None:
    citizen = at(s.Screen.ATTRACT)
    assert pressed(citizen, Button.LARGE).large
    assert not pressed(citizen, Button.LARGE).large


def test_help_from_the_screen_at_rest() -> None:
    citizen = at(s.Screen.ATTRACT)
    assert pressed(citizen, Button.HELP).overlay is s.Overlay.HELP
    assert citizen.effects == [s.CallOfficer()]


@pytest.mark.parametrize("button", [Button.PREVIOUS, Button.NEXT, Button.CHOOSE, Button.REPEAT])
def test_the_four_keys_of_the_guidance(button: Button) -> None:
    assert touches(button, VISIT) == (KeyPressed(Key(button.value)),)


@given(
    screen=st.sampled_from(list(s.Screen)),
    overlay=st.sampled_from(list(s.Overlay)),
    button=st.sampled_from(list(Button)),
)
def test_any_button_anywhere(screen: s.Screen, overlay: s.Overlay, button: Button) -> None:
    citizen = at(screen, overlay=overlay)
    citizen.does(*(event for event in touches(button, citizen.visit) if not isinstance(event, KeyPressed)))
    asked = [effect for effect in citizen.effects if isinstance(effect, s.Ask)]
    assert not asked, "no button takes a number by itself"


def test_presence_wakes_and_holds_nobodys_visit_open() -> None:
    citizen = at(s.Screen.ATTRACT)
    assert citizen.does(s.Approached()).screen is s.Screen.HOME
    citizen.does(s.TakeNumber())
    assert citizen.screen is s.Screen.SERVICES
    for _ in range(5):
        citizen.waits(20.0).does(s.Approached())
    assert citizen.screen in {s.Screen.HOME, s.Screen.ATTRACT}, "somebody who only stands near is no touch"


@pytest.mark.parametrize(
    ("button", "since_s", "trembling"),
    [(Button.TAKE, 0.3, True), (Button.TAKE, 0.5, False), (Button.NEXT, 0.2, True), (Button.NEXT, 0.3, False)],
)
def test_a_trembling_hand_and_a_fast_one(button: Button, since_s: float, trembling: bool) -> None:
    assert trembles(button, since_s) is trembling


# ---------------------------------------------------------------------- the fan
@pytest.mark.parametrize(
    ("heat", "running", "then"),
    [(59.9, False, False), (60.0, False, True), (55.0, True, True), (50.0, True, False), (None, False, True)],
)
def test_when_the_fan_runs(heat: float | None, running: bool, then: bool) -> None:
    assert runs(Fan(pin=26), heat, running=running) is then


@pytest.mark.parametrize(("text", "heat"), [("48312\n", 48.312), ("", None), ("hot", None), (None, None)])
def test_heat_that_nobody_knows_is_unknown(tmp_path: Path, text: str | None, heat: float | None) -> None:
    file = tmp_path / "temp"
    if text is not None:
        file.write_text(text)
    assert heat_c(file) == heat


# ---------------------------------------------------------------------- the pins
class Bench:
    """A panel on gpiozero's mock pins."""

    def __init__(self, **plan: Any) -> None:
        self.factory = MockFactory()
        self.events: list[s.Event] = []
        self.troubles: list[frozenset[str]] = []
        self.now_s, self.heat = 0.0, 40.0
        self.plan = PanelPlan.model_validate(plan)
        self.gives: Any = lambda: self.factory
        self.panel = Panel(
            self.plan, post=self.events.append, troubles=self.troubles.append, factory=self._give,
            heat=lambda: self.heat, again_s=0.05,
        )  # fmt: skip

    def _give(self) -> Any:
        return self.gives()

    def __enter__(self) -> Self:
        self.panel.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.panel.stop()

    def pin(self, number: int) -> Any:
        return self.factory.pin(number)


def test_a_button_counts_once_for_a_trembling_hand() -> None:
    with Bench(buttons={"help": 27}, light={"ready": 5}) as bench:
        bench.panel.show(Status.READY)
        eventually(lambda: bench.pin(5).state)  # all pins are open
        for _ in range(3):
            bench.pin(27).drive_low()
            bench.pin(27).drive_high()
        assert [type(event).__name__ for event in bench.events] == ["PanelPressed"]


def test_a_door_that_is_open_at_the_start_and_one_whose_wire_is_cut() -> None:
    with Bench(door={"pin": 16}) as bench:
        # nothing drives the pin: pulled up, as by an open contact or a cut wire
        eventually(lambda: bench.troubles == [frozenset({"door_open"})])
        bench.pin(16).drive_low()
        eventually(lambda: bench.troubles[-1] == frozenset())
        bench.pin(16).drive_high()
        eventually(lambda: bench.troubles[-1] == frozenset({"door_open"}))


def test_the_light_flashes_for_help_and_is_still_when_ready() -> None:
    with Bench(light={"ready": 5, "help": 13}) as bench:
        bench.panel.show(Status.READY)
        eventually(lambda: bench.pin(5).state)
        bench.pin(13).clear_states()
        bench.panel.show(Status.HELP)
        eventually(lambda: [one.state for one in bench.pin(13).states].count(True) >= 3)
        assert not bench.pin(5).state


def test_the_buzzer_warns_once_a_question() -> None:
    with Bench(buzzer=12) as bench:
        eventually(lambda: bench.factory.pins.get(12) or bench.pin(12).function == "output")
        bench.pin(12).clear_states()
        for _ in range(3):
            bench.panel.show(Status.READY, warns=True)
        eventually(lambda: [one.state for one in bench.pin(12).states].count(True) == 2)
        bench.panel.show(Status.READY)


def test_the_fan_runs_from_the_start_until_it_is_known_to_be_cool() -> None:
    with Bench(fan={"pin": 26}) as bench:
        eventually(lambda: [one.state for one in bench.pin(26).states][-1:] == [False])
        assert True in [one.state for one in bench.pin(26).states]


def test_pins_that_cannot_be_had_are_told_and_tried_again() -> None:
    from queue_kit.pins import PinError

    bench = Bench(light={"ready": 5})

    def refused() -> Any:
        raise PinError("pins.forbidden", user="kiosk")

    bench.gives = refused
    with bench:
        eventually(lambda: bench.troubles == [frozenset({"panel_away"})])
        bench.gives = lambda: bench.factory
        eventually(lambda: bench.troubles[-1] == frozenset())
        bench.panel.show(Status.READY)
        eventually(lambda: bench.pin(5).state)


def test_no_permission_names_the_group_to_join() -> None:
    from queue_kit.pins import PinError

    error = PinError("pins.forbidden", user="motcua-kiosk")
    assert "adduser motcua-kiosk gpio" in error.vi
    assert "adduser motcua-kiosk gpio" in error.en


# ---------------------------------------------------------------------- the file
GOOD = """
format: 1
presence: {pin: 4}
light: {ready: 5, working: 6, help: 13}
buttons: {take: 17, help: 27, large: 22, previous: 23, next: 24, choose: 25, repeat: 18}
buzzer: 12
door: {pin: 16}
fan: {pin: 26, on_c: 60, off_c: 50}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "panel.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file(tmp_path: Path) -> None:
    assert read_plan(written(tmp_path, GOOD)).buttons[Button.TAKE] == 17


@pytest.mark.parametrize(
    ("before", "after", "key", "names"),
    [
        ("buzzer: 12", "buzzer: 17", "pins.twice", "buttons.take"),
        ("{pin: 16}", "{pin: 4}", "pins.twice", "GPIO4"),
        ("ready: 5", "ready: 0", "pins.no_such", "light.ready"),
        ("ready: 5", "ready: 28", "pins.no_such", "GPIO28"),
        ("take: 17", "pay: 17", "config.invalid", "buttons"),
        ("format: 1", "format: 1\nfactory: magic", "config.invalid", "factory"),
        ("off_c: 50", "off_c: 70", "config.invalid", "off_c"),
        ("presence:", "presense:", "config.invalid", "presense"),
    ],
)
def test_what_is_refused(tmp_path: Path, before: str, after: str, key: str, names: str) -> None:
    assert GOOD.count(before) == 1
    with pytest.raises(MotcuaError) as caught:
        read_plan(written(tmp_path, GOOD.replace(before, after)))
    assert caught.value.key == key
    assert names in caught.value.vi
    assert names in caught.value.en


def test_the_kiosk_refuses_a_pin_with_two_uses_before_its_window_opens(tmp_path: Path) -> None:
    plan = written(tmp_path, GOOD.replace("buzzer: 12", "buzzer: 17"))
    done = subprocess.run(
        [sys.executable, "-m", "motcua", "kiosk", "--panel", str(plan), "--data", str(tmp_path / "kiosk")],
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "DISPLAY"},
    )  # fmt: skip
    assert done.returncode == 2
    assert "GPIO17 được dùng hai lần" in done.stderr
    assert "GPIO17 is used twice" in done.stderr


# ---------------------------------------------------------------------- the whole kiosk
def test_a_kiosk_without_a_panel_imports_no_gpio_library() -> None:
    code = "import sys, kiosk.panel, kiosk.panel.panel; print(any(m.split('.')[0] == 'gpiozero' for m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"


def test_a_hand_on_the_pins_of_a_real_window() -> None:
    with VirtualScreen(540, 960) as screen:
        probe = [sys.executable, "-m", "tests.panel.panel_probe"]
        environment = {**os.environ, **screen.env, "KIVY_NO_ARGS": "1"}
        done = subprocess.run(
            probe, capture_output=True, text=True, timeout=100, check=False, cwd=ROOT, env=environment
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    did = json.loads(done.stdout.strip().splitlines()[-1])
    assert all(did.values()), did
