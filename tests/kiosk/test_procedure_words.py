"""What a procedure's parts say: all of the record, in the order people ask, with the day its fees hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.parts import Section, sections
from queue_kit.catalogue.procedure import Channel, Procedure
from tests.kiosk import shelf_sample

REAL = Path(__file__).parents[2].parent / "shared/data/tthc_commune.json"
TODAY = date(2026, 11, 25)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def texts(procedure: Procedure) -> Iterator[str]:
    """Every text of a record."""
    p = procedure
    yield from (p.code, p.name, p.decision, p.level, p.kind, p.field, p.agency, p.authority, p.address, p.partners)
    yield from (p.conditions, p.source, p.url, *p.steps, *p.subjects, *p.legal_basis, *p.extra.values())
    for channel in p.channels:
        yield from (channel.method, channel.time, channel.fee, channel.notes)
    for case in p.cases:
        yield case.name
        for paper in case.papers:
            yield from (paper.name, paper.form)
        for note in case.notes:
            yield from (note.text, note.form)
    for result in p.results:
        yield from (result.name, result.code)


def lost(procedure: Procedure, lang: str) -> list[str]:
    said = squeezed(" ".join(p.text for part in sections(procedure, lang, TODAY) for p in part.paragraphs))
    return [text for text in map(squeezed, texts(procedure)) if text not in said]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_nothing_of_the_shipped_procedures_is_left_out(lang: str) -> None:
    for procedure in shelf_sample.catalogue().procedures():
        assert lost(procedure, lang) == [], procedure.code
    assert lost(shelf_sample.absurd(), lang) == []


@pytest.mark.skipif(not REAL.exists(), reason="the real procedures are not beside this checkout")
def test_nothing_of_the_real_procedures_is_left_out() -> None:
    procedures, _ = read_sources([REAL])
    assert len(procedures) == 666
    for procedure in procedures:
        assert lost(procedure, "vi") == [], procedure.code


def part(procedure: Procedure, key: str, lang: str = "vi", day: date | None = TODAY) -> Section:
    return next(one for one in sections(procedure, lang, day) if one.key == key)


def test_papers_come_first_with_their_counts() -> None:
    birth = shelf_sample.catalogue().get("1.001193")
    first = sections(birth, "vi", TODAY)[0]
    assert first.key == "papers"
    assert f"{len(birth.papers)} loại giấy tờ" in first.brief
    assert sum(p.kind == "box" for p in first.paragraphs) == len(birth.papers)
    assert "1 bản chính" in first.paragraphs[1].text


def test_fees_say_which_day_they_hold_and_others_stand_apart() -> None:
    usual = shelf_sample.catalogue().get("2.000815")
    before = Channel(method="Trực tiếp", time="1 ngày")
    dated = replace(
        usual,
        channels=(
            replace(before, fee="10.000 đồng", valid_to=date(2026, 8, 14)),
            replace(before, fee="5.000 đồng", valid_from=date(2026, 8, 15), valid_to=date(2027, 2, 28)),
        ),
    )  # fmt: skip
    said = part(dated, "channels")
    assert said.brief == "Trực tiếp: 1 ngày, 5.000 đồng"
    words = [p.text for p in said.paragraphs]
    assert words.index("Phí, lệ phí: 5.000 đồng") < words.index("Phí, lệ phí và thời hạn áp dụng cho ngày 25/11/2026.")
    assert any("10.000" in text for text in words[words.index("Vào ngày khác (từ … đến 14/08/2026):") :])
    assert part(dated, "channels", day=None).brief == "Trực tiếp: 1 ngày, 10.000 đồng · Trực tiếp: 1 ngày, 5.000 đồng"


def test_a_time_without_a_unit_is_shown_as_it_was_published_and_said_so() -> None:
    said = part(shelf_sample.absurd(), "channels")
    assert "1" not in said.brief.replace("1 cách", ""), "a time nobody can read is no brief"
    assert any(p.text == "Thời hạn: 1 (nguồn công bố không ghi đơn vị)" for p in said.paragraphs)


def test_what_is_missing_is_named() -> None:
    bare = replace(shelf_sample.catalogue().get("1.001193"), agency="", legal_basis=())
    said = part(bare, "missing")
    assert said.brief == "Thiếu 2 mục"
    assert [p.text for p in said.paragraphs[1:]] == ["• cơ quan thực hiện", "• căn cứ pháp lý"]
    assert all(one.key != "missing" for one in sections(shelf_sample.catalogue().get("1.001193"), "vi", TODAY))


def test_a_brief_is_short_or_a_count() -> None:
    for one in sections(shelf_sample.absurd(), "vi", TODAY):
        assert len(one.brief) <= 120, one
