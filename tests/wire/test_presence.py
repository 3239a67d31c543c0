"""Births and wills put in order; waits between tries."""

from __future__ import annotations

import random

import pytest

from queue_core.wire.backoff import Backoff
from queue_core.wire.messages import DeviceState
from queue_core.wire.presence import Presence, heeds

BIRTH = DeviceState(state="ready", boot="b2", connection=3)
CASES = {
    "its own will": ("lost", "b2", 3, True),
    "an older connection's will": ("lost", "b2", 2, False),
    "an older run's will": ("lost", "b1", 9, False),
    "the next birth": ("ready", "b2", 4, True),
    "the same connection again": ("stopping", "b2", 3, True),
    "an older birth, late": ("ready", "b2", 2, False),
    "a new run's birth": ("ready", "b3", 1, True),
}


@pytest.mark.parametrize(("state", "boot", "connection", "wanted"), CASES.values(), ids=CASES.keys())
def test_which_state_is_heeded(state: str, boot: str, connection: int, wanted: bool) -> None:
    assert heeds(BIRTH, DeviceState.model_validate({"state": state, "boot": boot, "connection": connection})) is wanted


def test_presence_keeps_the_last_heeded_state() -> None:
    presence = Presence()
    assert not presence.there("kiosk-1")
    assert presence.feed("kiosk-1", BIRTH)
    assert not presence.feed("kiosk-1", DeviceState(state="lost", boot="b2", connection=2))
    assert presence.there("kiosk-1")
    assert presence.feed("kiosk-1", DeviceState(state="lost", boot="b2", connection=3))
    assert not presence.there("kiosk-1")
    assert presence.all()["kiosk-1"].state == "lost"


def test_waits_are_jittered_and_capped() -> None:
    source, backoff = random.Random(7), Backoff(first_s=0.2, cap_s=15.0)
    for failures, most_s in [(0, 0.2), (1, 0.4), (5, 6.4), (7, 15.0), (1000, 15.0)]:
        waits = [backoff.wait_s(failures, source=source) for _ in range(300)]
        assert 0.0 <= min(waits) < most_s * 0.05
        assert most_s * 0.95 < max(waits) <= most_s
