"""Faults of the province: what it takes, compares and acknowledges, and of the way there."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

_STORE: Final = "tests/central/test_store.py"
_DATABASE: Final = "tests/central/test_database.py"
_UPLINK: Final = "tests/central/test_uplink.py"
_PROVISIONED: Final = "tests/provisioning/test_central.py"

FAULTS: Final = (
    Fault(
        "central believes a hub that it has what it lacks", "central/store.py",
        "        if request.after > here.seq:\n",
        "        if request.after > here.seq and not rows:\n",
        (f"{_STORE}::test_what_it_lacks_it_asks_for_again",),
    ),
    Fault(
        "central takes the records of a second hub for its own", "central/store.py",
        "            if known[at] != sent[at]:\n",
        "            if not known[at]:\n",
        (f"{_STORE}::test_two_hubs_of_one_name_are_told_and_nothing_of_the_second_is_written",),
    ),
    Fault(
        "central takes a record that was changed on its way", "central/store.py",
        "        broken = first_broken(rows, after=(request.after, digest))\n",
        "        broken = first_broken([], after=(request.after, digest))\n",
        (f"{_STORE}::test_a_record_that_was_changed_on_its_way_is_refused",),
    ),
    Fault(
        "a journal may begin anywhere", "central/store.py",
        "        if request.after or not request.rows:\n",
        "        if not request.rows:\n",
        (f"{_STORE}::test_a_database_that_knows_nothing_asks_for_the_first_record",),
    ),
    Fault(
        "a question begins a journal", "central/store.py",
        "        if request.after or not request.rows:\n",
        "        if request.after:\n",
        (f"{_STORE}::test_asked_without_records_it_says_how_far_it_is",),
    ),
    Fault(
        "what a salvaged journal took over is counted twice", "central/store.py",
        "        copied = _elsewhere(connection, office, epoch, contents) if here.journals > 1 else set()\n",
        "        copied = _elsewhere(connection, office, epoch, contents) if here.journals > 9 else set()\n",
        (f"{_STORE}::test_a_salvaged_journal_is_counted_once",),
    ),
    Fault(
        "what another office said counts as a copy", "central/store.py",
        ".where(c.office == office, c.epoch != epoch, c.content.in_(contents))",
        ".where(c.epoch != epoch, c.content.in_(contents))",
        (f"{_STORE}::test_offices_that_say_the_same_are_counted_each_for_itself",),
    ),
    Fault(
        "a machine that was replaced and is on again is not told", "central/store.py",
        "        if here.number < here.journals:\n",
        "        if here.number > here.journals:\n",
        (f"{_STORE}::test_a_machine_that_was_replaced_and_is_switched_on_again_is_told_and_counted_once",),
    ),
    Fault(
        "an alarm is a new one at each try", "central/store.py",
        "        if connection.execute(again).rowcount == 0:\n",
        "        if connection.execute(again).rowcount >= 0:\n",
        (f"{_STORE}::test_two_hubs_of_one_name_are_told_and_nothing_of_the_second_is_written",),
    ),
    Fault(
        "a text nested too deep ends central", "queue_core/journal/record.py",
        "    except (ValueError, KeyError, TypeError, RecursionError):\n        fits = False\n",
        "    except (ValueError, KeyError, TypeError):\n        fits = False\n",
        (f"{_STORE}::test_a_text_that_is_no_event_is_refused_whatever_it_is",),
    ),
    Fault(
        "central's commits may be lost with the power", "central/database.py",
        '    connection.execute("PRAGMA synchronous=FULL")\n',
        '    connection.execute("PRAGMA synchronous=NORMAL")\n',
        (f"{_DATABASE}::test_the_steps_make_what_the_code_believes_in",),
    ),
    Fault(
        "who only looks makes a database", "central/database.py",
        'if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():\n',
        'if url.get_backend_name() == "" and url.database and not Path(url.database).exists():\n',
        (f"{_DATABASE}::test_who_only_looks_makes_nothing",),
    ),
    Fault(
        "the uplink never goes back to what central lacks", "queue_hub/uplink.py",
        "        self.acknowledged = seq\n",
        "        self.acknowledged = max(seq, self.acknowledged)\n",
        (f"{_UPLINK}::test_a_database_that_was_put_back_gets_what_it_lacks",),
    ),
    Fault(
        "a quiet hub does not ask after a new connection", "queue_hub/uplink.py",
        "            known = asked_on == bus.connection and time.monotonic() < asked_s + ASK_EVERY_S\n",
        "            known = asked_on != -1 and time.monotonic() < asked_s + ASK_EVERY_S\n",
        (f"{_UPLINK}::test_a_quiet_hub_sends_again_what_a_database_put_back_lacks",),
    ),
    Fault(
        "a quiet hour counts as an hour without central", "queue_hub/uplink.py",
        "                self._waits_since_s = time.monotonic()  # nothing has waited so far\n",
        "",
        (f"{_UPLINK}::test_a_quiet_hour_is_no_hour_in_which_something_waits",),
    ),
    Fault(
        "an answered question is progress", "queue_hub/uplink.py",
        "        if seq > self.acknowledged or seq >= self._journal.seq:\n",
        "        if seq >= 0:\n",
        (f"{_UPLINK}::test_what_central_cannot_keep_is_told_and_not_tried_all_day",),
    ),
    Fault(
        "a second hub believes that central has its own records", "queue_hub/uplink.py",
        "        if said:\n",
        "        if said < 0:\n",
        (f"{_UPLINK}::test_two_hubs_of_one_name_are_told_to_the_technicians",),
    ),
    Fault(
        "the uplink stays at a broker that does not answer", "queue_hub/uplink.py",
        "        for dial in cycle(self._dials):\n",
        "        for dial in cycle(self._dials[:1]):\n",
        (f"{_UPLINK}::test_the_next_broker_of_the_list_is_taken_when_one_does_not_answer",),
    ),
    Fault(
        "the uplink stays at a broker where nobody answers", "queue_hub/uplink.py",
        "(len(self._dials) > 1 and tries >= PATIENCE)",
        "(len(self._dials) > 9 and tries >= PATIENCE)",
        (f"{_UPLINK}::test_the_next_broker_is_tried_when_nobody_answers_at_the_first",),
    ),
    Fault(
        "nobody is told that central refuses the journal", "queue_hub/uplink.py",
        "                    self._tell(REFUSED, there=True)\n",
        "                    self._tell(REFUSED, there=False)\n",
        (f"{_UPLINK}::test_two_hubs_of_one_name_are_told_to_the_technicians",),
    ),
    Fault(
        "a page is measured by its letters", "queue_core/journal/carried.py",
        "size + len(json.dumps(row[7], ensure_ascii=False).encode())",
        "size + len(row[7])",
        (f"{_UPLINK}::test_long_texts_of_three_bytes_a_letter_fit_their_messages",),
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
    Fault(
        "an office comes to central by its own key", "provisioning/authority.py",
        "signed_by, name = (CENTRAL, office) if instance == UPLINK else (office, instance)",
        "signed_by, name = (office, office) if instance == UPLINK else (office, instance)",
        (f"{_PROVISIONED}::test_at_centrals_broker_an_office_is_who_its_certificate_says",),
    ),
    Fault(
        "a denied hub is not on central's list", "provisioning/authority_book.py",
        '(f"{one.serial:x}", one.office, device, instance',
        '(f"{one.serial:x}", device.partition("/")[0], device, instance',
        (f"{_PROVISIONED}::test_a_denied_hub_is_on_centrals_list_too",),
    ),
    Fault(
        "devices that are rendered at once do not know central", "motcua/provision/reading.py",
        "authority=public.get((place.office.id, place.sends))",
        "authority=public.get((place.office.id, False))",
        (f"{_PROVISIONED}::test_all_devices_rendered_at_once_know_central_as_each_alone_does",),
    ),
)  # fmt: skip
