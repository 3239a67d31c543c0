"""Faults of the counter signs, their keypads, and the kiosk's panel."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

MODBUS: Final = "tests/signs/test_modbus.py"
OFFICE: Final = "tests/signs/test_office.py"
KEYPADS: Final = "tests/signs/test_keypads.py"
HUB: Final = "tests/hub/test_keypads.py"
PANEL: Final = "tests/panel/test_panel.py"

FAULTS: Final = (
    Fault(
        "a sign cuts off a number that is too long for it", "queue_display/signs/protocols/modbus.py",
        '    if len(text) > sign.cells:\n        raise _narrow(show, f"{sign.cells} cells")\n    if show.lost',
        "    text = text[: sign.cells]\n    if show.lost",
        (f"{MODBUS}::test_a_number_that_does_not_fit_whole_is_never_shown_in_part",),
    ),
    Fault(
        "a sign goes blank while the hub is lost", "queue_display/signs/shows.py",
        "    return Show(number=found.ticket_number, lost=not live, percent=percent)",
        "    return Show(number=found.ticket_number if live else None, lost=not live, percent=percent)",
        (f"{OFFICE}::test_the_hub_goes_and_comes_back_and_the_number_stays",),
    ),
    Fault(
        "nobody sees at a sign that the hub is lost", "queue_display/signs/runtime.py",
        'live=link in {"live", "starting"}',
        "live=True",
        (f"{OFFICE}::test_the_hub_goes_and_comes_back_and_the_number_stays",),
    ),
    Fault(
        "a sign is told only when something changes", "queue_display/signs/line.py",
        "        if show is None or (not new and now_s < unit.next_s):",
        "        if show is None or (not new and unit.told is not None):",
        (
            f"{OFFICE}::test_a_morning_above_two_counters",
            f"{MODBUS}::test_two_signs_on_one_cable_and_one_that_loses_its_power",
        ),
    ),
    Fault(
        "a port that is gone is not opened again", "queue_display/signs/line.py",
        "                    self._lost(error)\n                    self._stopping.wait(self._port_s)",
        "                    self._lost(error)\n                    return",
        (f"{MODBUS}::test_unplugged_and_plugged_in_again",),
    ),
    Fault(
        "a silent sign is reported as well", "queue_display/signs/line.py",
        "        known = self.failures >= _FAILURES or trouble in",
        "        known = trouble in",
        (f"{MODBUS}::test_a_unit_without_power_is_away_and_the_others_go_on",),
    ),
    Fault(
        "a keypad that comes back with a key down calls somebody", "queue_display/signs/keypads/strikes.py",
        "        new = keys - before if before is not None else frozenset()",
        "        new = keys - (before or frozenset())",
        (f"{KEYPADS}::test_back_from_a_power_cut_with_a_key_down",),
    ),
    Fault(
        "a trembling finger calls twice", "queue_display/signs/keypads/strikes.py",
        "SECOND_STRIKE_S: Final = 0.4",
        "SECOND_STRIKE_S: Final = 0.0",
        (f"{KEYPADS}::test_what_counts_as_a_press",),
    ),
    Fault(
        "a press is asked for when the broker is back, however late", "queue_display/signs/presses.py",
        "        if self._now_s() - press.at_s > FRESH_S:",
        "        if self._now_s() < press.at_s:",
        ("tests/signs/test_presses.py::test_a_press_that_had_to_wait_calls_nobody_later",),
    ),
    Fault(
        "a press whose answer was lost is made twice", "queue_display/signs/presses.py",
        '                reply: Reply = self._bus.request("keypad", request, timeout_s=min(_TRY_S, left_s))',
        '                request = request.model_copy(update={"request_id": secrets.token_hex(16)})\n'
        '                reply: Reply = self._bus.request("keypad", request, timeout_s=min(_TRY_S, left_s))',
        ("tests/signs/test_presses.py::test_the_officer_is_told_what_became_of_a_key",),
    ),
    Fault(
        "a key calls though nobody is on duty", "queue_hub/keypads.py",
        "    if runtime.officer is None or runtime.status is CounterStatus.CLOSED:",
        "    if runtime.officer == '':",
        (f"{HUB}::test_who_is_refused_and_in_which_words",),
    ),
    Fault(
        "any client may press an officer's keys", "queue_hub/keypads.py",
        '    if kind_of(state, client) != "signs":',
        "    if not client:",
        (f"{HUB}::test_a_kiosk_that_presses_an_officers_keys_is_refused",),
    ),
    Fault(
        "chips that lost their power stay dark", "queue_display/signs/protocols/max7219.py",
        "            self._wake(device)\n",
        "",
        ("tests/signs/test_matrices.py::test_after_a_power_cut_of_the_chips_the_next_picture_wakes_them",),
    ),
    Fault(
        "two uses of one pin are found out by chance", "queue_kit/pins.py",
        "        if pin in taken:",
        "        if pin in taken and use == taken[pin]:",
        (
            f"{PANEL}::test_what_is_refused",
            "tests/signs/test_wiring.py::test_what_is_refused",
        ),
    ),
    Fault(
        "whoever stands near a kiosk keeps its visit open", "kiosk/session/walking.py",
        "    return (home(context), ()) if visit.screen is Screen.ATTRACT else (visit, ())\n",
        "    return (home(context), ()) if visit.screen is Screen.ATTRACT else "
        "(replace(visit, touched_s=context.now_s), ())\n",
        (f"{PANEL}::test_presence_wakes_and_holds_nobodys_visit_open",),
    ),
    Fault(
        "a cut wire is a shut door", "kiosk/panel/panel.py",
        "            (made if contact.value else broken)()",
        "            made()",
        (f"{PANEL}::test_a_door_that_is_open_at_the_start_and_one_whose_wire_is_cut",),
    ),
    Fault(
        "the status light tells help from the rest by its colour alone", "kiosk/panel/light.py",
        "    Status.HELP: (Lamp.HELP, (0.15, 0.25, 0.15, 1.0)),",
        "    Status.HELP: (Lamp.HELP, ()),",
        (f"{PANEL}::test_all_four_are_told_apart_without_colours",),
    ),
)  # fmt: skip
