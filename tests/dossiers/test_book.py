"""A dossier's way through the book, from the receipt to the hand-over, and what it may not do."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queue_core.dossiers import CHARACTERS, ENDED, FOLLOWS, DossierState
from queue_core.errors import JournalError, MotcuaError
from queue_hub.dossiers.record import NewDossier, Person
from tests.dossiers.house import NAME, DeskHouse, S, local


def key_of(work: Callable[[], object]) -> str:
    with pytest.raises(MotcuaError) as found:
        work()
    assert found.value.vi
    assert found.value.en
    return found.value.key


def test_a_dossier_from_the_receipt_to_the_hand_over(house: DeskHouse) -> None:
    first = house.accept()
    assert (first.code, first.state, first.due) == ("H55.242-261125-0001", S.ACCEPTED, local("2026-12-02 17:00"))
    assert house.accept().code == "H55.242-261125-0002"
    code = first.code
    house.book.move(code, S.PROCESSING, by="officer:lan")
    house.goes_to("2026-11-26 09:00")
    house.book.ask_supplement(code, "Giấy chứng sinh; Giấy kết hôn", by="officer:lan")
    house.goes_to("2026-11-30 15:30")
    assert house.book.papers_brought(code, by="officer:lan").due == local("2026-12-08 17:00")
    house.goes_to("2026-12-04 09:00")
    house.book.extend(code, local("2026-12-10 17:00"), "Chờ xác minh", by="officer:lan")
    house.goes_to("2026-12-10 10:00")
    house.book.move(code, S.READY, by="officer:lan")
    house.goes_to("2026-12-11 08:00")
    done = house.book.give_back(code, by="officer:lan")
    assert done == house.book.get(code)
    assert (done.state, done.returned, done.told_in_time) == (S.RETURNED, local("2026-12-11 08:00"), True)
    assert house.changes() == [
        ("accepted", 2, False), ("accepted", 2, False), ("state_4", 4, False), ("supplement_asked", 5, False),
        ("supplement_brought", 4, False), ("extended", 4, False), ("state_9", 9, False), ("returned", 10, True),
    ]  # fmt: skip


def test_the_book_outlives_the_hub(house: DeskHouse) -> None:
    made = house.accept()
    secret = house.book.key.characters(made.code)
    house.reopen()
    assert house.book.get(made.code) == made
    assert house.book.person(made.code).name == NAME
    assert house.book.key.characters(made.code) == secret
    assert re.fullmatch(f"[{CHARACTERS}]{{4}}", secret)
    assert house.accept().code == "H55.242-261125-0002"


@pytest.mark.parametrize(
    ("work", "key"),
    [
        (lambda h, c: h.book.give_back(c, by="x"), "dossier.wrong_state"),
        (lambda h, c: h.book.papers_brought(c, by="x"), "dossier.wrong_state"),
        (lambda h, c: h.book.move(c, S.SUPPLEMENT, by="x"), "dossier.use_own_action"),
        (lambda h, c: h.book.move(c, S.RETURNED, by="x"), "dossier.use_own_action"),
        (lambda h, _c: h.book.move("H55.242-261125-0099", S.READY, by="x"), "dossier.unknown"),
        (lambda h, c: h.accept(code=c), "dossier.exists"),
        (lambda h, _c: h.accept(code="H55.242-261126-0001"), "dossier.code_invalid"),
        (lambda h, _c: h.accept(code="079203001234|1|A|01011990|Nam|B|01012020"), "dossier.code_invalid"),
        (lambda h, _c: h.accept(service="khong-co"), "service.unknown"),
        (lambda h, _c: h.accept(person={"name": "079203001234"}), "dossier.no_card_here"),
        (lambda h, _c: h.accept(matter="Khai sinh 0792 0300 1234"), "dossier.no_card_here"),
        (lambda h, c: h.book.ask_supplement(c, "căn cước 079203001234", by="x"), "dossier.no_card_here"),
        (lambda h, c: h.book.extend(c, local("2026-11-26 09:00"), "x", by="x"), "dossier.extension_earlier"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    house: DeskHouse, work: Callable[[DeskHouse, str], object], key: str
) -> None:
    made = house.accept()
    before = house.changes()
    assert key_of(lambda: work(house, made.code)) == key
    assert house.book.get(made.code) == made
    assert house.changes() == before


def test_once_ended_nothing_moves_it(house: DeskHouse) -> None:
    code = house.accept().code
    house.book.move(code, S.STOPPED, by="x")
    for work in (
        lambda: house.book.move(code, S.PROCESSING, by="x"),
        lambda: house.book.ask_supplement(code, "Giấy", by="x"),
        lambda: house.book.extend(code, local("2026-12-30 17:00"), "x", by="x"),
        lambda: house.book.give_back(code, by="x"),
    ):
        assert key_of(work) == "dossier.ended"


def test_a_dossier_that_was_not_accepted(house: DeskHouse) -> None:
    refused = house.accept(refused_why="Không thuộc thẩm quyền")
    assert (refused.state, refused.ended) == (S.REFUSED, local("2026-11-25 08:30"))
    assert house.changes() == [("refused", 3, False)]
    assert house.book.results("2026-11").received == 0


def test_a_code_and_a_date_of_the_one_stop_system_are_taken_as_they_are(house: DeskHouse) -> None:
    made = house.accept(code=" 000.17.22.h56-261120-0007 ", due="2026-12-24T10:00:00+07:00")
    assert (made.code, made.due, made.given_due) == ("000.17.22.H56-261120-0007", local("2026-12-24 10:00"), True)


def test_two_officers_at_once_get_two_codes(house: DeskHouse) -> None:
    codes: list[str] = []
    threads = [threading.Thread(target=lambda: codes.append(house.accept().code)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(codes) == [f"H55.242-261125-{n:04d}" for n in range(1, 9)]


def test_what_the_disk_does_not_take_is_not_in_the_book(house: DeskHouse) -> None:
    space_again = house.fill_the_disk()
    refused = 0
    for _ in range(40):
        try:
            house.accept(matter="Đất đai " * 100)
        except JournalError:
            refused += 1
    space_again()
    written = len(house.changes())
    assert refused > 0
    assert len(house.book.latest()) == written


def test_while_nobody_knows_the_date_nothing_is_accepted(new_house: Callable[..., DeskHouse]) -> None:
    house = new_house()
    house.clock.reboot(house.clock.read().utc_ms - 10**10, "boot-2", "floor")
    house.tick()
    assert key_of(house.accept) == "dossier.no_clock"


def test_a_month_in_figures(house: DeskHouse) -> None:
    made = [house.accept().code for _ in range(4)]
    for code in made[:3]:
        house.book.move(code, S.READY, by="x") if code != made[2] else None
    house.book.give_back(made[0], by="x")
    house.goes_to("2026-12-03 08:00")
    house.book.move(made[2], S.READY, by="x")  # a day late, in December
    november, december = house.book.results("2026-11"), house.book.results()
    assert (november.received, november.ready, november.on_time, november.returned) == (4, 2, 2, 1)
    assert (december.month, december.received, december.ready, december.on_time) == ("2026-12", 0, 1, 0)
    assert set(december.ready_codes) == {made[1], made[2]}


# ---------------------------------------------------------------------- privacy
def everywhere(house: DeskHouse) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(house.folder.glob("*")) if path.is_file())


def test_the_person_stands_in_one_table_and_is_overwritten_at_its_date(house: DeskHouse) -> None:
    code = house.accept().code
    assert NAME.encode() in everywhere(house), "the search finds what is there"
    events = "".join(str(record.body) for record in house.journal.records())
    assert NAME not in events
    assert code not in events
    assert house.book.key.hash(code) in events
    assert NAME not in house.book.get(code).model_dump_json()
    house.book.move(code, S.STOPPED, by="x")
    house.goes_to("2026-12-24 08:00")
    assert house.book.forget() == 0
    house.goes_to("2026-12-26 08:00")
    assert house.book.forget() == 1
    assert house.book.person(code) == Person()
    assert house.book.get(code).state is S.STOPPED
    house.journal._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    assert NAME.encode() not in everywhere(house)
    house.goes_to("2027-11-27 08:00")
    assert house.book.forget() == 1
    assert key_of(lambda: house.book.get(code)) == "dossier.unknown"


def test_the_journal_holds_a_hash_that_tells_nothing(house: DeskHouse) -> None:
    code = house.accept().code
    digest, _keep = house.book.keep_for_ticket(code)
    assert re.fullmatch(r"[0-9a-f]{32}", digest)
    assert digest not in {code.encode().hex()[:32], code.encode().hex()}
    assert digest != house.book.key.hash(code.replace("0001", "0002"))
    assert digest not in {hashlib.new(name, code.encode()).hexdigest()[:32] for name in ("md5", "sha1", "sha256")}


# ---------------------------------------------------------------------- any course
ACTS = st.lists(
    st.tuples(st.sampled_from(["move", "ask", "brought", "extend", "back"]), st.integers(1, 10), st.integers(0, 4)),
    max_size=9,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_any_course_follows_the_table_and_asks_and_extends_once(house: DeskHouse, acts: list[Any]) -> None:
    book = house.book
    code = house.accept().code
    asked = extended = 0
    for act, number, days in acts:
        before = book.get(code)
        house.clock.pass_s(days * 86_400)
        house.tick()
        until = before.due.replace(year=before.due.year + 1, month=3, day=3 + number)
        deeds: dict[str, Callable[[], object]] = {
            "move": lambda n=number: book.move(code, DossierState(n), by="x"),
            "ask": lambda: book.ask_supplement(code, "Giấy", by="x"),
            "brought": lambda: book.papers_brought(code, by="x"),
            "extend": lambda u=until: book.extend(code, u, "x", by="x"),
            "back": lambda: book.give_back(code, by="x"),
        }
        try:
            deeds[act]()
        except MotcuaError:
            assert book.get(code) == before
            continue
        after = book.get(code)
        asked += act == "ask"
        extended += act == "extend"
        assert after.state in FOLLOWS[before.state] or act == "extend"
        assert before.state not in ENDED
    assert asked <= 1
    assert extended <= 1


def test_a_new_dossier_takes_no_unknown_field() -> None:
    with pytest.raises(ValueError, match="extra_forbidden"):
        NewDossier.model_validate({"matter": "Khai sinh", "identity": "079203001234"})
