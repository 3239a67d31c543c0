"""Faults of the province: what it takes, compares and acknowledges, and of the way there."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

_STORE: Final = "tests/central/test_store.py"
_UPLINK: Final = "tests/central/test_uplink.py"

FAULTS: Final = (
    Fault(
        "central believes a hub that it has what it lacks", "central/store.py",
        "        if request.after > seq:\n",
        "        if request.after > seq and not rows:\n",
        (f"{_STORE}::test_what_it_lacks_it_asks_for_again",),
    ),
    Fault(
        "central takes the records of a second hub for its own", "central/store.py",
        "            if known[at] != sent[at]:\n",
        "            if not known[at]:\n",
        (f"{_STORE}::test_two_hubs_of_one_name_are_told_once_and_nothing_is_written",),
    ),
    Fault(
        "central takes a record that was changed on its way", "central/store.py",
        "        broken = first_broken(rows, after=(request.after, digest))\n",
        "        broken = first_broken([], after=(request.after, digest))\n",
        (f"{_STORE}::test_a_record_that_was_changed_on_its_way_is_refused",),
    ),
    Fault(
        "a journal may begin anywhere", "central/store.py",
        "        if request.after != request.begins or not request.rows:\n",
        "        if not request.rows:\n",
        (f"{_STORE}::test_a_database_that_knows_nothing_asks_for_the_first_record",),
    ),
    Fault(
        "a question begins a journal", "central/store.py",
        "        if request.after != request.begins or not request.rows:\n",
        "        if request.after != request.begins:\n",
        (f"{_STORE}::test_asked_without_records_it_says_how_far_it_is",),
    ),
    Fault(
        "an alarm is noted at each try", "central/store.py",
        "        if connection.execute(select(ALARMS.c.id).where(same)).first() is None:\n",
        "        if connection.execute(select(ALARMS.c.id).where(same)).all() is not None:\n",
        (f"{_STORE}::test_two_hubs_of_one_name_are_told_once_and_nothing_is_written",),
    ),
    Fault(
        "central's commits may be lost with the power", "central/database.py",
        '    connection.execute("PRAGMA synchronous=FULL")\n',
        '    connection.execute("PRAGMA synchronous=NORMAL")\n',
        (f"{_STORE}::test_the_steps_make_what_the_code_believes_in",),
    ),
    Fault(
        "a newer version's database is opened", "central/database.py",
        "        if found is not None and found not in known:\n",
        "        if found is not None and not known:\n",
        (f"{_STORE}::test_a_database_of_a_newer_version_is_not_touched",),
    ),
    Fault(
        "the uplink never goes back to what central lacks", "queue_hub/uplink.py",
        "        self.acknowledged = min(self._position(bus, self._journal.epoch), self._journal.seq)\n",
        "        self.acknowledged = max(self.acknowledged, self._position(bus, self._journal.epoch))\n",
        (f"{_UPLINK}::test_a_database_that_was_put_back_gets_what_it_lacks",),
    ),
    Fault(
        "a second hub believes that central has its own records", "queue_hub/uplink.py",
        "        if self.acknowledged:\n",
        "        if self.acknowledged < 0:\n",
        (f"{_UPLINK}::test_two_hubs_of_one_name_are_told_to_the_technicians",),
    ),
    Fault(
        "a salvaged journal is sent from its first record", "queue_hub/uplink.py",
        "        if self.acknowledged == 0 and earlier is not None:\n",
        "        if self.acknowledged < 0 and earlier is not None:\n",
        (f"{_UPLINK}::test_a_salvaged_journal_is_not_counted_twice",),
    ),
    Fault(
        "the uplink stays at a broker that does not answer", "queue_hub/uplink.py",
        "        for dial in cycle(self._dials):\n",
        "        for dial in cycle(self._dials[:1]):\n",
        (f"{_UPLINK}::test_the_next_broker_of_the_list_is_taken_when_one_does_not_answer",),
    ),
    Fault(
        "nobody is told that central refuses the journal", "queue_hub/uplink.py",
        "                    self._tell(REFUSED, there=True)\n",
        "                    self._tell(REFUSED, there=False)\n",
        (f"{_UPLINK}::test_two_hubs_of_one_name_are_told_to_the_technicians",),
    ),
    Fault(
        "an office may speak for another at the province's broker", "queue_kit/broker/accounts.py",
        'f"pattern write {root}/%u/request/%u/+",',
        'f"pattern write {root}/+/request/%u/+",',
        (f"{_UPLINK}::test_nobody_speaks_for_another_office",),
    ),
    Fault(
        "central hears an office under another's name", "queue_core/wire/topics.py",
        "        return parsed if parsed is not None and parsed[0] == office else None\n",
        "        return parsed if parsed is not None else None\n",
        ("tests/wire/test_asyncapi.py::test_every_topic_at_central_is_in_the_contract_and_is_heard_there",),
    ),
)  # fmt: skip
