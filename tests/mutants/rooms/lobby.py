"""Faults of what stands in the lobby: kiosk, paper, board, voice."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

MODEL: Final = "tests/display/test_model.py"
REMOTE: Final = "tests/kiosk/test_remote_slips.py"

DOSSIERS: Final = "tests/kiosk/test_dossiers.py"

LAYOUT: Final = "tests/kiosk/test_layout.py"

FAULTS: Final = (
    Fault(
        "a chosen face differs from the others by its colour alone", "kiosk/screens/rating_faces.py",
        "        if chosen:\n            side", "        if False:\n            side",
        (f"{LAYOUT}::test_two_states_of_a_screen_differ_by_words_or_icons",),
    ),
    Fault(
        "large letters do not reach the words of the bottom rows", "queue_kit/screen/theme.py",
        "return float(math.ceil(self.mm(CAPITAL_MM) * self.scale / CAPITAL_EM))",
        "return float(math.ceil(self.mm(CAPITAL_MM) / CAPITAL_EM))",
        (f"{LAYOUT}::test_large_letters_double_everything_and_stay_within_reach",),
    ),
    Fault(
        "with large letters an upright screen is touched above 1,100 mm", "kiosk/frame.py",
        "least = min(max(beyond, 0.0 if theme.tight else _BAND_LEAST * height), touched)",
        "least = 0.0 if theme.tight else min(max(beyond, _BAND_LEAST * height), touched)",
        (f"{LAYOUT}::test_large_letters_double_everything_and_stay_within_reach",),
    ),
    Fault(
        "an identity card's typed number stays in the field", "kiosk/session/dossiers.py",
        'text="" if card else visit.tracking.text', "text=visit.tracking.text",
        (f"{DOSSIERS}::test_a_card_s_number_that_was_typed_is_gone_from_the_field",),
    ),
    Fault(
        "what was typed of a dossier stands in a trace", "kiosk/session/tracking.py",
        '    text: str = field(default="", repr=False)', '    text: str = ""',
        (f"{DOSSIERS}::test_a_card_s_number_that_was_typed_is_gone_from_the_field",),
    ),
    Fault(
        "a late answer shows one citizen's dossier to the next", "kiosk/session/dossiers.py",
        "asked = visit.screen is Screen.DOSSIER_ASKED and wanted is not None and wanted.request_id == request_id",
        "asked = visit.screen is Screen.DOSSIER_ASKED",
        (f"{DOSSIERS}::test_the_same_look_up_is_tried_again_under_another_id",),
    ),
    Fault(
        "a dossier stays on the screen as long as a list of services", "kiosk/session/visit.py",
        "BRIEF: Final = frozenset({Screen.DOSSIER, Screen.DOSSIER_OPENING})", "BRIEF: Final = frozenset[Screen]()",
        (f"{DOSSIERS}::test_a_dossier_stays_twenty_seconds_after_the_last_touch_the_question_from_ten",),
    ),
    Fault(
        "the number of a dossier does not carry it to the officer", "kiosk/asker.py",
        "        dossier=asked.dossier,\n", "",
        ("tests/kiosk/test_desk.py::test_a_number_carries_the_dossier",),
    ),
    Fault(
        "what was found of a dossier stays behind the way back", "kiosk/session/dossiers.py",
        "replace(tracking, found=None, words=None)), context)\n", "tracking), context)\n",
        (f"{DOSSIERS}::test_a_second_receipt_takes_the_place_of_the_first",),
    ),
    Fault(
        "a slip counts as printed when it was sent", "queue_kit/paper/escpos_printer.py",
        "            if in_turn:\n                self._wait_for_end(channel, len(bands), until)\n",
        "",
        (
            "tests/paper/test_printer.py::test_confirmed_means_printed_not_sent",
            "tests/paper/test_printer.py::test_a_printer_that_falls_silent_after_the_data_has_not_confirmed",
        ),
    ),
    Fault(
        "a slip is sent to a printer without paper", "queue_kit/paper/escpos_printer.py",
        "self._refuse_unless_ready(self._ask_all(channel), may_have_printed=False)",
        "self._ask_all(channel)",
        ("tests/paper/test_printer.py::test_a_printer_that_cannot_print_gets_no_slip",),
    ),
    Fault(
        "the kiosk's record is told before it is on the card", "queue_kit/paper/spool.py",
        "                written += os.write(self._fd, line[written:])\n            os.fsync(self._fd)\n",
        "                written += os.write(self._fd, line[written:])\n",
        ("tests/paper/test_spool.py::test_each_change_is_flushed_before_it_is_told",),
    ),
    Fault(
        "the kiosk keeps a citizen's screen for the next one", "kiosk/session/walking.py",
        "    if untouched_s >= idle_s:\n",
        "    if untouched_s >= idle_s * 1000:\n",
        ("tests/kiosk/test_session.py::test_thirty_seconds_then_the_question_then_home",),
    ),
    Fault(
        "who leaves before the answer is given a number all the same", "kiosk/session/moves.py",
        "        effects = (Cancel(visit.asked.request_id),)\n",
        "        effects = ()\n",
        ("tests/kiosk/test_session.py::test_leaving_before_the_answer_takes_the_request_back",),
    ),
    Fault(
        "a call is spoken though the citizen is gone", "queue_display/board/turns.py",
        '            if verdict != "stands":\n',
        '            if verdict == "unknown":\n',
        (f"{MODEL}::test_a_call_that_no_longer_stands_at_its_turn_is_dropped",),
    ),
    Fault(
        "a call is judged before what lies unread behind it is read", "queue_display/board/runtime.py",
        "self.model.advance(now_s, caught_up=caught_up)",
        "self.model.advance(now_s, caught_up=True)",
        ("tests/office/test_board_held_up.py::test_a_call_is_judged_by_what_lay_unread_behind_it",),
    ),
    Fault(
        "a board waits for ever for an answer that its old connection took with it", "queue_display/board/runtime.py",
        "            self._catching_up = self._caught_up = False  # a connection takes its questions with it\n",
        "",
        ("tests/office/test_board_held_up.py::test_a_connection_that_ends_takes_the_question_with_it",),
    ),
    Fault(
        "of a burst only the last call is shown", "queue_display/board/turns.py",
        "        insort(self._waiting, _Waiting(call.rev.seq, call, now_s))\n",
        "        self._waiting = [_Waiting(call.rev.seq, call, now_s)]\n",
        (f"{MODEL}::test_a_burst_of_ten_is_shown_one_after_another_at_least_four_seconds_each",),
    ),
    Fault(
        "a call stays shorter than people can read", "queue_display/board/turns.py",
        "SHOWN_S: Final = 4.2",
        "SHOWN_S: Final = 1.2",
        (f"{MODEL}::test_a_burst_of_ten_is_shown_one_after_another_at_least_four_seconds_each",),
    ),
    Fault(
        "a call that is delivered twice is announced twice", "queue_display/board/turns.py",
        "        if key in self._seen:\n            return False\n",
        "",
        (f"{MODEL}::test_a_duplicate_is_ignored_even_after_its_turn",),
    ),
    Fault(
        "announcements overlap", "queue_display/announcer.py",
        "        self._waiting.put(announcement)\n",
        "        threading.Thread(target=lambda: self._on_done(self._speak(announcement))).start()\n",
        ("tests/voice/test_announcer.py::test_announcements_never_overlap_and_keep_their_order",),
    ),
    Fault(
        "a film is as loud under the voice as without it", "queue_display/video/projector.py",
        "10 ** (-DUCK_DB / 20) if self._ducked else 1.0",
        "1.0",
        (
            "tests/display/test_film.py::test_under_the_voice_a_film_is_twelve_decibels_quieter_and_comes_back",
            "tests/display/test_board_film.py::test_a_film_plays_beside_the_call_and_is_quiet_under_the_voice",
        ),
    ),
    Fault(
        "a film stays quiet after the voice", "queue_display/board/media_panel.py",
        "        projector.duck(speaking=speaking)\n",
        "        projector.duck(speaking=speaking or projector._ducked)\n",
        ("tests/display/test_board_film.py::test_a_film_plays_beside_the_call_and_is_quiet_under_the_voice",),
    ),
    Fault(
        "a film larger than a Pi can decode is tried all the same", "queue_display/video/decoder.py",
        '            if count == 0 and (large := self._too_large()):\n                return f"broken {large}"\n',
        "",
        ("tests/display/test_film.py::test_what_cannot_be_shown_is_broken_and_says_why",),
    ),
    Fault(
        "a decoder that hangs freezes the board's page for ever", "queue_display/video/film.py",
        "            self._process.kill()\n\n    def _tell",
        "\n    def _tell",
        ("tests/display/test_film.py::test_a_decoder_that_hangs_is_given_up",),
    ),
    Fault(
        "nobody is told of a film that cannot be shown", "queue_display/board/app.py",
        "        self._runtime.alert(MEDIA_ALERT, on=self._shelf.troubled)\n",
        "",
        ("tests/display/test_board_film.py::test_a_film_plays_beside_the_call_and_is_quiet_under_the_voice",),
    ),
    Fault(
        "rows are listed that nobody can read", "queue_display/board/row_layout.py",
        "if layout.number_px >= needed_px]",
        "if layout.number_px >= 0]",
        ("tests/display/test_rows.py::test_the_last_six_where_they_can_be_read_and_fewer_where_not",),
    ),
    Fault(
        "after a call the information screen begins from the front again", "queue_display/board/pages.py",
        "following = self._place + 1 if self._broken_off is None else self._broken_off",
        "following = self._place + 1",
        ("tests/display/test_pages.py::test_a_call_breaks_in_with_its_counter_and_the_round_goes_on_where_it_was",),
    ),
    Fault(
        "a dossier code that may be an identity number is shown in the lobby", "queue_core/wire/published.py",
        "    if code.isdecimal():\n",
        "    if not code:\n",
        ("tests/hub/test_information.py::test_an_identity_number_is_never_shown_nor_logged",),
    ),
    Fault(
        "groups of an announcement run together", "queue_kit/voice/phrases.py",
        "GROUP_PAUSE_S: Final = 0.3",
        "GROUP_PAUSE_S: Final = 0.12",
        ("tests/voice/test_phrases.py::test_the_promised_pace",),
    ),
    Fault(
        "an older board replaces a newer one", "queue_display/board/knowledge.py",
        "if known is not None and (board.rev.seq, board.asof_ms) < (known.rev.seq, known.asof_ms):",
        "if known is not None and board.rev.seq < 0:",
        ("tests/display/test_knowledge.py::test_the_newest_revision_wins_and_a_new_epoch_always_does",),
    ),
    Fault(
        "a silent hub's board looks alive", "queue_display/board/knowledge.py",
        'SILENCE_S else "silent"',
        'SILENCE_S * 1000 else "silent"',
        ("tests/display/test_knowledge.py::test_fifteen_seconds_of_silence_are_said_and_a_beat_ends_them",),
    ),
    Fault(
        "a citizen is sent away while the hub finds out which numbers were given", "kiosk/asker.py",
        '_SOON: Final = frozenset({"series.asking"})',
        "_SOON: Final = frozenset[str]()",
        ("tests/kiosk/test_desk.py::test_a_hub_that_still_asks_around_is_asked_again",),
    ),
    Fault(
        "a board that was switched off has forgotten the numbers it saw", "queue_kit/witness.py",
        "            now = (self._told_epoch, self._seen if self._keeps else Seen())\n",
        "            now = (self._told_epoch, Seen())\n",
        ("tests/wire/test_witness.py::test_a_hub_of_another_epoch_is_told_once_also_after_a_night",),
    ),
    Fault(
        "a check that ends takes the tile away from under the finger", "kiosk/app.py",
        "        if stage is None or (self._keeps_still() and not acted):", "        if stage is None:",
        ("tests/kiosk/test_press.py::test_a_press_is_not_lost_when_a_check_ends_meanwhile",),
    ),
    Fault(
        "a tile that was thrown away acts when its finger leaves", "queue_kit/screen/touchable.py",
        "inside = self.parent is not None and self.collide_point(*touch.pos)",
        "inside = self.collide_point(*touch.pos)",
        ("tests/kiosk/test_press.py::test_a_tile_whose_screen_has_gone_does_nothing_and_is_not_held_for_ever",),
    ),
    Fault(
        "after 999 a witness remembers 999", "queue_kit/witness.py",
        "        if (len(number), number) <= (len(before), before):\n",
        "        if number <= before:\n",
        ("tests/wire/test_witness.py::test_what_is_kept",),
    ),
    Fault(
        "a print job is printed long after it was wanted", "kiosk/remote_slips.py",
        "        if now_ms is not None and now_ms > deadline_ms:\n",
        "        if now_ms is None:\n",
        (f"{REMOTE}::test_a_job_is_printed_once_told_and_never_late",),
    ),
    Fault(
        "a kiosk that slept believes the beats that had waited", "kiosk/remote_slips.py",
        "if self._ahead_ms is None or ahead_ms >= self._ahead_ms - _SAME_MS:",
        "if self._ahead_ms is None or ahead_ms:",
        (f"{REMOTE}::test_which_time_a_kiosk_believes", f"{REMOTE}::test_a_kiosk_that_slept_prints_nothing_of_before"),
    ),
    Fault(
        "a print job that comes twice is printed twice", "kiosk/remote_slips.py",
        'if known is not None and known.state != "asked":',
        'if known is not None and known.state == "asked":',
        (f"{REMOTE}::test_a_job_is_printed_once_told_and_never_late",),
    ),
    Fault(
        "who listens is hurried like who sees", "kiosk/guidance/guide.py",
        "        return unhurried(timing) if self.state.on else timing\n",
        "        return timing\n",
        ("tests/kiosk/test_guidance.py::test_warned_ten_times_over_with_twenty_seconds_to_answer",),
    ),
    Fault(
        "the key that answers a warning also chooses", "kiosk/guidance/guide.py",
        "        if visit.overlay is s.Overlay.STILL_THERE or warned:\n",
        "        if visit.overlay is s.Overlay.STILL_THERE:\n",
        ("tests/kiosk/test_guidance.py::test_warned_ten_times_over_with_twenty_seconds_to_answer",),
    ),
    Fault(
        "a key does not break the voice off", "kiosk/sounds.py",
        "            self._turn += 1\n            if self._saying:\n                self._player.hush()\n",
        "            self._turn += 1\n",
        ("tests/kiosk/test_guidance.py::test_a_key_breaks_the_voice_off",),
    ),
)  # fmt: skip
