"""The text field under the on-screen keyboard."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.session.typing import ERASE, METHODS, MOST_CHARACTERS, Method, Typed


def typed(keys: str, method: Method = "telex") -> Typed:
    field = Typed(method=method)
    for key in keys:
        field = field.erase() if key == ERASE else field.press(key)
    return field


@pytest.mark.parametrize(
    ("method", "keys", "text"),
    [
        ("telex", "lamf giaays khai sinh", "làm giấy khai sinh"),
        ("telex", "ddaats", "đất"),
        ("vni", "d9a61t", "đất"),
        ("plain", "ddaats", "ddaats"),
        ("telex", "lam giay", "lam giay"),
        ("telex", "as" + ERASE, ""),
        ("telex", "ass", "as"),
        ("plain", "ab" + ERASE + ERASE + ERASE + "c", "c"),
        ("telex", "  khai", "khai"),
        ("telex", "1.001193", "1.001193"),
        ("telex", "\n\x00", ""),
    ],
)
def test_keys_make_words(method: Method, keys: str, text: str) -> None:
    assert typed(keys, method).text == text


def test_another_way_of_typing_keeps_the_text() -> None:
    field = typed("lamf giaays")
    for expected in ("vni", "plain", "telex"):
        field = field.switch_method()
        assert (field.method, field.text) == (expected, "làm giấy")
    assert field.erase().text == "làm giấ", "and goes on from it"
    assert field.switch_keys().figures
    assert not field.switch_keys().switch_keys().figures


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz 0123456789" + ERASE, max_size=300), st.sampled_from(METHODS))
def test_any_keys_give_a_short_composed_text(keys: str, method: Method) -> None:
    field = typed(keys, method)
    assert len(field.text) <= MOST_CHARACTERS + 1
    assert unicodedata.is_normalized("NFC", field.text)
    assert not field.text.startswith(" ")
    for _ in range(len(field.text)):
        field = field.erase()
    assert field.text == "", "as many erasures as letters empty it"
