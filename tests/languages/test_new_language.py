"""An office adds a language with data alone: a folder of JSON, and nothing else is touched (docs/languages.md)."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk import session
from kiosk.words import date_words, wait_words
from queue_core.office_file import parse_office
from queue_core.wire.messages import Wait
from queue_kit.languages import checking, languages, offered
from queue_kit.paper.slip import slip_image, slip_lines
from queue_kit.paper.ticket_slip import ticket_slip
from queue_kit.voice import make_clips
from queue_kit.voice.clips import VoicePack
from queue_kit.voice.compose import Announcement, compose
from queue_kit.voice.phrases import call_saying, needed, syllables

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
from tests.kiosk import office_sample as office  # noqa: E402

LANG = "eo"
ABOUT = {"name": "Esperanto", "english": "Esperanto", "locale": "eo", "draft": True, "instead": "en"}
#: stands before every sentence of the made-up pack, so that each can be known again
MARK = "Ĉ "
VOICE = {
    "espeak": "eo",
    "opening": "numero",
    "way": "bonvolu iri al giĉeto",
    "digits": ["nul", "unu", "du", "tri", "kvar", "kvin", "ses", "sep", "ok", "naŭ"],
    "letters": {"A": "a", "H": "ho", "T": "to"},
    "counters": {"12": "dek du"},
}


def marked(sentence: Any) -> Any:
    return {k: MARK + v for k, v in sentence.items()} if isinstance(sentence, dict) else MARK + sentence


@pytest.fixture
def esperanto(own: Callable[..., None]) -> None:
    """A complete pack as a translator would leave it: every file of English with other words."""
    english = ROOT / "queue_kit/languages/packs/en"
    files = {
        file.stem: {
            key: marked(sentence)
            for key, sentence in json.loads(file.read_text(encoding="utf-8")).items()
            if not key.startswith("common.weekday.")
        }
        for file in english.glob("*.json")
        if file.name not in {"pack.json", "voice.json"}
    }
    own(LANG, pack=ABOUT, voice=VOICE, **files)


@pytest.mark.usefixtures("esperanto")
def test_the_checker_is_content_and_the_office_may_offer_it() -> None:
    assert checking.problems(LANG) == []
    assert LANG in languages()
    shipped = (ROOT / "queue_hub/offices/commune.yaml").read_text(encoding="utf-8")
    mine = re.sub(r"^languages:.*$", f"languages: [vi, {LANG}, en]", shipped, flags=re.MULTILINE)
    assert offered(parse_office(mine).languages) == ["vi", LANG, "en"]


def test_without_its_folder_the_office_s_other_languages_go_on() -> None:
    assert offered(["vi", LANG, "en"]) == ["vi", "en"]


@pytest.mark.usefixtures("esperanto")
def test_a_visit_in_it_and_its_slip() -> None:
    lobby = office.lobby(languages=["vi", LANG])
    seen = session.Seen(lobby=lobby)
    visit, _ = session.step(
        session.Visit(),
        session.SetLanguage(LANG),
        session.Context(now_s=0.0, seen=seen, new_id=lambda: "r1", timing=session.Timing()),
    )
    assert visit.lang == LANG
    assert wait_words(Wait(ahead=3, low_min=10, high_min=15), LANG).startswith(MARK)
    assert "lundo" in date_words(office.NOW_MS, LANG), "CLDR knows Esperanto's Monday"
    ticket = office.ticket(lang=LANG, wait=Wait(ahead=1, low_min=10, high_min=15))
    slip = ticket_slip(ticket, office=lobby.office)
    assert slip.lang == LANG
    own_words = [line for line in slip_lines(slip) if line.startswith(MARK)]
    assert len(own_words) >= 5
    assert slip.office_name == lobby.office["en"], "its readers rather read English"
    assert 0.02 < 1 - float(np.asarray(slip_image(slip)).mean()) < 0.5


@pytest.mark.usefixtures("esperanto")
def test_the_voice_calls_in_it_after_the_vietnamese() -> None:
    espeak = shutil.which("espeak-ng")
    assert espeak is not None
    assert make_clips._voices()[LANG] == "eo"
    saying = call_saying("HT-015", 12, LANG)
    assert [" ".join(group) for group in saying.groups] == [
        "numero", "ho to", "nul unu kvin", "bonvolu iri al giĉeto", "dek du",
    ]  # fmt: skip
    assert set(saying.clips) <= set(needed(LANG))
    clips = {
        lang: {
            clip: make_clips.speak(espeak, lang, clip, syllables(clip, lang))
            for clip in set(call_saying("HT-015", 12, lang).clips)
        }
        for lang in ("vi", LANG)
    }
    spoken = compose(
        Announcement(number="HT-015", counter_number=12, lang=LANG, times=1),
        VoicePack("test", Path(), make_clips.RATE_HZ, clips),
    )
    tongues = [mark.lang for mark in spoken.marks if mark.lang]
    assert tongues == sorted(tongues, key=["vi", LANG].index)
    assert tongues.count(LANG) == len(saying.clips)
    assert spoken.length_s > 5


def test_a_counter_without_words_is_said_digit_by_digit_and_khmer_is_for_recordings() -> None:
    khmer = call_saying("A025", 45, "km")
    assert [len(group) for group in khmer.groups] == [1, 1, 3, 1, 2]
    assert "km" not in make_clips._voices(), "espeak-ng speaks no Khmer"
    names = [make_clips.file_stem(clip) for clip in needed("km")]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and len(name) < 200 for name in names)


@pytest.mark.usefixtures("esperanto")
def test_its_screens_are_drawn_whole(tmp_path: Path) -> None:
    """On a real window, by the probe that looks at every screen."""
    from tests.kiosk.test_layout import probe, without_problems

    cases = probe("1080x1920", tmp_path / "found.json", timeout_s=60, PROBE_LANGUAGES=LANG, PROBE_ONLY="home,number")
    usual = [case for case in cases if case["mode"] == LANG]
    assert len(usual) >= 8
    without_problems(usual)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_every_screen_in_khmer(tmp_path: Path) -> None:
    from tests.kiosk.test_layout import probe, without_problems

    cases = probe("1080x1920", tmp_path / "found.json", timeout_s=200, PROBE_LANGUAGES="km")
    assert len(cases) > 100
    without_problems(cases)
