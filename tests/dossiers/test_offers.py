"""What each of the ten states says to its citizen, with and without the receipt's 4 characters."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from queue_core.deadlines import WorkCalendar
from queue_core.dossiers import ENDED, FOLLOWS, RULES, STATE_WORDS, STEPS, Dossier, DossierState, late, offer
from tests.dossiers.test_deadlines import at, setup

CALENDAR = WorkCalendar(setup())
NOW = at("2026-11-25 09:00")
DUE = at("2026-11-27 16:30")
CODE = "H55.242-261120-0001"


def dossier(state: int, **more: object) -> Dossier:
    values: dict[str, object] = {"code": CODE, "state": DossierState(state), "due": DUE, "secret": "7KQM", **more}
    return Dossier(**values)  # type: ignore[arg-type]


#: state → step, mark, offer, kind of number, a part of the sentence without and with the 4 characters
TABLE = [
    (1, 1, "your_turn", "number", "guide", "chưa được tiếp nhận", "chưa được tiếp nhận"),
    (2, 2, "going", "come_on", None, "ghi trên Giấy tiếp nhận", "16:30 chiều thứ Sáu, 27/11 (dự kiến)"),
    (3, 2, "stopped", "number", "guide", "lý do", "Ghi chú: Sai thẩm quyền"),
    (4, 3, "going", "come_on", None, "ghi trên Giấy tiếp nhận", "16:30 chiều thứ Sáu, 27/11 (dự kiến)"),
    (5, 3, "your_turn", "number", "supplement", "Bổ sung hồ sơ", "Cần bổ sung: Giấy chứng sinh"),
    (6, 3, "your_turn", "number", "fee", "Thu phí, lệ phí", "Cần nộp: 20.000 đồng"),
    (7, 3, "stopped", "number", "guide", "được rút", "được rút"),
    (8, 3, "stopped", "number", "guide", "dừng giải quyết", "dừng giải quyết"),
    (9, 4, "your_turn", "number", "collect", "Đã có kết quả", "Đã có kết quả"),
    (10, 5, "done", "nothing", None, "đã được trả", "trả ngày 24/11/2026"),
]
TODO = {3: "Sai thẩm quyền", 5: "Giấy chứng sinh", 6: "20.000 đồng"}


@pytest.mark.parametrize(("state", "step", "mark", "kind", "number", "closed", "opened"), TABLE)
def test_each_state(  # noqa: PLR0917 -- a table
    state: int, step: int, mark: str, kind: str, number: str | None, closed: str, opened: str
) -> None:
    of = dossier(state, todo=TODO.get(state, ""), returned_on=date(2026, 11, 24) if state == 10 else None)
    rule = RULES[of.state]
    assert (rule.step, rule.mark) == (step, mark)
    shut = offer(of, opened=False, now=NOW, calendar=CALENDAR)
    full = offer(of, opened=True, now=NOW, calendar=CALENDAR)
    assert (shut.kind, shut.service_kind) == (full.kind, full.service_kind) == (kind, number)
    assert closed in shut.sentence[0]
    assert opened in full.sentence[0]
    assert all((shut.sentence[1], full.sentence[1]))
    assert bool(shut.bring[0]) is (number is not None)


@pytest.mark.parametrize("state", range(1, 11))
def test_without_the_four_characters_nothing_but_the_degree_of_completion(state: int) -> None:
    of = dossier(state, todo="Giấy chứng sinh", returned_on=date(2026, 11, 24), counters=(3,), extended=True)
    for now in (NOW, DUE + timedelta(days=9), None):
        said = " ".join(offer(of, opened=False, now=now, calendar=CALENDAR).sentence)
        assert not any(told in said for told in ("27/11", "16:30", "chứng sinh", "24/11", "xin lỗi", "trễ", "apolog"))


def test_everything_is_there_for_all_ten() -> None:
    assert [row[0] for row in TABLE] == [int(s) for s in DossierState] == list(RULES) == list(STATE_WORDS)
    assert {rule.step for rule in RULES.values()} == set(range(1, len(STEPS) + 1))
    assert {s for s in DossierState if not FOLLOWS[s]} == ENDED


@pytest.mark.parametrize(
    ("more", "now", "said"),
    [
        ({}, NOW, "Hẹn trả kết quả: 16:30 chiều thứ Sáu, 27/11 (dự kiến)."),
        ({"estimated": False}, NOW, "Hẹn trả kết quả: 16:30 chiều thứ Sáu, 27/11."),
        ({}, at("2026-11-27 08:00"), "Hẹn trả kết quả: lúc 16:30 (dự kiến)."),
        ({}, at("2026-12-01 08:00"), "Hồ sơ trễ hẹn 2 ngày làm việc. Trung tâm xin lỗi quý vị"),
        ({"extended": True, "estimated": False}, NOW, "Trung tâm xin lỗi vì phải hẹn lại: 16:30 chiều thứ Sáu, 27/11."),
        ({"due": None}, NOW, "Chưa có ngày hẹn"),
        ({}, None, "27/11 (dự kiến)"),  # nobody knows the date: nothing is called late
    ],
)
def test_the_date_in_words(more: dict[str, object], now: datetime | None, said: str) -> None:
    assert said in offer(dossier(4, **more), opened=True, now=now, calendar=CALENDAR).sentence[0]


@pytest.mark.parametrize(("state", "is_late"), [(4, True), (5, True), (9, False), (10, False), (8, False)])
def test_only_what_still_runs_is_late(state: int, is_late: bool) -> None:
    assert late(dossier(state), DUE + timedelta(days=30), CALENDAR).late is is_late
