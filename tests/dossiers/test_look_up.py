"""Looking up at the hub's desk: registries that are away, slow or wrong, and how often anybody may ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from queue_core.dossiers import Dossier, DossierState
from queue_core.errors import MotcuaError
from queue_hub.dossiers import last_answers
from queue_hub.dossiers.errors import RegistryError
from queue_hub.dossiers.last_answers import LastAnswers
from queue_hub.dossiers.secrets import DossierKey
from tests.dossiers.house import NAME, DeskHouse, S, local

CODE = "H55.242-261120-0001"


class Elsewhere:
    """A one-stop system that does what a test says."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.let_go = threading.Event()
        self.asked = 0

    def find(self, code: str, *, deadline_s: float) -> Any:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "slow":
            self.let_go.wait(30)
            return None
        if isinstance(answer, Exception):
            raise answer
        return answer


def known(state: int = 4, **more: Any) -> Dossier:
    values: dict[str, Any] = {"due": local("2026-11-27 16:30"), "estimated": False, "secret": "7KQM", **more}
    return Dossier(code=values.pop("code", CODE), state=DossierState(state), **values)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    registry = Elsewhere()
    yield registry
    registry.let_go.set()


def key_of(work: Callable[[], object]) -> str:
    with pytest.raises(MotcuaError) as found:
        work()
    assert found.value.vi
    return found.value.key


def test_the_book_and_the_registry_answer_alike(new_house: Callable[..., DeskHouse], elsewhere: Elsewhere) -> None:
    house = new_house(registry=elsewhere)
    elsewhere.answers = [known()]
    shut = house.desk.look_up(CODE, None, device="kiosk-1")
    full = house.desk.look_up(CODE.lower(), " 7k qm ", device="kiosk-1")
    assert (shut.step, shut.mark, shut.details, shut.can_open) == (3, "going", None, True)
    assert full.details is not None
    assert full.details.due["vi"] == "16:30 chiều thứ Sáu, 27/11"
    own = house.accept().code
    asked = elsewhere.asked
    assert house.desk.look_up(own, None, device="kiosk-1").step == 2
    assert elsewhere.asked == asked


def test_a_result_that_is_ready_offers_its_number_and_the_counter(house: DeskHouse) -> None:
    code = house.accept().code
    house.book.move(code, S.READY, by="x")
    secret = house.book.key.characters(code)
    body = house.desk.look_up(code, secret, device="kiosk-1")
    assert (body.offer.kind, body.offer.service_kind, body.offer.service) == ("number", "collect", "tra-ket-qua")
    assert "uỷ quyền" in body.offer.bring["vi"]
    assert body.details is not None
    assert body.details.counters == [1]
    assert NAME not in body.model_dump_json()


@pytest.mark.parametrize(
    "trouble", [RegistryError("dossier.registry_away"), OSError("down"), "slow", "nonsense", {"code": 1}]
)
def test_a_registry_that_cannot_say_is_answered_from_what_it_said_last(
    new_house: Callable[..., DeskHouse], elsewhere: Elsewhere, trouble: Any
) -> None:
    house = new_house(registry=elsewhere, deadline_s=0.2)
    elsewhere.answers = [known()]
    assert house.desk.look_up(CODE, None, device="kiosk-1").asof_ms is None
    elsewhere.answers = [trouble]
    house.clock.pass_s(120)
    house.tick()
    later = house.desk.look_up(CODE, None, device="kiosk-1")
    assert later.step == 3
    assert later.asof_ms == house.clock.read().utc_ms - 120_000
    assert key_of(lambda: house.desk.look_up("H55.242-261120-0002", None, device="kiosk-1")) == "dossier.registry_away"


def test_what_a_registry_said_outlives_the_hub_and_tells_nothing_of_anybody(
    new_house: Callable[..., DeskHouse], elsewhere: Elsewhere
) -> None:
    house = new_house(registry=elsewhere, deadline_s=0.2)
    todo = "Giấy chứng sinh của cháu Nguyễn Thị Dấu Vết"
    elsewhere.answers = [known(5, todo=todo)]
    full = house.desk.look_up(CODE, "7KQM", device="kiosk-1")
    assert full.details is not None
    assert full.details.todo == todo
    said_ms = house.clock.read().utc_ms
    elsewhere.answers = [OSError("down")]
    house.clock.pass_s(3600)
    house.reopen()
    later = house.desk.look_up(CODE, None, device="kiosk-1")
    assert (later.mark, later.asof_ms, later.can_open) == (full.mark, said_ms, False)
    assert key_of(lambda: house.desk.look_up(CODE, "7KQM", device="kiosk-2")) == "dossier.no_secret"
    kept = b"".join(path.read_bytes() for path in house.folder.glob("registry-answers.db*"))
    assert house.book.key.hash(CODE).encode() in kept, "the search finds what is there"
    for mark in (CODE, "7KQM", "Dấu Vết", "261120"):
        assert mark.encode() not in kept, mark
    # a dossier the registry knows no more is not remembered either; nor is anything for ever
    elsewhere.answers = [None]
    assert key_of(lambda: house.desk.look_up(CODE, None, device="kiosk-1")) == "dossier.unknown"
    elsewhere.answers = [OSError("down")]
    house.reopen()
    assert key_of(lambda: house.desk.look_up(CODE, None, device="kiosk-1")) == "dossier.registry_away"


def test_the_answers_on_disk_are_bounded_and_damage_begins_them_anew(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(last_answers, "MOST", 20)
    path, now = tmp_path / "answers.db", local("2026-11-25 08:00")
    answers = LastAnswers(path, DossierKey(tmp_path))
    codes = [f"H55.242-261120-{n:04d}" for n in range(30)]
    for minute, code in enumerate(codes):
        answers.keep(code, known(code=code, counters=(3, 12)), now + timedelta(minutes=minute))
    assert [answers.find(code, now) is not None for code in codes] == [False] * 10 + [True] * 20
    found = answers.find(codes[-1], now)
    assert found is not None
    assert (found.counters, found.due, found.as_of) == ((3, 12), known().due, now + timedelta(minutes=29))
    assert answers.find(codes[-1], now + timedelta(days=31)) is None, "too old to say how it stands"
    answers.keep(CODE, known(), now + timedelta(days=40))
    assert answers.find(codes[-1], now) is None
    path.write_bytes(b"no database at all " * 300)
    assert LastAnswers(path, DossierKey(tmp_path)).find(CODE, now) is None
    assert path.stat().st_mode & 0o077 == 0


def test_an_office_without_a_cash_desk_sends_to_guidance(house: DeskHouse) -> None:
    code = house.accept().code
    house.book.move(code, S.FEE, by="x", note="20.000 đồng")
    body = house.desk.look_up(code, house.book.key.characters(code), device="kiosk-1")
    assert (body.offer.service_kind, body.offer.service) == ("fee", "huong-dan")
    assert "20.000 đồng" in body.offer.sentence["vi"]


def test_another_dossier_than_asked_for_is_no_answer(new_house: Callable[..., DeskHouse], elsewhere: Elsewhere) -> None:
    house = new_house(registry=elsewhere)
    elsewhere.answers = [known(code="H55.242-261120-0666")]
    assert key_of(lambda: house.desk.look_up(CODE, None, device="kiosk-1")) == "dossier.registry_away"


def test_a_hanging_registry_holds_two_hands_and_no_more(
    new_house: Callable[..., DeskHouse], elsewhere: Elsewhere
) -> None:
    house = new_house(registry=elsewhere, deadline_s=0.4)
    elsewhere.answers = ["slow"]
    began = time.monotonic()
    for _ in range(15):
        assert key_of(lambda: house.desk.look_up(CODE, None, device="kiosk-1")) == "dossier.registry_away"
    assert elsewhere.asked == 2
    assert time.monotonic() - began < 10 * 0.4, "only the first two citizens waited for it"


def test_an_office_without_a_registry_says_so(new_house: Callable[..., DeskHouse]) -> None:
    house = new_house(registry=None)
    values = house.engine.state.setup.model_dump(mode="json", exclude_defaults=True)
    from queue_core import commands as c

    values["dossiers"] = {"registry": "none"}
    assert house.ask(c.ChangeOffice(office=values), by="officer:boss").ok
    assert not house.desk.offered
    assert key_of(lambda: house.desk.look_up(CODE, None, device="kiosk-1")) == "dossier.not_offered"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("079203001234|1|A|01011990|Nam|B|01012020", "căn cước"),
        ("H55.242-261126-0001", "chưa tới"),
        ("https://evil.example/", "đường dẫn"),
        ("\x01\x02", "quét lại"),
    ],
)
def test_what_is_no_code_is_said_kindly_and_costs_nothing(house: DeskHouse, text: str, said: str) -> None:
    for _ in range(25):
        with pytest.raises(MotcuaError) as found:
            house.desk.look_up(text, None, device="kiosk-1")
        assert found.value.key == "dossier.code_invalid"
        assert said in found.value.vi
        assert "079203001234" not in f"{found.value} {found.value.details}"
    assert key_of(lambda: house.desk.look_up(CODE, None, device="kiosk-1")) == "dossier.unknown"


# ---------------------------------------------------------------------- how often
def tries(house: DeskHouse, times: int, device: str = "kiosk-1") -> list[str]:
    return [
        key_of(lambda n=n: house.desk.look_up(f"H55.242-261120-{n:04d}", None, device=device)) for n in range(times)
    ]  # type: ignore[misc]


def test_twenty_in_ten_minutes_a_device_also_over_a_restart(house: DeskHouse) -> None:
    assert tries(house, 22) == ["dossier.unknown"] * 20 + ["dossier.slow_down"] * 2
    assert tries(house, 1, "kiosk-2") == ["dossier.unknown"]
    house.reopen()
    assert tries(house, 1) == ["dossier.slow_down"]
    house.clock.pass_s(599)
    house.tick()
    assert tries(house, 1) == ["dossier.slow_down"]
    house.clock.pass_s(2)
    house.tick()
    assert tries(house, 1) == ["dossier.unknown"]


def test_the_office_has_a_day_of_look_ups_and_then_a_new_day(new_house: Callable[..., DeskHouse]) -> None:
    house = new_house(lookups_per_day=50)
    found = [key for device in range(4) for key in tries(house, 15, f"kiosk-{device}")]
    assert found == ["dossier.unknown"] * 50 + ["dossier.day_limit"] * 10
    house.reopen()
    assert tries(house, 1, "kiosk-9") == ["dossier.day_limit"]
    house.goes_to("2026-11-26 08:00")
    assert tries(house, 1, "kiosk-9") == ["dossier.unknown"]


def test_wrong_characters_wait_longer_each_time_and_other_kiosks_do_not_help(house: DeskHouse) -> None:
    code = house.accept().code
    right = house.book.key.characters(code)
    wrong = "AAAA" if right != "AAAA" else "BBBB"

    def guess(secret: str, device: str) -> str:
        try:
            return "open" if house.desk.look_up(code, secret, device=device).details else "shut"
        except MotcuaError as error:
            return error.key

    assert [guess(wrong, "kiosk-1") for _ in range(5)] == ["dossier.secret_wrong"] * 4 + ["dossier.secret_wait"]
    house.clock.pass_s(3)
    house.tick()
    assert [guess(wrong, "kiosk-1") for _ in range(2)] == ["dossier.secret_wrong", "dossier.secret_wait"]
    assert guess(wrong, "kiosk-2") == "dossier.secret_wrong"
    # the dossier itself waits now, whoever asks, and so it does after a restart; without the characters it is shown
    assert guess(right, "kiosk-3") == "dossier.secret_wait"
    house.reopen()
    assert guess(right, "kiosk-3") == "dossier.secret_wait"
    assert house.desk.look_up(code, None, device="kiosk-3").step == 2
    house.clock.pass_s(901)
    house.tick()
    assert guess(right, "kiosk-3") == "open"


def test_a_month_of_guessing_opens_nothing(new_house: Callable[..., DeskHouse]) -> None:
    """Four characters are a million; at the limits' speed a whole day is a few dozen tries."""
    house = new_house()
    code = house.accept().code
    made = 0
    for _ in range(24 * 4):
        for n in range(30):
            try:
                house.desk.look_up(code, f"A{n:03d}", device="kiosk-1")
            except MotcuaError as error:
                made += error.key == "dossier.secret_wrong"
        house.clock.pass_s(900)
        house.tick()
    assert 0 < made <= 120
    assert made < len("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") ** 4 / 8000


def test_damaged_counts_begin_anew_and_hold_no_code(house: DeskHouse) -> None:
    code = house.accept().code
    key_of(lambda: house.desk.look_up(code, "ZZZ0", device="kiosk-1"))
    path = house.folder / "look-ups.json"
    assert "kiosk-1" in path.read_text()
    assert code not in path.read_text()
    path.write_text('{"version": 1, "times": 3')
    house.reopen()
    assert tries(house, 1) == ["dossier.unknown"]
