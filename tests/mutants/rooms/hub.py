"""Faults of the hub: engine, front on the bus."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

INQUIRY: Final = "tests/hub/test_inquiry.py"
ENGINE: Final = "tests/hub/test_engine.py"
FRONT: Final = "tests/hub/test_bus_front.py"

FAULTS: Final = (
    Fault(
        "the reply goes out before the commit", "queue_hub/engine.py",
        "        if batch.events:\n            try:\n                self._append(",
        "        for answer, outcome in batch.outcomes:\n            answer(outcome)\n"
        "        if batch.events:\n            try:\n                self._append(",
        (f"{ENGINE}::test_nobody_is_told_before_it_is_on_disk",),
    ),
    Fault(
        "request ids are forgotten", "queue_hub/engine.py",
        "        if one.request_id is not None and events:\n",
        "        if one.request_id is None and events:\n",
        (f"{ENGINE}::test_the_same_request_on_the_next_day_still_gives_the_same_answer",),
    ),
    Fault(
        "a cancelled request is answered with its dead number", "queue_hub/engine.py",
        'if ticket is not None and ticket.status is Status.CANCELLED and ticket.reason == "request":',
        'if ticket is not None and ticket.status is Status.CANCELLED and ticket.reason == "never":',
        (f"{ENGINE}::test_a_request_cancelled_after_its_answer_is_not_answered_with_a_dead_number",),
    ),
    Fault(
        "the state changes though the disk took nothing", "queue_hub/engine.py",
        "        last = self.journal.append(",
        "        self.committed = (state, self.journal.seq)\n        last = self.journal.append(",
        (f"{ENGINE}::test_a_full_disk_promises_nothing_and_the_hub_goes_on_when_there_is_space",),
    ),
    Fault(
        "a refused batch is answered as if it were written", "queue_hub/engine.py",
        "refused(error, outcome.reply.request_id)",
        "outcome",
        (f"{ENGINE}::test_a_batch_that_cannot_be_written_is_refused_as_a_whole",),
    ),
    Fault(
        "the hub stays shut when the disk has space again", "queue_hub/disk_trouble.py",
        "        else:\n            self.over()\n",
        '        else:\n            log.info("the disk takes writes")\n',
        (f"{ENGINE}::test_a_full_disk_promises_nothing_and_the_hub_goes_on_when_there_is_space",),
    ),
    Fault(
        "a listener's fault ends the engine", "queue_hub/engine.py",
        "            except Exception:  # it is on disk:",
        "            except MotcuaError:  # it is on disk:",
        (f"{ENGINE}::test_a_listeners_fault_keeps_no_number_from_its_citizen",),
    ),
    Fault(
        "numbers are given before the witnesses of a lost journal have spoken", "queue_hub/engine.py",
        "            if self.inquiry.open and isinstance(one.command, (c.Issue, c.CheckIn)):\n",
        "            if self.inquiry.open and isinstance(one.command, c.CheckIn):\n",
        (f"{INQUIRY}::test_no_number_until_a_witness_has_spoken_also_when_the_hub_is_killed_meanwhile",),
    ),
    Fault(
        "a hub killed while it asks around forgets to", "queue_hub/engine.py",
        '        if self.state.doubt != "none" and self.inquiry.wanted:',
        "        if salvaged is not None and self.inquiry.wanted:",
        (f"{INQUIRY}::test_no_number_until_a_witness_has_spoken_also_when_the_hub_is_killed_meanwhile",),
    ),
    Fault(
        "a witness that is gone is waited for", "queue_hub/inquiry.py",
        "            (self._there.add if there else self._there.discard)(client)\n",
        "            self._there.add(client)\n",
        (f"{INQUIRY}::test_who_is_gone_is_not_waited_for",),
    ),
    Fault(
        "a salvaged journal gives numbers again that people hold", "queue_hub/engine.py",
        "        if raised := raise_series(self.state, higher, Context(now=self.moment)):\n",
        "        if not (raised := raise_series(self.state, higher, Context(now=self.moment))):\n",
        (f"{ENGINE}::test_a_corrupt_journal_is_put_aside_and_the_numbers_go_on_above",),
    ),
    Fault(
        "two clients share a request id", "queue_hub/bus_front.py",
        'request_id=f"{client}/{request.request_id}", answer=done',
        "request_id=request.request_id, answer=done",
        (f"{FRONT}::test_two_kiosks_with_the_same_request_id",),
    ),
    Fault(
        "anybody may take back anybody's request", "queue_hub/bus_front.py",
        'return c.CancelRequest(of=f"{client}/{request.of}")',
        'return c.CancelRequest(of=f"kiosk-1/{request.of}")',
        (f"{FRONT}::test_nobody_cancels_for_another",),
    ),
    Fault(
        "the board comes after the call", "queue_hub/bus_front.py",
        "            self._publish_board()\n        self._changed.set()\n        for call in calls:\n"
        "            self._bus.publish(self._bus.topics.call, call, qos=1, expiry_s=30)\n",
        "            for call in calls:\n"
        "                self._bus.publish(self._bus.topics.call, call, qos=1, expiry_s=30)\n"
        "            self._publish_board()\n        self._changed.set()\n",
        (f"{FRONT}::test_the_board_comes_before_the_call_and_lists_it",),
    ),
    Fault(
        "calls are kept by the broker", "queue_hub/bus_front.py",
        "self._bus.publish(self._bus.topics.call, call, qos=1, expiry_s=30)",
        "self._bus.publish(self._bus.topics.call, call, qos=1, retain=True)",
        (f"{FRONT}::test_a_call_is_not_kept_for_who_comes_later",),
    ),
    Fault(
        "what was called while disconnected is announced afterwards", "queue_hub/bus_front.py",
        "            self._engine.inquiry.connected(time.monotonic())\n            self._changed.set()\n",
        "            self._changed.set()\n"
        "            state, _ = self._engine.committed\n"
        "            for ticket, call in self._calls.recent(state, self._engine.moment.utc_ms):\n"
        "                again = e.TicketCalled(at_ms=call.at_ms, ticket=ticket, counter=call.counter)\n"
        "                if message := call_message(state, self._rev(call.seq), again, 1):\n"
        "                    self._bus.publish(self._bus.topics.call, message)\n",
        (f"{FRONT}::test_calls_made_before_the_hub_was_on_air_are_not_announced",),
    ),
    Fault(
        "the board of a lost journal is no witness", "queue_hub/bus_front.py",
        "        if old.rev.epoch != self._engine.epoch:\n",
        "        if old.rev.epoch == self._engine.epoch:\n",
        (f"{FRONT}::test_the_retained_board_of_a_lost_journal_is_a_witness",),
    ),
    Fault(
        "a service that cannot exist meets a fault", "queue_hub/bus_front.py",
        "        if name in _UNKNOWN:\n",
        "        if name not in _UNKNOWN:\n",
        (f"{FRONT}::test_bad_input_gets_a_keyed_error_in_two_languages",),
    ),
    Fault(
        "calls stay on the board for half an hour", "queue_hub/views.py",
        "KEEP_CALLS_MS: Final = 180_000",
        "KEEP_CALLS_MS: Final = 1_800_000",
        ("tests/hub/test_views.py::test_the_life_of_a_call_on_the_board",),
    ),
    Fault(
        "a lobby that is full is offered as if it were open", "queue_hub/views.py",
        "        except MotcuaError as error:\n            refused[service.id] = error\n",
        "        except MotcuaError as error:\n            log = error\n            del log\n",
        ("tests/hub/test_views.py::test_a_service_that_is_full_says_so_before_it_is_touched",),
    ),
    Fault(
        "a correction of the clock is told again and again", "queue_hub/engine.py",
        "            self._untold_ms = 0\n",
        "            self._untold_ms += 0\n",
        (f"{ENGINE}::test_a_dead_clock_at_night_and_time_that_comes",),
    ),
    Fault(
        "the lobby is not told that the disk is full", "queue_hub/views.py",
        "    all_closed = trouble or (\n",
        "    all_closed = (\n",
        (f"{FRONT}::test_a_full_disk_is_said_in_the_lobby_and_taken_back",),
    ),
    Fault(
        "a slip is sent to a kiosk that is away", "queue_hub/print_jobs.py",
        "if not self.kiosks().get(kiosk) or not self._publish(state, ticket, kiosk, job_id, now_ms):",
        "if not self._publish(state, ticket, kiosk, job_id, now_ms):",
        ("tests/hub_web/test_print_at_kiosk.py::test_a_kiosk_that_is_away_or_has_no_paper",),
    ),
    Fault(
        "the same wish to print is sent again", "queue_hub/print_jobs.py",
        "            if (before := self._sent.get(job_id)) is not None:\n                return before\n",
        "            job_id += str(len(self._sent))\n",
        ("tests/hub_web/test_print_at_kiosk.py::test_a_number_given_at_the_counter_comes_out_of_the_kiosk",),
    ),
    Fault(
        "anybody on the bus is given the journal's records", "queue_hub/mirrors.py",
        '    if kind_of(state, client) != "board":', "    if not client:",
        ("tests/hub/test_mirrors.py::test_only_boards_are_given_records",),
    ),
    Fault(
        "a board that missed commits never catches up", "queue_kit/mirror.py",
        "            if not page.rows or copy.seq >= page.last:\n", "            if page:\n",
        ("tests/hub/test_mirrors.py::test_it_follows_the_office_and_catches_up_page_by_page",),
    ),
)  # fmt: skip
