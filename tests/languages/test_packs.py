"""Language packs: nothing missing, nothing idle, every letter in its font; what a pack lacks is said in another."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from queue_core.office import Office
from queue_core.office_file import read_office
from queue_kit import languages
from queue_kit.languages import LanguagePackError, about, checking, nearest, offered, pack, scripts, tr

ROOT = Path(__file__).parents[2]
ABOUT = {"name": "Xano", "english": "Made up", "locale": "eo", "instead": "en"}
Own = Callable[..., None]
WHOLE = ("vi", "en")
#: a sentence that is added in Vietnamese and English waits for whoever speaks the draft's language
DRAFT_LEAST = 0.6


@pytest.mark.parametrize("lang", languages.languages())
def test_nothing_is_missing_idle_or_without_its_letters(lang: str) -> None:
    found = checking.problems(lang)
    missing = [str(problem) for problem in found if problem.kind == "missing"]
    assert [str(problem) for problem in found if problem.kind != "missing"] == []
    if about(lang).draft:
        assert len(missing) <= (1 - DRAFT_LEAST) * len(pack("vi")), "\n".join(missing)
    else:
        assert missing == []


def test_only_the_two_that_officials_have_read_are_offered_unasked() -> None:
    assert languages.languages()[0] == "vi"
    assert {lang for lang in languages.languages() if not about(lang).draft} == set(WHOLE)
    assert Office.model_fields["languages"].default == WHOLE
    assert read_office(ROOT / "queue_hub/offices/commune.yaml").languages == WHOLE


def test_every_key_that_the_code_asks_for_exists_and_every_sentence_is_asked_for() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in ("kiosk", "queue_kit", "queue_hub", "queue_display")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".kv", ".html", ".js"}
    )
    known = set(pack("vi"))
    rooms = "|".join({key.partition(".")[0] for key in known})
    asked = set(re.findall(rf'["\']((?:{rooms})(?:\.[a-z_0-9]+)+)["\']', code))
    built = {re.sub(r"{[^}]*}", "*", key) for key in re.findall(r'f"([a-z]+\.(?:[^"{\n]|{[^}\n]*})*)"', code)}
    patterns = [re.compile(re.escape(key).replace(r"\*", ".*") + "$") for key in built]
    assert {key for key in known - asked if not any(pattern.match(key) for pattern in patterns)} == set()
    assert set(re.findall(r'\btr\((?:[\w.]+, )?"([a-z_.0-9]+)"', code)) - known - {"vi", "en"} == set()
    assert {key for key in asked - known if re.match(r"(kiosk|common|procedures)\.\w+\.", key)} == set()
    assert len(asked & known) > 150


# ------------------------------------------------------------------ what is said when a pack has nothing
def test_plurals_places_and_missing_sentences(own: Own) -> None:
    assert tr("en", "kiosk.number.ahead", count=1) == "1 person ahead of you"
    assert tr("en", "kiosk.number.ahead", count=2) == "2 people ahead of you"
    assert tr("../..", "kiosk.nav.home") == "Trang đầu"
    assert tr("vi", "kiosk.no.such") == "kiosk.no.such"
    own("xx", pack=ABOUT, kiosk={"kiosk.nav.page": "{page} el {nothing}", "kiosk.nav.back": "Reen"})
    assert tr("xx", "kiosk.nav.back") == "Reen"
    assert tr("xx", "kiosk.nav.home") == "Start page", "the pack's readers rather read English"
    assert tr("xx", "kiosk.nav.page", page=1, pages=3) == "Page 1 of 3", "a place that nobody can fill"
    assert tr("km", "kiosk.nav.home") != tr("vi", "kiosk.nav.home")


def test_an_office_s_own_name_is_told_in_the_nearest_language(own: Own) -> None:
    own("xx", pack=ABOUT)
    assert nearest({"vi": "Hộ tịch", "en": "Civil status"}, "xx") == "Civil status"
    assert nearest({"vi": "Hộ tịch", "en": "Civil status"}, "km") == "Hộ tịch"
    assert nearest({"vi": "Hộ tịch"}, "en") == "Hộ tịch"
    assert nearest({}, "en") == ""


def test_an_office_corrects_a_sentence_of_ours(own: Own) -> None:
    own("km", kiosk={"kiosk.nav.back": "ថយ"})
    assert tr("km", "kiosk.nav.back") == "ថយ"
    assert tr("km", "common.language") == "ខ្មែរ", "the rest is ours"


def test_the_plural_rule_is_cldr_s(own: Own) -> None:
    forms = {"one": "{count} osoba", "few": "{count} osoby", "many": "{count} osób", "other": "{count} osoby"}
    own("pl", pack={**ABOUT, "locale": "pl"}, kiosk={"kiosk.number.ahead": forms})
    said = [tr("pl", "kiosk.number.ahead", count=count) for count in (1, 3, 5, 22)]
    assert said == ["1 osoba", "3 osoby", "5 osób", "22 osoby"]


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"pack": {}}, "pack"),
        ({"pack": {**ABOUT, "direction": "rtl"}}, "pack"),
        ({"pack": {**ABOUT, "letters": "Khmer"}}, "pack"),
        ({"pack": {**ABOUT, "fonts": {"bold": "x.ttf"}}}, "pack"),
        ({"pack": {**ABOUT, "fonts": {"regular": "away.ttf"}}}, "pack"),
        ({"pack": [1]}, "pack"),
        ({"pack": ABOUT, "kiosk": ["a"]}, "pack"),
        ({"pack": ABOUT, "kiosk": {"kiosk.nav.back": 7}}, "pack"),
        ({"pack": ABOUT, "kiosk": {"kiosk.nav.back": {"one": "a"}}}, "pack"),
        ({"pack": ABOUT, "kiosk": {"kiosk.nav.back": "a"}, "more": {"kiosk.nav.back": "b"}}, "pack"),
        ({"pack": ABOUT, "voice": {"opening": "a"}}, "pack"),
        ({"pack": ABOUT, "kiosk": {"kiosk.nav.page": "{page}"}}, "places"),
        ({"pack": ABOUT, "kiosk": {"kiosk.nav.bakc": "a"}}, "idle"),
        ({"pack": ABOUT, "kiosk": {"kiosk.nav.back": "ថយ", "kiosk.nav.home": "回"}}, "letter"),
        ({"pack": ABOUT}, "missing"),
    ],
)
def test_the_checker_finds_what_is_wrong(
    files: dict[str, object], kind: str, own: Own, capsys: pytest.CaptureFixture[str]
) -> None:
    own("xx", **files)
    assert kind in {problem.kind for problem in checking.problems("xx")}
    assert checking.main(["xx"]) == 1
    assert kind in capsys.readouterr().out


def test_a_broken_pack_leaves_the_lobby_its_other_languages(own: Own, packs: Path) -> None:
    own("xx", pack={"name": ""}, kiosk={"kiosk.nav.back": "Reen"})
    own("xy", pack={}, kiosk={"kiosk.nav.back": "Reen"})
    (packs / "xy" / "pack.json").write_text("{", encoding="utf-8")
    assert offered(["vi", "xx", "en", "xy", "zz"]) == ["vi", "en"]
    assert offered(["xx"]) == ["vi"]
    with pytest.raises(LanguagePackError) as caught:
        about("xy")
    assert caught.value.key == "languages.pack"
    assert "pack.json" in caught.value.vi


# ------------------------------------------------------------------ letters of another script
def test_khmer_letters_hang_below_a_latin_line_and_have_room(tmp_path: Path) -> None:
    from PIL import ImageFont

    said = about("km")
    font = ImageFont.truetype(str(scripts.file_of("km", "bold")), 1000)
    deepest = max(font.getbbox(text, anchor="ls")[3] for text in sentences("km"))
    highest = -min(font.getbbox(text, anchor="ls")[1] for text in sentences("km"))
    assert highest <= said.ascent_em * 1000
    # The two deepest subscripts of all make their own label higher; the usual ones fit the line.
    assert deepest <= (said.descent_em + 0.1) * 1000


def sentences(lang: str) -> list[str]:
    return list(itertools.chain.from_iterable([s] if isinstance(s, str) else s.values() for s in pack(lang).values()))


@pytest.mark.parametrize("style", ["regular", "semibold", "bold"])
def test_a_khmer_font_has_every_vietnamese_letter_too(style: str) -> None:
    from PIL import ImageFont

    font = ImageFont.truetype(str(scripts.file_of("km", style)), 64)  # type: ignore[arg-type]
    nothing = bytes(font.getmask("\U000f0000"))
    letters = set("".join(sentences("vi"))) - {"\n", "\u00a0", " "}
    assert {letter for letter in letters if bytes(font.getmask(letter)) == nothing} == set()


def test_subscripts_join_and_vowels_stand_before_their_letter() -> None:
    """Harfbuzz shapes a slip: the word is narrower than its letters one by one, and its parts are others."""
    from PIL import ImageFont

    font = ImageFont.truetype(str(scripts.file_of("km", "regular")), 100)
    word = "ស្ត្រី"
    assert font.getlength(word) < 0.7 * sum(font.getlength(letter) for letter in word)
    assert font.getlength("ខ្មែរ") < 0.8 * sum(font.getlength(letter) for letter in "ខ្មែរ")


def test_a_khmer_line_breaks_between_words_and_never_inside_one() -> None:
    from queue_kit.paper.typesetting import fitting, font_of, wrap

    text = tr("km", "slip.no_show", after=3, limit=3)
    words = set(re.split("[\u200b \u00a0]", text))
    font = fitting(text, font_of("medium", 40))
    lines = wrap(text, font, 300)
    assert len(lines) > 3
    assert all(font.getlength(line) <= 300 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace("\u200b", "").replace(" ", "")
    for line in lines[1:]:
        assert any(word and line.startswith(word) for word in words), f"“{line}” begins inside a word"


def test_a_sentence_without_breaks_is_drawn_with_our_own_font() -> None:
    from queue_kit.paper.typesetting import fitting, font_of

    font = font_of("bold", 40)
    assert fitting("Ổ khoá 12", font) is font
    assert fitting("ខ្មែរ", font) is not font


def test_a_pack_without_its_fonts_is_no_script(own: Own, packs: Path) -> None:
    own("xx", pack={**ABOUT, "letters": "0E80-0EFF", "fonts": {"regular": "away.ttf"}})
    assert scripts.language_of("ລາວ") is None
    shutil.copy(scripts.file_of("km", "regular"), packs / "xx" / "away.ttf")
    scripts._letters.cache_clear()
    assert scripts.language_of("ລາວ") == "xx"
    assert scripts.language_of("ខ្មែរ") == "km"
