"""The kiosk's record of requests, through restarts, power cuts and bad cards."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queue_kit.paper import spool as spool_module
from queue_kit.paper.errors import SpoolError
from queue_kit.paper.spool import Spool, SpoolEntry

CONTENT = {"number": "A025", "service_name": "Hộ tịch"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "requests.spool"


def visit(spool: Spool, name: str, *steps: str) -> None:
    for step in steps:
        if step == "given":
            spool.given(name, ticket_id=f"t-{name}", number=f"A{name}", slip=CONTENT)
        elif step == "failed":
            spool.failed(name, "paper.out")
        else:
            getattr(spool, step)(name)


def states(path: Path) -> dict[str, str]:
    spool = Spool(path)
    try:
        return {entry.request_id: entry.state for entry in spool._entries.values()}
    finally:
        spool.close()


def test_a_visit_that_went_well_leaves_nothing_to_do(path: Path) -> None:
    spool = Spool(path)
    visit(spool, "001", "asked", "given", "printing", "printed")
    spool.close()
    again = Spool(path)
    assert again.pending() == []
    assert again.entry("001").state == "printed"
    assert [entry.number for entry in again.numbers()] == ["A001"]
    assert again.damage is None


@pytest.mark.parametrize(
    ("steps", "todo"),
    [
        (["asked"], "cancel"),
        (["asked", "given"], "print"),
        (["asked", "given", "printing"], "reprint"),
        (["asked", "given", "printing", "printed", "printing"], "reprint"),
        (["asked", "given", "printing", "failed"], None),
        (["asked", "cancelled"], None),
        (["asked", "given", "failed"], None),
    ],
)
def test_after_a_crash_it_knows_what_is_left_to_do(path: Path, steps: list[str], todo: str | None) -> None:
    visit(Spool(path), "001", *steps)  # never closed: the process died
    pending = Spool(path).pending()
    assert [entry.todo for entry in pending] == ([todo] if todo else [])
    if todo in {"print", "reprint"}:
        assert pending[0].slip == CONTENT
        assert pending[0].number == "A001"
        assert pending[0].ticket_id == "t-001"


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ([], "given"),
        ([], "printed"),
        (["asked"], "printing"),
        (["asked"], "printed"),
        (["asked", "given"], "printed"),
        (["asked", "cancelled"], "given"),
        (["asked", "cancelled"], "printing"),
        (["asked", "given", "printing", "printed"], "failed"),
    ],
)
def test_a_step_out_of_order_is_refused_and_changes_nothing(path: Path, steps: list[str], wrong: str) -> None:
    spool = Spool(path)
    visit(spool, "001", *steps)
    before = path.read_bytes()
    with pytest.raises(SpoolError) as caught:
        visit(spool, "001", wrong)
    assert caught.value.key == "spool.wrong_state"
    assert path.read_bytes() == before


def test_the_same_answer_twice_changes_nothing_but_another_ticket_is_refused(path: Path) -> None:
    spool = Spool(path)
    visit(spool, "001", "asked", "given", "printing", "printed")
    before = path.read_bytes()
    visit(spool, "001", "asked", "given")
    assert path.read_bytes() == before
    assert spool.entry("001").state == "printed"
    with pytest.raises(SpoolError):
        spool.given("001", ticket_id="another", number="A002", slip=CONTENT)


def test_an_unknown_request(path: Path) -> None:
    with pytest.raises(SpoolError) as caught:
        Spool(path).entry("nobody")
    assert caught.value.key == "spool.unknown"


def test_cut_at_each_byte_it_holds_exactly_the_whole_lines(path: Path, tmp_path: Path) -> None:
    spool = Spool(path)
    ends = [(path.stat().st_size, {})]
    for name, step in [
        ("001", "asked"), ("001", "given"), ("002", "asked"), ("001", "printing"),
        ("001", "printed"), ("002", "given"), ("002", "printing"), ("002", "failed"),
    ]:  # fmt: skip
        visit(spool, name, step)
        entries: dict[str, str] = {entry.request_id: entry.state for entry in spool._entries.values()}
        ends.append((path.stat().st_size, entries))  # type: ignore[arg-type]
    spool.close()
    whole = path.read_bytes()
    for cut in range(ends[0][0], len(whole) + 1):
        torn = tmp_path / "torn"
        torn.write_bytes(whole[:cut])
        promised = [known for size, known in ends if size <= cut][-1]
        assert states(torn) == promised, cut
        assert states(torn) == promised, cut  # and once more from the repaired file
        assert list(tmp_path.glob("torn.corrupt.*")) == []


def test_cut_within_its_first_line_the_file_is_kept_aside(path: Path) -> None:
    Spool(path).close()
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        spool = Spool(path)
        assert spool.damage is not None
        assert spool.damage.kept_as.read_bytes() == whole[:cut]
        visit(spool, "001", "asked")
        spool.close()
        assert states(path) == {"001": "asked"}


def test_damage_in_the_middle_is_reported_and_the_rest_is_saved(path: Path) -> None:
    spool = Spool(path)
    visit(spool, "001", "asked", "given")
    visit(spool, "002", "asked", "given")
    spool.close()
    whole = bytearray(path.read_bytes())
    at = whole.index(b"t-001")
    whole[at] ^= 0x20
    path.write_bytes(whole)
    again = Spool(path)
    assert again.damage is not None
    assert (again.damage.read_lines, again.damage.lost_lines) == (4, 1)
    assert again.damage.kept_as.read_bytes() == bytes(whole)
    assert ".corrupt." in again.damage.kept_as.name
    assert again.entry("001").todo == "cancel"
    assert again.entry("002").todo == "print"
    again.close()
    assert Spool(path).damage is None


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
@settings(max_examples=80, deadline=None)
def test_any_flipped_bit_is_noticed(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    path = tmp_path_factory.mktemp("spool") / "requests.spool"
    spool = Spool(path)
    visit(spool, "001", "asked", "given", "printing")
    spool.close()
    whole = bytearray(path.read_bytes())
    at %= len(whole)
    whole[at] ^= 1 << bit
    path.write_bytes(whole)
    again = Spool(path)
    torn_tail = again.damage is None
    assert not torn_tail or at == len(whole) - 1  # only the very last line's end could also have been torn off
    assert all(entry.number in {None, "A001"} for entry in again._entries.values())
    again.close()


def test_a_full_card_promises_nothing_and_recovers(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(path)
    visit(spool, "001", "asked")
    before = path.read_bytes()
    real_write = os.write

    def half_then_full(fd: int, data: Any) -> int:
        if len(data) > 10:
            return real_write(fd, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool_module.os, "write", half_then_full)
    for _ in range(2):
        with pytest.raises(SpoolError) as caught:
            visit(spool, "001", "given")
        assert caught.value.key == "spool.unwritable"
    assert spool.entry("001").state == "asked"
    monkeypatch.undo()
    assert path.read_bytes() == before
    visit(spool, "001", "given")
    spool.close()
    assert states(path) == {"001": "given"}


def test_a_failing_flush_promises_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(path)

    def broken(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(spool_module.os, "fsync", broken)
    with pytest.raises(SpoolError):
        visit(spool, "001", "asked")
    monkeypatch.undo()
    assert spool.pending() == []
    visit(spool, "002", "asked")
    assert states(path) == {"002": "asked"}


def test_each_change_is_flushed_before_it_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(path)
    flushed: list[int] = []
    real_fsync = os.fsync

    def watched(fd: int) -> None:
        real_fsync(fd)
        flushed.append(os.fstat(fd).st_size)

    monkeypatch.setattr(spool_module.os, "fsync", watched)
    for count, step in enumerate(["asked", "given", "printing", "printed"], start=1):
        visit(spool, "001", step)
        assert len(flushed) == count
        assert flushed[-1] == path.stat().st_size


def test_it_stays_small_and_forgets_only_what_is_finished(path: Path) -> None:
    spool = Spool(path, keep_finished=5)
    visit(spool, "open", "asked", "given")
    for count in range(300):
        visit(spool, f"{count:03}", "asked", "given", "printing", "printed")
    assert spool._lines < 600
    spool.close()
    again = Spool(path, keep_finished=5)
    assert [entry.request_id for entry in again.pending()] == ["open"]
    assert again.pending()[0].slip == CONTENT
    assert [entry.number for entry in again.numbers()] == ["Aopen", *(f"A{count:03}" for count in range(295, 300))]
    assert again.entry("299") == SpoolEntry("299", "printed", ticket_id="t-299", number="A299")
    assert path.stat().st_size < 2000
