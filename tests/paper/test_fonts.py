"""The fonts hold every Vietnamese letter, at one height."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageFont

from queue_kit import fonts
from queue_kit.fonts import FontMissingError, find_font, find_variable_noto

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")


def vietnamese_letters() -> list[str]:
    import unicodedata

    lower = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
    return lower + [letter.upper() for letter in lower]


@pytest.mark.parametrize("weight", ["regular", "medium", "semibold", "bold"])
def test_every_vietnamese_letter_has_its_own_picture(weight: fonts.Weight) -> None:
    font = ImageFont.truetype(str(find_font(weight)), 60)
    missing = font.getmask("\uf8ff").getbbox(), bytes(font.getmask("\uf8ff"))
    pictures = {bytes(font.getmask(letter)) for letter in vietnamese_letters()}
    assert len(pictures) == len(vietnamese_letters()) == 146
    assert missing[1] not in pictures


def test_capitals_with_and_without_accents_stand_on_one_line_at_one_height() -> None:
    font = ImageFont.truetype(str(find_font("bold")), 40)
    plain, stacked = font.getbbox("OAE", anchor="ls"), font.getbbox("ỔẮỄ", anchor="ls")
    assert plain[3] == stacked[3]
    assert font.getbbox("Ổ", anchor="ls")[1] < font.getbbox("Ô", anchor="ls")[1] < font.getbbox("O", anchor="ls")[1]


def test_a_chosen_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "BeVietnamPro-Bold.ttf"
    own.write_bytes(find_font("bold").read_bytes())
    monkeypatch.setenv("MOTCUA_FONTS", str(tmp_path))
    assert find_font("bold") == own


def test_without_any_font_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_SYSTEM_FOLDERS", ())
    monkeypatch.setattr(fonts.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(FontMissingError) as caught:
        find_font("bold")
    assert caught.value.key == "fonts.missing"
    assert "fonts-noto-core" in caught.value.vi
    assert find_variable_noto() is None
