"""Faults of the wire: broker, bus, requests."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

FAULTS: Final = (
    Fault(
        "a client may ask in any client's name (the access list is too wide)", "queue_kit/broker/accounts.py",
        'f"pattern write {root}/request/%u/+",',
        'f"topic write {root}/request/+/+",',
        ("tests/wire/test_broker.py::test_who_may_write_what",),
    ),
    Fault(
        "a client hears the answers of others", "queue_kit/broker/accounts.py",
        'f"pattern read {root}/reply/%u",',
        'f"topic read {root}/reply/+",',
        ("tests/wire/test_broker.py::test_who_may_hear_what",),
    ),
    Fault(
        "a flood of one client is served to the end", "queue_core/wire/responder.py",
        "        if bucket.tokens < 1.0:\n",
        "        if bucket.tokens < -1e9:\n",
        ("tests/wire/test_responder.py::test_a_flood_is_told_so_then_ignored_and_others_are_served",),
    ),
    Fault(
        "a request with a foreign reply topic is carried out", "queue_core/wire/responder.py",
        "if info.response_topic is not None and info.response_topic != self._topics.reply(client):",
        "if info.response_topic is not None and not info.response_topic:",
        ("tests/hub/test_bus_front.py::test_a_foreign_reply_topic_is_not_answered",),
    ),
    Fault(
        "a request that lay on the broker is carried out", "queue_core/wire/responder.py",
        "        if info.retained:  #",
        "        if info.retained and not payload:  #",
        ("tests/hub/test_bus_front.py::test_a_stored_request_is_not_asked",),
    ),
    Fault(
        "messages of an unknown version are read", "queue_core/wire/payload.py",
        '    if "v" not in message.model_fields_set:',
        "    if message.v != 1:",
        ("tests/wire/test_payload.py::test_what_breaks_the_contract_gets_its_key",),
    ),
    Fault(
        "an older connection's will is believed", "queue_core/wire/presence.py",
        "        return same_boot and arrived.connection >= known.connection\n",
        "        return same_boot\n",
        ("tests/wire/test_presence.py::test_which_state_is_heeded",),
    ),
    Fault(
        "an answer goes to whoever asked last", "queue_core/wire/asking.py",
        '            answer = self._open.pop(correlation or b"", None)\n',
        "            answer = self._open.popitem()[1] if self._open else None\n",
        ("tests/wire/test_bus.py::test_a_request_gets_its_own_answer_from_many_threads",),
    ),
    Fault(
        "a kiosk prints the slips of another", "queue_kit/broker/accounts.py",
        'f"pattern read {root}/print/%u",',
        'f"topic read {root}/print/+",',
        ("tests/wire/test_broker.py::test_who_may_hear_what",),
    ),
)  # fmt: skip
