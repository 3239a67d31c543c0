"""What is said when a number is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_kit.voice.make_clips import file_stem
from queue_kit.voice.phrases import GROUP_PAUSE_S, LANGUAGES, MAX_SYLLABLES_PER_S, call_saying, needed, syllables


@pytest.mark.parametrize(
    ("number", "counter", "lang", "groups"),
    [
        ("A025", 3, "vi", "xin mời công dân có số | a | không hai năm | đến quầy số | ba"),
        ("A025", 3, "en", "number | a | zero two five | please go to counter | three"),
        ("HT-015", 12, "vi", "xin mời công dân có số | hát tê | không một năm | đến quầy số | mười hai"),
        ("1001", 1, "vi", "xin mời công dân có số | một không không một | đến quầy số | một"),
        ("BC007", 25, "vi", "xin mời công dân có số | bê xê | không không bảy | đến quầy số | hai mươi lăm"),
        ("A1000", 21, "en", "number | a | one zero zero zero | please go to counter | twenty one"),
        ("Y-101", 15, "vi", "xin mời công dân có số | y-dài | một không một | đến quầy số | mười lăm"),
    ],
)
def test_words_of_a_call(number: str, counter: int, lang: str, groups: str) -> None:
    saying = call_saying(number, counter, lang)  # type: ignore[arg-type]
    assert " | ".join(" ".join(group) for group in saying.groups) == groups


@pytest.mark.parametrize(("number", "counter"), [("A#5", 1), ("A025", 100), ("A025", -1), ("số 5", 1)])
def test_what_has_no_name_is_refused(number: str, counter: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        call_saying(number, counter)


@given(st.from_regex(r"\A[A-Z]{1,3}-?[0-9]{2,4}\Z"), st.integers(1, 99), st.sampled_from(LANGUAGES))
def test_every_call_an_office_can_make_is_in_the_list_of_clips(number: str, counter: int, lang: str) -> None:
    saying = call_saying(number, counter, lang)  # type: ignore[arg-type]
    assert set(saying.clips) <= set(needed(lang))  # type: ignore[arg-type]
    digits = sum(sign.isdigit() for sign in number)
    assert any(len(group) == digits for group in saying.groups)


@pytest.mark.parametrize(
    ("words", "lang", "count"),
    [
        ("xin mời công dân có số", "vi", 6),
        ("ích-xì", "vi", 2),
        ("please go to counter", "en", 5),
        ("seventeen", "en", 3),
        ("eleven", "en", 3),
        ("five", "en", 1),
        ("zero", "en", 2),
        ("w", "en", 3),
        ("ninety", "en", 2),
    ],
)
def test_syllables(words: str, lang: str, count: int) -> None:
    assert syllables(words, lang) == count  # type: ignore[arg-type]


def test_the_promised_pace() -> None:
    # What is measured in the samples is measured against these.
    assert (GROUP_PAUSE_S, MAX_SYLLABLES_PER_S) == (0.3, 3.5)


def test_clip_files_have_names_of_their_own() -> None:
    for lang in LANGUAGES:
        stems = [file_stem(words) for words in needed(lang)]
        assert len(set(stems)) == len(stems)
        assert all(stem.isascii() for stem in stems)
