"""What counts as a press, whatever a keypad does; keys on pins."""

from __future__ import annotations

from itertools import pairwise

import pytest
from gpiozero.pins.mock import MockFactory
from hypothesis import given
from hypothesis import strategies as st

from queue_display.signs.keypads.gpio import PinKeypad
from queue_display.signs.keypads.strikes import SECOND_STRIKE_S, STUCK_S, Strikes
from queue_display.signs.wiring import Buttons
from queue_kit.pins import PinError, open_factory
from tests.signs.house import eventually

NONE: frozenset[int] = frozenset()
ONE, TWO = frozenset({1}), frozenset({2})


@pytest.mark.parametrize(
    ("story", "pressed"),
    [
        ([(0.0, NONE), (1.0, ONE)], [1]),
        ([(0.0, ONE), (1.0, ONE)], []),  # it was down when we came
        ([(0.0, ONE), (1.0, NONE), (2.0, ONE)], [1]),
        ([(0.0, NONE), (1.0, ONE), (1.1, NONE), (1.2, ONE)], [1]),  # a trembling finger
        ([(0.0, NONE), (1.0, ONE), (1.1, NONE), (1.6, ONE)], [1, 1]),
        ([(0.0, NONE), (1.0, ONE | TWO)], []),  # a palm
        ([(0.0, NONE), (1.0, ONE), (2.0, ONE | TWO)], [1, 2]),
        ([(0.0, NONE), (1.0, ONE), (2.0, TWO)], [1, 2]),
    ],
)
def test_what_counts_as_a_press(story: list[tuple[float, frozenset[int]]], pressed: list[int]) -> None:
    strikes = Strikes()
    heard = [strikes.held(keys, now_s) for now_s, keys in story]
    assert [key for key in heard if key is not None] == pressed


def test_back_from_a_power_cut_with_a_key_down() -> None:
    strikes = Strikes()
    strikes.held(NONE, 0.0)
    strikes.forget()
    assert strikes.held(ONE, 1.0) is None
    strikes.held(NONE, 2.0)
    assert strikes.held(ONE, 3.0) == 1


def test_a_key_that_stays_down_is_stuck_until_it_comes_up() -> None:
    strikes = Strikes()
    strikes.held(NONE, 0.0)
    assert strikes.held(ONE, 1.0) == 1
    assert strikes.held(ONE, 1.0 + STUCK_S) is None
    assert strikes.stuck
    strikes.held(NONE, 2.0 + STUCK_S)
    assert not strikes.stuck
    assert strikes.held(ONE, 3.0 + STUCK_S) == 1


@given(gaps=st.lists(st.floats(0.01, 2.0), min_size=30, max_size=200))
def test_a_wire_that_flaps_never_calls_the_whole_room(gaps: list[float]) -> None:
    strikes, now_s, counted = Strikes(), 0.0, []
    strikes.held(NONE, now_s)
    for gap in gaps:
        now_s += gap
        strikes.held(NONE, now_s)
        if strikes.held(ONE, now_s + 0.005) is not None:
            counted.append(now_s)
    assert all(later - before >= SECOND_STRIKE_S for before, later in pairwise(counted))
    for begin in counted:
        assert sum(begin <= at_s < begin + 10.0 for at_s in counted) <= 8


def test_keys_on_pins_call_for_their_counter() -> None:
    factory, heard, now_s = MockFactory(), [], [0.0]
    wired = Buttons.model_validate({"counter": "quay-5", "pins": {17: "next", 27: "recall"}, "lamp": 22})
    keypad = PinKeypad(wired, factory, lambda counter, key: heard.append((counter, key)), now_s=lambda: now_s[0])
    for pin in (17, 17, 27):
        now_s[0] += 1.0
        factory.pin(pin).drive_low()
        factory.pin(pin).drive_high()
    assert heard == [("quay-5", "next"), ("quay-5", "next"), ("quay-5", "recall")]
    lamp = factory.pin(22)
    lamp.clear_states()
    keypad.tell(taken=False)
    eventually(lambda: [state.state for state in lamp.states].count(True) == 3)
    keypad.close()
    PinKeypad(wired, factory, lambda *_: None).close()  # the pins are free again


def test_a_pin_that_another_device_holds_is_named() -> None:
    factory = MockFactory()
    wired = Buttons.model_validate({"counter": "quay-5", "pins": {17: "next"}})
    first = PinKeypad(wired, factory, lambda *_: None)
    with pytest.raises(PinError) as caught:
        PinKeypad(wired, factory, lambda *_: None)
    assert caught.value.key == "pins.busy"
    assert "GPIO17" in caught.value.vi
    assert "quay-5" in caught.value.en
    first.close()


def test_a_library_that_is_not_there_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "lgpio", None)
    with pytest.raises(PinError) as caught:
        open_factory("lgpio")
    assert caught.value.key == "pins.library"
    assert "python3-lgpio" in caught.value.vi
