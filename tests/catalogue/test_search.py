from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.search import QUERIES, Query, grown, read_queries
from queue_core.vietnamese import fold
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.words import read_synonyms
from tests.catalogue.real import needs_the_real_list, records

ASKED = {
    "Đăng ký khai sinh": "1.001193",
    "dang ky khai sinh": "1.001193",
    "DANG KY KHAI SINH": "1.001193",
    "đăng ký khai sihn": "1.001193",
    "ddawng kys khai sinh": "1.001193",
    "dangky khaisinh": "1.001193",
    "làm giấy khai sinh": "1.001193",
    "khai sin": "1.001193",
    "sao y": "2.000815",
    "nhập hộ khẩu": "1.004222",
    "xin xác nhận độc thân": "1.004873",
    "làm sổ đỏ": "1.013978",
    "mai táng phí": "2.000821",
    "mở quán ăn": "1.001612",
    "lăn tay": "2.000884",
    "1.004222": "1.004222",
    "1004222": "1.004222",
    "004222": "1.004222",
    "1.0042": "1.004222",
}


@pytest.mark.parametrize("typed", ASKED)
def test_what_is_typed_finds_its_procedure_first(shipped: Catalogue, typed: str) -> None:
    found = [hit.code for hit in shipped.search(typed)]
    assert found[:1] == [ASKED[typed]]


@pytest.mark.parametrize("typed", ["", " ", "?!", "\u200b", "zzzzqqq", "9.99"])
def test_what_says_nothing_finds_nothing(shipped: Catalogue, typed: str) -> None:
    assert shipped.search(typed) == []


def test_a_form_that_only_the_papers_name_is_found_in_the_text(shipped: Catalogue) -> None:
    hits = shipped.search("CT01")
    assert {hit.code for hit in hits} == {"1.004222", "1.004194"}
    assert all(hit.in_text for hit in hits)


def test_hits_come_best_first_and_no_more_than_asked(shipped: Catalogue) -> None:
    hits = shipped.search("đăng ký", limit=4)
    assert len(hits) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.code for hit in hits}) == 4


@given(st.text(st.sampled_from("aăâdđeêghikmnoôơtuưấệ 0123456789.\"'*()-:^%\n"), max_size=80))
def test_whatever_is_typed_gives_an_answer(shipped: Catalogue, typed: str) -> None:
    codes = [hit.code for hit in shipped.search(typed, limit=5)]
    assert len(codes) == len(set(codes)) <= 5


def test_a_small_catalogue_answers_what_it_has_nothing_for(shipped: Catalogue) -> None:
    for group in read_synonyms().same:
        for phrase in group:
            assert len(shipped.search(phrase, limit=3)) <= 3, phrase


@needs_the_real_list
def test_the_ordinary_procedure_comes_before_its_rare_variant(real: Catalogue) -> None:
    for typed, first in {"khai sinh": "1.001193", "ket hon": "1.000894", "khai tử": "1.000656"}.items():
        assert real.search(typed)[0].code == first


# ------------------------------------------------------------------ the queries that are measured
def words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def queries() -> list[Query]:
    return read_queries(QUERIES)


def test_there_are_queries_of_every_kind_and_none_twice() -> None:
    kinds = Counter(query.kind for query in queries())
    assert kinds.total() >= 200
    assert all(kinds[kind] >= 60 for kind in ("accent_free", "mistyped", "colloquial"))
    assert not [ask for ask, times in Counter(query.ask for query in queries()).items() if times > 1]
    held_out = sum(query.held_out for query in queries())
    assert 0.25 < held_out / kinds.total() < 0.42


def test_accent_free_queries_have_no_accents() -> None:
    assert [q.ask for q in queries() if q.kind == "accent_free" and fold(q.ask) != q.ask.lower()] == []


@needs_the_real_list
def test_colloquial_queries_are_not_the_procedures_names() -> None:
    names = {one["ma_thu_tuc"]: set(words(one["ten_thu_tuc"])) for one in records()}
    for query in queries():
        assert names.keys() >= set(query.codes), query
        if query.kind == "colloquial":
            said = words(query.ask)
            for code in query.codes:
                shared = sum(word in names[code] for word in said)
                assert shared <= len(said) / 2, (query.ask, code)


@needs_the_real_list
def test_nineteen_of_twenty_are_answered_among_the_first_three(real: Catalogue) -> None:
    asked = queries()
    missed = [q for q in asked if not {h.code for h in real.search(q.ask, limit=3)} & set(q.codes)]
    assert len(missed) <= 0.05 * len(asked), [q.ask for q in missed]
    held_out = [q for q in asked if q.held_out]
    assert sum(q.held_out for q in missed) <= 0.05 * len(held_out)


@needs_the_real_list
def test_every_everyday_phrase_finds_its_procedure(real: Catalogue) -> None:
    known = {entry.code for entry in real.entries()}
    phrases = [(phrase, code) for code, all_of in read_synonyms().also.items() if code in known for phrase in all_of]
    phrases = phrases[::3]
    lost = [p for p, code in phrases if code not in {h.code for h in real.search(p, limit=5)}]
    assert len(lost) <= 0.01 * len(phrases), lost


@needs_the_real_list
def test_every_real_name_finds_itself(real: Catalogue) -> None:
    by_name = {entry.name: set() for entry in real.entries()}  # type: ignore[var-annotated]
    for entry in real.entries():
        by_name[entry.name].add(entry.code)
    lost = []
    for entry in real.entries()[::7]:
        found = {hit.code for hit in real.search(fold(entry.name), limit=5)}
        if not found & by_name[entry.name]:
            lost.append(entry.code)
    assert len(lost) <= 2, lost


def test_a_grown_catalogue_is_the_same_for_the_same_seed(shipped: Catalogue) -> None:
    procedures = shipped.procedures()
    one, other = grown(procedures, 60, 7), grown(procedures, 60, 7)
    assert one == other
    assert len({p.code for p in one}) == 60
    assert grown(procedures, 60, 8) != one
