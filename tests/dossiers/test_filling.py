"""A published procedure as a proposal for the form: times that are terms, fees as on receipts, nothing guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from queue_hub.dossiers.filling import fee_words, filling_of, term_of
from queue_hub.dossiers.record import NewDossier
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.procedure import Case, Channel, Paper, Procedure
from queue_kit.catalogue.shipped import SOURCE
from tests.catalogue.real import LIST, needs_the_real_list
from tests.core.life import office

SETUP = office(
    services=[
        {"id": "ho-tich", "name": "Hộ tịch", "prefix": "A", "fields": ["Hộ tịch"]},
        {"id": "huong-dan", "name": "Hướng dẫn", "prefix": "U", "kind": "guide"},
    ],
    counters=[{"id": "q1", "number": 1, "services": ["ho-tich", "huong-dan"]}],
)
TODAY = date(2026, 11, 26)


def procedure(**values: Any) -> Procedure:
    return Procedure(**{"code": "1.001193", "name": "Thủ tục đăng ký khai sinh", "field": "Hộ tịch", **values})


@pytest.mark.parametrize(
    ("time", "term"),
    [
        ("7 Ngày làm việc", ("days", 7)), ("01 ngày làm việc", ("days", 1)), ("1 Giờ", ("hours", 1)),
        ("0.5 Giờ", ("hours", 1)), ("03 giờ làm việc", ("hours", 3)), ("Ngay trong ngày", ("same_day", 0)),
        # nobody may guess: calendar days, a number without a unit, no limit, longer than any
        ("15 Ngày", None), ("1", None), ("", None), ("Không quy định", None), ("0 Giờ", None),
        ("900 Ngày làm việc", None),
    ],
)  # fmt: skip
def test_a_time_is_a_term_only_when_it_says_so(time: str, term: tuple[str, int] | None) -> None:
    assert term_of(time) == term


@pytest.mark.parametrize(
    ("fee", "words"),
    [
        ("Miễn phí", "Miễn phí"), ("20,000 VNĐ", "20.000 đồng"), ("Phí : 0 Đồng", "Miễn phí"),
        ("Lệ phí : 0 Đồng", "Miễn phí"),
        ("10,000 Việt Nam Đồng(/trường hợp)", "10.000 đồng (/trường hợp)"), ("", ""),
        ("1,200,000 VNĐ(1.200.000 đồng/lần)", "1.200.000 đồng (1.200.000 đồng/lần)"),
        ("Lệ phí : 1.5 USD", "Lệ phí : 1.5 USD"),
    ],
)  # fmt: skip
def test_a_fee_reads_as_on_a_receipt(fee: str, words: str) -> None:
    assert fee_words(fee) == words


def test_a_day_s_fee_is_proposed_and_the_counter_comes_first() -> None:
    channels = (
        Channel(method="Trực tuyến", time="7 Ngày làm việc", fee="10,000 VNĐ"),
        Channel(method="Trực tiếp", time="7 Ngày làm việc", fee="20,000 VNĐ", valid_to=date(2026, 8, 14)),
        Channel(method="Trực tiếp", time="7 Ngày làm việc", fee="15,000 VNĐ", valid_from=date(2026, 8, 15)),
        Channel(method="Dịch vụ bưu chính", time="5", time_unclear=True, fee=""),
    )
    found = filling_of(procedure(channels=channels), SETUP, TODAY)
    assert [(way.channel, way.term_count, way.fee) for way in found.ways] == [
        (1, 7, "15.000 đồng"), (2, 7, "10.000 đồng"), (3, 0, ""),
    ]  # fmt: skip
    assert found.ways[2].term_kind is None
    assert (found.service, found.matter) == ("ho-tich", "Thủ tục đăng ký khai sinh")
    assert filling_of(procedure(field="Việc lạ"), SETUP, TODAY).service is None, "guidance accepts no dossiers"


def test_papers_stay_by_case_and_long_ones_are_cut_for_the_receipt() -> None:
    papers = (Paper(name="Tờ khai | mẫu 01", originals=1), Paper(name="Rất dài " * 90, copies=2))
    found = filling_of(procedure(cases=(Case(papers=papers), Case(name="Chỉ có ghi chú"))), SETUP, None)
    (case,) = found.cases
    assert [(p.name[:12], p.originals, p.copies) for p in case.papers] == [
        ("Tờ khai / mẫ", 1, 0),
        ("Rất dài Rất ", 0, 2),
    ]
    assert max(len(p.name) for p in case.papers) <= 300


@pytest.mark.parametrize("source", [SOURCE, pytest.param(LIST, marks=needs_the_real_list)], ids=["shipped", "real"])
def test_every_procedure_can_be_accepted_as_it_is_proposed(source: Any) -> None:
    for one in read_sources([source])[0]:
        found = filling_of(one, SETUP, TODAY)
        for way in found.ways[:1]:
            NewDossier(
                matter=found.matter, procedure=found.code, fee=way.fee, term_kind=way.term_kind or "days",
                term_count=way.term_count,
                papers=[paper.model_dump() for case in found.cases for paper in case.papers][:150],
            )  # fmt: skip
