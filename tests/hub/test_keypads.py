"""A hard key at a counter: it does what the console's button does, for the officer on duty, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from queue_core import commands as c
from queue_core import events as e
from queue_core.errors import MotcuaError
from queue_core.wire.messages import KeypadRequest
from queue_hub.keypads import keypad_command
from tests.hub.house import SETUP, Hub
from tests.wire.harness import DEADLINE_S
from tests.wire.harness import Office as Wire


def request(key: str, counter: str = "q1", **more: Any) -> KeypadRequest:
    return KeypadRequest.model_validate({"request_id": f"key-{key}-1", "counter": counter, "key": key, **more})


@pytest.mark.parametrize(
    ("key", "more", "expected"),
    [
        ("next", {}, c.CallNext(counter="q1", finish=True)),
        ("recall", {}, c.Recall(counter="q1")),
        ("serve", {}, c.Serve(counter="q1")),
        ("finish", {}, c.Finish(counter="q1")),
        ("no_show", {}, c.NoShow(counter="q1")),
        ("undo", {}, c.Undo(counter="q1")),
        ("pause", {}, c.PauseCounter(counter="q1")),
    ],
)
def test_each_key_is_a_command_of_the_officer_on_duty(
    hub: Hub, key: str, more: dict[str, Any], expected: c.AnyCommand
) -> None:
    hub.opened("q1")
    assert keypad_command(hub.engine.state, "signs-1", request(key, **more)) == (expected, "keypad:signs-1:lan")


def test_the_transfer_key_sends_the_one_at_the_counter(hub: Hub) -> None:
    hub.opened("q1")
    hub.issue("request-1")
    hub.call("q1")
    command, _ = keypad_command(hub.engine.state, "signs-1", request("transfer", service="chung-thuc"))
    assert isinstance(command, c.Transfer)
    assert hub.engine.state.tickets[command.ticket].number == "A001"
    assert command.service == "chung-thuc"


def test_the_pause_key_opens_a_paused_counter_again_for_the_same_officer(hub: Hub) -> None:
    hub.opened("q1")
    hub.ask(c.PauseCounter(counter="q1"), by="officer:lan")
    command, _ = keypad_command(hub.engine.state, "signs-1", request("pause"))
    assert command == c.OpenCounter(counter="q1", officer="lan")


@pytest.mark.parametrize(
    ("client", "asked", "key"),
    [
        ("signs-1", request("next", counter="q2"), "keypad.nobody_on_duty"),
        ("signs-1", request("next", counter="q9"), "counter.unknown"),
        ("signs-1", request("transfer"), "counter.nobody_here"),
        ("kiosk-1", request("next"), "command.not_allowed"),
        ("board-1", request("next"), "command.not_allowed"),
        ("signs-x", request("next"), "command.not_allowed"),
    ],
)
def test_who_is_refused_and_in_which_words(hub: Hub, client: str, asked: KeypadRequest, key: str) -> None:
    hub.opened("q1")
    with pytest.raises(MotcuaError) as caught:
        keypad_command(hub.engine.state, client, asked)
    assert caught.value.key == key
    assert "…" not in caught.value.vi + caught.value.en


def test_the_offices_file_says_which_devices_are_signs(hub: Hub) -> None:
    hub.opened("q1")
    devices = [{"id": "bang-dien", "kind": "signs"}, {"id": "signs-9", "kind": "kiosk"}]
    listed = SETUP.model_validate(SETUP.model_dump() | {"devices": devices})
    hub.ask(c.ChangeOffice(office=listed.model_dump(mode="json", exclude_defaults=True)), by="officer:lan")
    assert keypad_command(hub.engine.state, "bang-dien", request("next"))
    with pytest.raises(MotcuaError) as caught:
        keypad_command(hub.engine.state, "signs-9", request("next"))
    assert caught.value.key == "command.not_allowed"


def test_a_key_on_the_wire_calls_and_the_journal_knows_by_whom(hub: Hub, wire: Wire) -> None:
    hub.goes_on_air(wire)
    keypad = wire.started("signs-1")
    hub.issue("request-1")
    refused = keypad.request("keypad", request("next"), timeout_s=DEADLINE_S)
    assert refused.error is not None
    assert refused.error.key == "keypad.nobody_on_duty"
    hub.opened("q1")
    assert keypad.request("keypad", request("next"), timeout_s=DEADLINE_S).ok
    assert keypad.request("keypad", request("next"), timeout_s=DEADLINE_S).ok, "the same press, asked again"
    calls = hub.written(e.TicketCalled)
    assert [(call.counter, call.by) for call in calls] == [("q1", "keypad:signs-1:lan")]


def test_a_kiosk_that_presses_an_officers_keys_is_refused(hub: Hub, wire: Wire) -> None:
    hub.goes_on_air(wire)
    hub.opened("q1")
    hub.issue("request-1")
    reply = wire.started("kiosk-1").request("keypad", request("next"), timeout_s=DEADLINE_S)
    assert reply.error is not None
    assert reply.error.key == "command.not_allowed"
    assert not hub.written(e.TicketCalled)
