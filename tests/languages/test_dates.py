"""Weekdays and dates in every language: CLDR's names, the office's own order of figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from babel import Locale
from babel.dates import format_date

from kiosk.words import date_words
from queue_kit.languages import about, languages, weekday
from queue_kit.paper.slip import VIET_NAM, day_words

#: the first day of Tết, a thesis' days, a leap day, the end of a year
TET, MONDAY, THURSDAY, LEAP = date(2027, 2, 6), date(2026, 11, 23), date(2026, 11, 26), date(2028, 2, 29)


@pytest.mark.parametrize("lang", languages())
def test_our_names_of_weekdays_are_cldr_s(lang: str) -> None:
    """They stand in the pack, since a kiosk that loads a whole locale for seven words is 5 MB larger."""
    days = Locale.parse(about(lang).locale).days["format"]["wide"]
    assert [weekday(lang, day) for day in range(7)] == [days[day] for day in range(7)]


@pytest.mark.parametrize("day", [TET, MONDAY, THURSDAY, LEAP, date(2026, 12, 31)])
@pytest.mark.parametrize("lang", languages())
def test_a_slip_s_date_is_babel_s(lang: str, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 8, 42, tzinfo=VIET_NAM)
    said = day_words(at, lang).replace("\u00a0", " ")
    locale = about(lang).locale
    assert said.endswith(format_date(day, "EEEE · dd/MM/yyyy", locale=locale))


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (TET, "Thứ Bảy · 06/02/2027", "Saturday · 06/02/2027"),
        (MONDAY, "Thứ Hai · 23/11/2026", "Monday · 23/11/2026"),
        (THURSDAY, "Thứ Năm · 26/11/2026", "Thursday · 26/11/2026"),
        (LEAP, "Thứ Ba · 29/02/2028", "Tuesday · 29/02/2028"),
    ],
)
def test_days_as_an_official_writes_them(day: date, vi: str, en: str) -> None:
    at = datetime(day.year, day.month, day.day, 23, 59, tzinfo=VIET_NAM)
    assert day_words(at, "vi").replace("\u00a0", " ") == vi
    assert day_words(at, "en") == en
    assert day_words(at, "km").startswith("ថ្ងៃ")


@pytest.mark.parametrize("lang", languages())
def test_the_kiosk_s_day_begins_at_the_office_s_midnight(lang: str) -> None:
    midnight = datetime(2028, 2, 29, tzinfo=VIET_NAM).astimezone(UTC)
    before = midnight - timedelta(seconds=1)
    assert "29/02/2028" in date_words(int(midnight.timestamp() * 1000), lang)
    assert "28/02/2028" in date_words(int(before.timestamp() * 1000), lang)
    assert weekday(lang, 1) in date_words(int(midnight.timestamp() * 1000), lang)


def test_a_pack_without_weekdays_takes_them_from_its_locale(own: Callable[..., None]) -> None:
    own("xx", pack={"name": "Français", "english": "French", "locale": "fr"}, slip={"slip.day": "{weekday} {date}"})
    assert weekday("xx", 0) == "lundi"
    assert day_words(datetime(2026, 11, 29, 8, tzinfo=VIET_NAM), "xx") == "dimanche 29/11/2026"
