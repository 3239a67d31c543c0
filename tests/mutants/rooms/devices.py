"""Faults of the hardware: printers, the machine's own health, the technician's tools."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

PROFILE: Final = "tests/paper/test_profile.py"
DESK: Final = "tests/kiosk/test_desk.py"
HEALTH: Final = "tests/health/test_health.py"
PIN: Final = "tests/kiosk/test_technician_pin.py"
PAGE: Final = "tests/kiosk/test_technician.py"
DOCTOR: Final = "tests/doctor/test_checks.py"
DEVICE: Final = "tests/health/test_whole_device.py"

FAULTS: Final = (
    Fault(
        "a slip that came out takes the roll's near end off the console", "kiosk/paper_troubles.py",
        "        kinds |= of_status(result.status, second=result.second)", "        pass",
        (f"{DESK}::test_the_rolls_near_end_stays_told_while_slips_still_come_out",),
    ),
    Fault(
        "why a slip did not come out is told to the citizen only", "kiosk/printing.py",
        "            self._record_failure(job.request_id, key)\n            self._failed(key)\n",
        "            self._record_failure(job.request_id, key)\n",
        ("tests/office/test_printer_faults.py::test_each_failure_once",),
    ),
    Fault(
        "where the second printer stands in, the first one's trouble is forgotten", "kiosk/paper_troubles.py",
        "kinds = {kind(result.first_trouble)}", 'kinds = {""}',
        ("tests/kiosk/test_paper_troubles.py::test_after_a_slip_that_came_out",),
    ),
    Fault(
        "half a slip at the first printer, and the second one's looks like another number's", "queue_kit/paper/pair.py",
        "slip(replace(roll, again=again))", "slip(roll)",
        (f"{PROFILE}::test_a_slip_that_began_at_the_first_is_marked_as_a_reprint_at_the_second",),
    ),
    Fault(
        "a slip is drawn as wide as the options say, not as the paper is", "queue_kit/paper/printer.py",
        "width_dots=profile.width_dots or width_dots", "width_dots=width_dots",
        (f"{PROFILE}::test_a_slip_is_drawn_for_the_paper_it_lies_on_and_its_code_can_be_read",),
    ),
    Fault(
        "a slip that did not come out can be tried while it is being printed", "kiosk/session/numbers.py",
        "return visit.slip is Slip.FAILED and visit.slip_error", "return visit.slip_error",
        ("tests/kiosk/test_session.py::test_a_slip_that_did_not_come_out_can_be_tried_again",),
    ),
    Fault(
        "one source's troubles replace another's", "kiosk/condition.py",
        "frozenset[str]().union(*self._troubled.values())", "kinds",
        ("tests/hub_web/test_devices.py::test_a_weak_supply_a_hot_machine_and_a_roll_near_its_end_stand_at_the_console",),
    ),
    Fault(
        "what is not known counts as mended", "queue_kit/health/troubles.py",
        "if there or (there is None and kind in before)", "if there",
        (f"{HEALTH}::test_each_trouble_is_raised_is_mended_and_has_words",),
    ),
    Fault(
        "a weak supply is forgotten with the second it came in", "queue_kit/health/watch.py",
        "undervoltage=True if kept else low", "undervoltage=low",
        (f"{HEALTH}::test_a_dip_of_the_supply_is_remembered_for_hours",),
    ),
    Fault(
        "a supply that cannot be read is a good one", "queue_kit/health/readings.py",
        "return None if alarm is None else alarm != 0", "return bool(alarm)",
        (f"{HEALTH}::test_what_cannot_be_read_is_unknown_not_fine",),
    ),
    Fault(
        "the card is worn out by looking at it", "queue_kit/health/watch.py",
        "due = self._probed_s is None or now_s - self._probed_s >= PROBE_EVERY_S or self._writable is False",
        "due = True",
        (f"{HEALTH}::test_the_card_is_not_worn_out_by_probing_it",),
    ),
    Fault(
        "a unit that is started again for ever counts as there", "queue_kit/doctor/checks/units.py",
        'return int(unit.get("NRestarts") or 0) < _TRIES', "return True",
        (f"{DEVICE}::test_units_that_failed_and_units_that_are_not_there",),
    ),
    Fault(
        "what nobody looked at for hours is still believed", "queue_kit/health/device_file.py",
        "if not 0 <= age_s <= SILENT_S:", "if age_s < 0:",
        (f"{DEVICE}::test_a_report_that_is_no_longer_renewed_is_not_believed_and_that_is_said",),
    ),
    Fault(
        "the kiosk tells the hub's troubles once more", "queue_kit/health/device_file.py",
        "        if teller != self._teller:\n", "        if not teller:\n",
        (f"{DEVICE}::test_of_two_processes_on_one_device_one_tells_and_without_a_file_nobody",),
    ),
    Fault(
        "a trouble that ended while the hub was off stays for ever", "queue_kit/health/watch.py",
        "self._kinds: frozenset[str] = told", "self._kinds: frozenset[str] = frozenset()",
        (f"{DEVICE}::test_a_trouble_that_ended_while_its_process_was_off_is_taken_back",),
    ),
    Fault(
        "the hub's daily look takes back what health said of certificates", "queue_hub/process.py",
        "self._ends_soon or CERTIFICATE_ENDS in self._body", "self._ends_soon",
        ("tests/hub/test_certificates.py::test_two_who_look_at_certificates_do_not_take_back_each_others_word",),
    ),
    Fault(
        "the hub's health makes a silent hub look alive", "queue_display/board/knowledge.py",
        'if state.state == "ready" and (known is None or _birth_of(known) != _birth_of(state)):',
        'if state.state == "ready":',
        ("tests/display/test_knowledge.py::test_a_hub_that_only_says_how_it_is_is_not_live",),
    ),
    Fault(
        "a restart forgets the wrong PINs", "kiosk/technician/pin.py",
        "        self._wrong = self._remembered()", "        self._wrong = 0",
        (f"{PIN}::test_pulling_the_plug_gains_nothing",),
    ),
    Fault(
        "the right PIN opens a closed door", "kiosk/technician/pin.py",
        "        if self.closed_s > 0:\n            return False\n", "",
        (f"{PIN}::test_after_five_wrong_ones_not_even_the_right_one_opens_for_five_minutes",),
    ),
    Fault(
        "the technician's page opens without a PIN", "kiosk/session/technician.py",
        "if visit.screen is not Screen.TECHNICIAN_PIN or not visit.bench.trying:",
        "if visit.screen is not Screen.TECHNICIAN_PIN:",
        (f"{PAGE}::test_checks_that_came_unasked_open_nothing",),
    ),
    Fault(
        "a PIN stands in a trace", "kiosk/session/effects.py",
        "    pin: str = field(repr=False)", "    pin: str",
        (f"{PAGE}::test_a_pin_is_asked_about_once_and_kept_nowhere",),
    ),
    Fault(
        "a device that hangs hangs the doctor", "queue_kit/doctor/examination.py",
        "thread.join(max(0.0, doing.until_s - time.monotonic()) + _GRACE_S)", "thread.join()",
        (f"{DOCTOR}::test_a_check_that_hangs_or_breaks_ends_and_the_others_go_on",),
    ),
    Fault(
        "a device that is not there passes when it is asked for by name", "queue_kit/doctor/examination.py",
        'bad = {"failed", "absent"} if insisted else {"failed"}', 'bad = {"failed"}',
        (f"{DOCTOR}::test_the_exit_code_is_of_the_first_that_failed",),
    ),
    Fault(
        "a lens with its cap on sees", "kiosk/technician/camera.py",
        "if _spread(picture) >= _LEAST_SPREAD:", "if True:",
        (f"{DOCTOR}::test_a_camera_with_its_cap_on_or_without_its_cable",),
    ),
    Fault(
        "stand-in pins pass for a panel", "kiosk/technician/panel.py",
        '    if plan.factory == "mock":\n', "    if False:\n",
        (f"{DOCTOR}::test_a_panel_without_its_library_of_stand_ins_or_not_configured",),
    ),
    Fault(
        "real pins may be worked through a socket", "kiosk/command.py",
        'if mock_pins is not None and read.factory != "mock":', "if False:",
        ("tests/panel/test_mock_pins.py::test_real_pins_are_never_worked_through_a_socket",),
    ),
    Fault(
        "the machine's own troubles never reach the console from the signs", "queue_display/signs/runtime.py",
        "        yield from self._ills\n", "",
        ("tests/signs/test_office.py::test_the_machine_of_the_signs_tells_how_it_is",),
    ),
    Fault(
        "a slip that came out leaves the mark at the console", "queue_core/fold.py",
        "printed=max(ticket.printed, event.copies), no_slip=False)", "printed=max(ticket.printed, event.copies))",
        ("tests/core/test_ticket_life.py::test_who_has_no_slip_is_known_until_one_came_out",),
    ),
)  # fmt: skip
