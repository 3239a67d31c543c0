"""Where the numbers go on when the journal that counted them is gone: who is believed, and what if nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import Moment
from queue_core.decisions.series import NEW_LETTER, ask_witnesses, believed, settle, unused_prefix
from queue_core.engine import Context, decide, first_day, fold
from queue_core.office import Office
from queue_core.state import State
from tests.core.life import at, office

NOW = Moment(at("2026-11-23 08:00"), 1, "boot-1", "ntp")


def day(setup: Office | None = None, *, now: Moment = NOW, **series: int) -> State:
    """A new journal's first day; ``series``: what is left of the old one."""
    known = {prefix.replace("_", "-"): ordinal for prefix, ordinal in series.items()}
    return fold(State(), first_day(setup or office(), Context(now=now), series=known))


def after(state: State, *events: e.AnyEvent) -> State:
    for event in events:
        state = fold(state, event)
    return state


def numbered(services: list[tuple[str, dict[str, object]]]) -> Office:
    """An office of one counter with these prefixes."""
    return office(
        services=[{"id": f"s{n}", "name": p, "prefix": p, **more} for n, (p, more) in enumerate(services)],
        counters=[{"id": "q1", "number": 1, "services": [f"s{n}" for n in range(len(services))]}],
    )  # fmt: skip


# ---------------------------------------------------------------------- who is believed
@pytest.mark.parametrize(
    ("numbers", "heard"),
    [
        (["A007", "A015", "HT-004"], {"A": 15, "HT-": 4}),
        (["A999"], {"A": 999}),
        (["C012"], {"C": 12}),  # a letter that stood in for another one earlier today
        (["A1000"], {}),  # nobody else has seen the series come near
        (["A99999", "A00015", "A15", "A000"], {"A": 0}),
        (["", "A", "015", "a015", "Ạ015", "A01५", "A-015"], {"A-": 15}),
    ],
)
def test_a_number_must_be_one_of_this_office(numbers: list[str], heard: dict[str, int]) -> None:
    assert believed(day(), numbers) == heard


def test_after_999_comes_1000_also_for_a_witness() -> None:
    assert believed(day(A=990), ["A1004"]) == {"A": 1004}
    assert believed(day(numbered([("A", {"daily_limit": 2000})])), ["A1900"]) == {"A": 1900}


@pytest.mark.parametrize(
    ("prefixes", "number", "heard"),
    [
        (["1", "2"], "1015", {"1": 15}),
        (["1", "20"], "20015", {"20": 15}),
        (["1", "2"], "5007", {"5": 7}),
        (["1", "2"], "2999", {"2": 999}),
        (["1", "2"], "21000", {}),
    ],
)
def test_numbers_of_figures_only(prefixes: list[str], number: str, heard: dict[str, int]) -> None:
    assert believed(day(numbered([(p, {}) for p in prefixes])), [number]) == heard


@pytest.mark.parametrize(
    ("date", "today", "raised"),
    [
        ("2026-11-23", True, {"A": 15}),
        (None, True, {"A": 15}),
        ("2026-11-22", True, None),
        ("2026-11-24", True, None),
        ("2026-11-22", False, {"A": 15}),
    ],
    ids=["today", "it knows no date", "yesterday", "tomorrow", "the hub knows no date"],
)
def test_a_witness_speaks_of_one_day(date: str | None, today: bool, raised: dict[str, int] | None) -> None:
    now = NOW if today else Moment(NOW.utc_ms, 1, "boot-1", "floor")
    events = decide(day(now=now), c.Testify(numbers=("A015",), date=date), Context(now=now))
    assert [event.series for event in events if isinstance(event, e.SeriesRaised)] == ([raised] if raised else [])


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=16), st.from_regex(r"(A|HT-|C|1)[0-9]{1,8}", fullmatch=True)), max_size=20))
def test_whatever_a_witness_says_numbers_go_on_readable_and_upwards(numbers: list[str]) -> None:
    before = day(A=20)
    said = c.Testify(numbers=tuple(number[:16] for number in numbers))
    state = after(before, *decide(before, said, Context(now=NOW)))
    assert all(state.series[prefix] >= ordinal for prefix, ordinal in before.series.items())
    issued = decide(state, c.Issue(service="ho-tich"), Context(now=NOW))[-1]
    assert isinstance(issued, e.TicketIssued)
    assert 20 < issued.ticket["ordinal"] <= 20 + 999 + 1


# ---------------------------------------------------------------------- nobody knows
@pytest.mark.parametrize(
    ("prefix", "taken", "fresh"),
    [
        ("A", {"A", "B", "HT-"}, "C"),
        ("H", {"H"}, "J"),
        ("Z", {"Z"}, "A"),
        ("HT-", {"HT-", "HU-"}, "HV-"),
        ("1", {"1", "2", "30"}, "4"),
        ("9", {"9", "1"}, "2"),
        ("20", {"20", "3"}, "21"),
        ("1", set("123456789"), None),
        ("A", set("ABCDEFGHJKLMNPQRSTUVWXYZ"), None),
    ],
)
def test_the_next_unused_letter(prefix: str, taken: set[str], fresh: str | None) -> None:
    assert unused_prefix(prefix, taken) == fresh


def issue(state: State, service: str = "ho-tich") -> str:
    issued = decide(state, c.Issue(service=service), Context(now=NOW))[-1]
    assert isinstance(issued, e.TicketIssued)
    return str(issued.ticket["number"])


def test_only_series_that_nobody_names_change_their_letter() -> None:
    state = after(day(), *ask_witnesses(Context(now=NOW), spoken=False))
    said = c.Testify(numbers=("A015",), date="2026-11-23")
    state = after(state, *decide(state, said, Context(now=NOW)))
    events = settle(state, Context(now=NOW), known={"A"}, all_known=False)
    state = after(state, *events)
    assert (issue(state), issue(state, "dat-dai")) == ("A016", "HU-001")
    assert state.doubt == "none"
    assert [event.kind for event in events if isinstance(event, e.AlertRaised)] == [NEW_LETTER]


@pytest.mark.parametrize(
    ("spoken", "all_known"), [(True, False), (False, True)], ids=["the file spoke", "a copy of all events"]
)
def test_no_letter_changes_where_somebody_knows_all(spoken: bool, all_known: bool) -> None:
    state = after(day(A=15), *ask_witnesses(Context(now=NOW), spoken=spoken))
    state = after(state, *settle(state, Context(now=NOW), known=set(), all_known=all_known))
    assert (issue(state), issue(state, "dat-dai"), state.alerts) == ("A016", "HT-001", {})


def test_the_letter_is_for_the_day() -> None:
    state = after(day(office(holidays="none")), *ask_witnesses(Context(now=NOW), spoken=False))
    state = after(state, *settle(state, Context(now=NOW), known=set(), all_known=False))
    assert not issue(state).startswith("A")
    tomorrow = Moment(at("2026-11-24 08:00"), 2, "boot-1", "ntp")
    state = after(state, *decide(state, c.Tick(), Context(now=tomorrow)))
    issued = decide(state, c.Issue(service="ho-tich"), Context(now=tomorrow))[-1]
    assert isinstance(issued, e.TicketIssued)
    assert (issued.ticket["number"], state.alerts) == ("A001", {})


def test_where_all_letters_are_taken_the_series_goes_on_in_its_middle() -> None:
    setup = numbered([(str(n), {}) for n in range(1, 10)])
    state = after(day(setup), *ask_witnesses(Context(now=NOW), spoken=False))
    state = after(state, *settle(state, Context(now=NOW), known=set(), all_known=False))
    assert issue(state, "s0") == "1501"
