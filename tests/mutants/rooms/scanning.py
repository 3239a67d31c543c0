"""Faults of what the kiosk reads: cameras, scanners."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

DECODING: Final = "tests/scanning/test_decoding.py"
CAMERAS: Final = "tests/scanning/test_cameras.py"
PROCESS: Final = "tests/scanning/test_camera_process.py"
HID: Final = "tests/scanning/test_hid.py"

FAULTS: Final = (
    Fault(
        "bars count at their first reading", "kiosk/scanning/decoding/stream.py",
        "return votes[one] >= 2 and all(", "return votes[one] >= 1 and all(",
        (f"{DECODING}::test_bars_count_at_the_second_frame_and_a_qr_at_once",),
    ),
    Fault(
        "a misreading counts beside the right one", "kiosk/scanning/decoding/stream.py",
        "all(votes[one] > votes[other]", "all(votes[one] >= votes[other]",
        (f"{DECODING}::test_two_readings_that_contradict_each_other_wait_for_a_third",),
    ),
    Fault(
        "a code that had to be tidied up counts as read", "kiosk/scanning/decoding/grammar.py",
        " or reading.text != text", "",
        (f"{DECODING}::test_what_bars_may_say",),
    ),
    Fault(
        "a QR's control characters come through", "kiosk/scanning/decoding/stream.py",
        "            return usable(one.text)\n", "            return True\n",
        (f"{DECODING}::test_a_qr_that_is_a_bomb_counts_for_nothing",),
    ),
    Fault(
        "bars as wide as the finder's step hide from it", "kiosk/scanning/decoding/regions.py",
        "left=(step + 1) // 2 if step > 1 else 0)", "left=0)",
        (f"{DECODING}::test_bars_are_found_with_their_angle",),
    ),
    Fault(
        "two codes that look alike on one sheet are taken for one misread", "kiosk/scanning/decoding/still.py",
        "other not in beside and ", "",
        (f"{DECODING}::test_two_codes_that_look_alike_on_one_sheet_are_both_read",),
    ),
    Fault(
        "the padding of a Pi's frame is shown and read", "kiosk/scanning/camera/sources/picamera2.py",
        "array[: self._size[1], : self._size[0]]", "array[: self._size[1]]",
        (f"{CAMERAS}::test_the_grey_of_a_pi_s_frame_is_cut_out_of_its_padding",),
    ),
    Fault(
        "an old frame's buffer is never given back to the kernel", "kiosk/scanning/camera/sources/v4l2.py",
        "            if newest is not None:\n                self._ioctl(file, kernel.QBUF, newest)\n", "",
        (f"{CAMERAS}::test_the_newest_frame_is_taken_and_every_buffer_goes_back",),
    ),
    Fault(
        "a camera that hangs is waited for all day", "kiosk/scanning/scanners/camera.py",
        "if time.monotonic() - heard_s > patience_s:", "if time.monotonic() - heard_s > 3600 * patience_s:",
        (f"{PROCESS}::test_a_driver_that_hangs_is_ended_and_the_next_process_reads",),
    ),
    Fault(
        "one receipt is told again and again", "kiosk/scanning/camera/eye.py",
        "if now_s - self._told.get(one.text, -_SAME_S) >= _SAME_S:", "if one.text:",
        (f"{PROCESS}::test_asleep_awake_shown_and_one_receipt_told_once",),
    ),
    Fault(
        "reading takes the whole processor", "kiosk/scanning/camera/eye.py",
        "rest_s = spent_s * (100 / self._settings.cpu_percent - 1)", "rest_s = 0.0",
        (f"{PROCESS}::test_the_camera_takes_no_more_of_the_processor_than_it_may",),
    ),
    Fault(
        "the lamp burns all night", "kiosk/scanning/camera/eye.py",
        "        self._light.set(on=False)\n        # Nothing", "        # Nothing",
        (f"{PROCESS}::test_the_lamp_is_lit_in_the_dark_and_goes_out_with_the_visitor",),
    ),
    Fault(
        "a scanner's keys reach everybody", "kiosk/scanning/scanners/hid.py",
        "            device.grab()\n", "",
        (f"{HID}::test_plugged_in_read_alone_pulled_out_and_plugged_in_again",),
    ),
    Fault(
        "a key that is held writes on", "kiosk/scanning/scanners/hid.py",
        "elif value == _DOWN and name in _SIGNS:", "elif value != _UP and name in _SIGNS:",
        (f"{HID}::test_held_keys_strangers_and_lost_shifts",),
    ),
    Fault(
        "a stranger's keyboard is let in", "queue_kit/usb_rules.py",
        'ATTR{{authorized}}="0"\n', "",
        ("tests/scanning/test_sheets.py::test_rules_name_the_enrolled_ports_and_refuse_the_rest",),
    ),
)  # fmt: skip
