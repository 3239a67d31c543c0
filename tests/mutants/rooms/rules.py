"""Faults of the queue's rules."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

WALKS: Final = "tests/core/test_any_day.py::test_a_day_as_it_may_go"
ROUTING: Final = "tests/core/test_routing.py"
LIFE: Final = "tests/core/test_ticket_life.py"
DAYS: Final = "tests/core/test_days.py"
SERIES: Final = "tests/core/test_series.py"
NUMBERS: Final = "tests/core/test_numbers.py"
CALENDAR: Final = "tests/core/test_calendar.py"

FAULTS: Final = (
    Fault(
        "the ratio of priority numbers is off by one", "queue_core/routing.py",
        "take_urgent = has_urgent & (~has_ordinary | (streak < limit))",
        "take_urgent = has_urgent & (~has_ordinary | (streak <= limit))",
        (WALKS,),
    ),
    Fault(
        "nobody ages: order and ratio never give way", "queue_core/routing.py",
        "    turn = tier * ~aged\n",
        "    aged = aged & False\n    turn = tier * ~aged\n",
        (WALKS,),
    ),
    Fault(
        "a no-show need let nobody pass", "queue_core/routing.py",
        "    turn += behind << _TIER_BITS\n",
        "",
        (WALKS,),
    ),
    Fault(
        "the counter's order of services is ignored", "queue_core/routing.py",
        "    turn = tier * ~aged\n",
        "    turn = np.zeros_like(tier)\n",
        (WALKS,),
    ),
    Fault(
        "a booking goes by the priority lane before its hour", "queue_core/tickets.py",
        "(self.booked_ms is not None and now_ms >= self.booked_ms)",
        "self.booked_ms is not None",
        (f"{ROUTING}::test_a_booking_joins_the_priority_lane_when_its_hour_comes",),
    ),
    Fault(
        "a ticket sent to one counter is called by any", "queue_core/routing.py",
        "        return 0 if ticket.only_counter == counter_id else NOT_TAKEN",
        "        return 0",
        (f"{ROUTING}::test_sent_to_one_counter",),
    ),
    Fault(
        "the words of a ratio stand where the counter's order decided", "queue_core/routing.py",
        "    if any(t.is_priority(now_ms) and tier(t) == tier(chosen) for t in others):",
        "    if any(t.is_priority(now_ms) for t in others):",
        (f"{ROUTING}::test_the_counters_own_order_is_not_called_a_ratio", WALKS),
    ),
    Fault(
        "the state of a ticket is not checked again at its call", "queue_core/decisions/serving.py",
        "    ticket = live_ticket(state, command.ticket)\n    if ticket.status in AT_COUNTER:",
        "    ticket = any_ticket(state, command.ticket)\n    if not ticket:",
        (f"{LIFE}::test_what_is_refused", "tests/hub/test_engine.py::test_two_officers_point_at_the_same_ticket"),
    ),
    Fault(
        "the last no-show does not cancel", "queue_core/decisions/serving.py",
        "last = misses >= policy.no_show_limit",
        "last = misses > policy.no_show_limit",
        (f"{LIFE}::test_the_third_no_show_cancels",),
    ),
    Fault(
        "an undo knows no limit of time", "queue_core/decisions/serving.py",
        "kept.at_ms + state.setup.policy.undo_s * 1000:",
        "kept.at_ms + state.setup.policy.undo_s * 1_000_000:",
        (f"{LIFE}::test_undo_within_ten_seconds",),
    ),
    Fault(
        "a second officer takes a counter unasked", "queue_core/decisions/serving.py",
        "if theirs and runtime.status is not CounterStatus.CLOSED and not command.take_over:",
        "if theirs and runtime.status is CounterStatus.PAUSED and not command.take_over:",
        (f"{LIFE}::test_a_counter_and_its_officers",),
    ),
    Fault(
        "nobody expires after closing", "queue_core/decisions/days.py",
        "if end_ms is not None and ctx.at_ms >=",
        "if end_ms is None and ctx.at_ms >=",
        (f"{DAYS}::test_who_still_waits_half_an_hour_after_closing_expires",),
    ),
    Fault(
        "the series of numbers given without a date is not carried", "queue_core/decisions/days.py",
        "            series=_highest(undated),",
        "            series={},",
        (f"{DAYS}::test_numbers_given_without_a_date_outlive_the_opening_of_the_day",),
    ),
    Fault(
        "numbers given without a date die when the date comes", "queue_core/decisions/days.py",
        "carried = [t for t in state.tickets.values() if t.undated and t.status in LIVE]",
        "carried = [t for t in state.tickets.values() if t.undated and t.status not in LIVE]",
        (f"{DAYS}::test_numbers_given_without_a_date_outlive_the_opening_of_the_day",),
    ),
    Fault(
        "who came by no clock has waited for days", "queue_core/fold.py",
        "        if ticket.clockless",
        "        if not ticket.issued_ms",
        (f"{DAYS}::test_when_time_arrives_nobody_has_waited_for_days",),
    ),
    Fault(
        "who is sent on after closing expires under the officer's hands", "queue_core/decisions/days.py",
        "here_ms = ticket.issued_ms if ticket.back_ms is None else ticket.back_ms",
        "here_ms = ticket.issued_ms",
        (f"{DAYS}::test_who_comes_back_into_a_line_after_closing_has_half_an_hour",),
    ),
    Fault(
        "holidays are worked", "queue_core/calendar.py",
        "        if day in closed:\n",
        "        if day in closed and not hours:\n",
        (f"{CALENDAR}::test_which_days_are_worked",),
    ),
    Fault(
        "who comes after closing is told to come today", "queue_core/calendar.py",
        "day = today + timedelta(days=ahead)",
        "day = today + timedelta(days=ahead - 1)",
        (f"{CALENDAR}::test_when_to_come_in_words",),
    ),
    Fault(
        "a jump of the clock is believed", "queue_core/clock.py",
        "JUMP_BELIEVED_MS: Final = 120_000",
        "JUMP_BELIEVED_MS: Final = 120_000_000_000",
        ("tests/hub/test_engine.py::test_a_clock_that_jumps_a_year_is_not_believed_and_noted_once",),
    ),
    Fault(
        "a dead clock is believed after a power cut", "queue_core/clock.py",
        "behind = raw.utc_ms < self._floor_ms",
        "behind = raw.utc_ms < 0",
        ("tests/core/test_clock.py::test_the_first_look_after_a_power_cut",),
    ),
    Fault(
        "a fold reads the clock", "queue_core/fold.py",
        "            called_ms=event.at_ms,\n",
        '            called_ms=__import__("time").time_ns() // 1_000_000,\n',
        (f"{LIFE}::test_a_fold_gives_the_same_at_any_hour_of_the_world",),
    ),
    Fault(
        "a decision changes the state that it was given", "queue_core/engine.py",
        "        state = fold(state, event)\n",
        "        fold_into(state, event)\n",
        (f"{DAYS}::test_a_refused_command_does_not_turn_the_day_by_halves",),
    ),
    Fault(
        "after 999 comes 000", "queue_core/office.py",
        'return f"{prefix}{ordinal:0{digits}d}"',
        'return f"{prefix}{ordinal % 10**digits:0{digits}d}"',
        (f"{NUMBERS}::test_how_a_number_looks", f"{NUMBERS}::test_after_999_comes_1000"),
    ),
    Fault(
        "a sign is configured that cannot show its numbers", "queue_core/office.py",
        "highest = 9999 if None in limits else sum(limit or 0 for limit in limits)",
        "highest = 9999 if None in limits else max(limit or 0 for limit in limits)",
        (f"{NUMBERS}::test_a_sign_must_be_able_to_show_its_numbers",),
    ),
    Fault(
        "the daily limit gives one number more", "queue_core/decisions/issuing.py",
        "state.given.get(service.id, 0) >= service.daily_limit",
        "state.given.get(service.id, 0) > service.daily_limit",
        (f"{NUMBERS}::test_the_daily_limit",),
    ),
    Fault(
        "who comes late to a booking keeps the priority", "queue_core/decisions/issuing.py",
        "if ctx.at_ms <= booking.at_ms + policy.booking_grace_min * 60_000:",
        "if ctx.at_ms <= booking.at_ms + policy.booking_grace_min * 60_000_000:",
        (f"{NUMBERS}::test_checking_in",),
    ),
    Fault(
        "a booking is used twice", "queue_core/decisions/issuing.py",
        "    if booking.ticket is not None:\n        given = state.tickets.get(booking.ticket)\n"
        '        raise RuleError("booking.used", number=given.number if given else "")\n    service',
        "    service",
        (f"{NUMBERS}::test_a_booking_is_used_once_and_on_its_day",),
    ),
    Fault(
        "an edit takes the service from under a ticket", "queue_core/decisions/arranging.py",
        "        if ticket.service not in leaves:\n",
        "        if ticket.service not in leaves and not leaves:\n",
        (f"{LIFE}::test_a_service_with_somebody_in_its_line_stays",),
    ),
    Fault(
        "a transfer that should lose its place keeps it", "queue_core/decisions/arranging.py",
        "place=ticket.place if command.keep_place else state.next_place,",
        "place=ticket.place,",
        (f"{LIFE}::test_transfer_keeps_or_loses_the_place",),
    ),
    Fault(
        "the wait is rounded inward", "queue_core/waiting.py",
        "high_min = max(ROUND_MIN * math.ceil(high / ROUND_MIN), low_min + ROUND_MIN)",
        "high_min = max(ROUND_MIN * math.floor(high / ROUND_MIN), low_min + ROUND_MIN)",
        ("tests/waiting/test_waiting.py::test_a_range_in_words",),
    ),
    Fault(
        "yesterday's witness raises today's numbers", "queue_core/decisions/series.py",
        "    return command.date is None or state.date is None or command.date == state.date\n",
        "    return True\n",
        (f"{SERIES}::test_a_witness_speaks_of_one_day",),
    ),
    Fault(
        "a confused witness (A99999) moves a series", "queue_core/decisions/series.py",
        "        if read is not None and read[1] <= _bound(state, read[0]):\n",
        "        if read is not None:\n",
        (f"{SERIES}::test_a_number_must_be_one_of_this_office",),
    ),
    Fault(
        "nobody knows, and the numbers begin again at 001", "queue_core/decisions/series.py",
        '    if state.doubt == "all" and not all_known:\n',
        '    if state.doubt == "never" and not all_known:\n',
        (f"{SERIES}::test_only_series_that_nobody_names_change_their_letter",),
    ),
    Fault(
        "the letter that stood in for another one stays for ever", "queue_core/fold.py",
        '    state.letters, state.doubt = {}, "none"\n',
        '    state.doubt = "none"\n',
        (f"{SERIES}::test_the_letter_is_for_the_day",),
    ),
    Fault(
        "a day reopened leaves in the street whom its closing ended", "queue_core/decisions/days.py",
        "        if (ticket := state.tickets[i]).status is Status.EXPIRED and ticket.service in leaves",
        "        if (ticket := state.tickets[i]).status is Status.WAITING and ticket.service in leaves",
        (f"{DAYS}::test_a_day_closed_by_mistake_goes_on_as_it_was",),
    ),
    Fault(
        "a day reopened begins its numbers anew", "queue_core/fold.py",
        "    state.day_open = True\n    state.closed_out = {}\n",
        "    state.day_open = True\n    state.closed_out, state.series = {}, {}\n",
        (f"{DAYS}::test_a_day_closed_by_mistake_goes_on_as_it_was", WALKS),
    ),
    Fault(
        "yesterday's day is reopened by an office that has no date", "queue_core/decisions/days.py",
        '    if not ctx.now.known and ctx.now.boot_id != state.boot_id:\n        raise RuleError("day.date_first")\n',
        "",
        (f"{DAYS}::test_after_a_power_cut_the_date_comes_before_the_reopening",),
    ),
    Fault(
        "any six digits in a scanned text are a booking", "queue_core/booking_code.py",
        "    return said if _DIGITS.fullmatch(said) else None",
        "    return said[-6:] if _DIGITS.fullmatch(said[-6:]) else None",
        ("tests/core/test_booking_code.py::test_anything_else_is_no_booking",),
    ),
)  # fmt: skip
