"""A receipt at the shipped kiosk, by real fingers and a scanner that types."""

from __future__ import annotations

from typing import Any

import pytest

from queue_core.wire.messages import DossierRequest, IssueRequest, Reply
from tests.kiosk import dossier_sample as sample
from tests.kiosk.test_lobby_touch import Lobby, lobby, more

__all__ = ["lobby", "more"]


def has_key(sign: str) -> Any:
    return lambda said: any(target["says"] == sign for target in said["targets"])


def saying(words: str) -> Any:
    return lambda said: any(words in target["says"] for target in said["targets"])


@pytest.fixture
def office(lobby: Lobby) -> Lobby:
    """The lobby of an office that looks dossiers up."""
    lobby.hub.publish(**{name: getattr(sample.lobby(), name) for name in ("dossiers", "services")})
    lobby.sees("home", saying("Tra cứu hồ sơ"))
    return lobby


def test_a_result_is_collected_scan_one_touch_number(office: Lobby) -> None:
    office.hub.dossiers[sample.CODE] = sample.body(9)
    office.touch(office.sees("home"), "Nhận kết quả")
    office.sees("dossier_code", saying("không có Giấy tiếp nhận"))
    office.screen.scan(sample.CODE)
    ready = office.sees("dossier", saying("Lấy số Trả kết quả"))
    assert any("căn cước" in words.replace("\n", " ") for words in ready["words"]), (
        "what to bring is said before the number is taken"
    )
    office.touch(ready, "Lấy số Trả kết quả")
    office.sees("number", lambda said: said["slip"] == "printed")
    (request,) = office.hub.wait_for("issue")
    assert isinstance(request, IssueRequest)
    assert (request.service, request.entry, request.dossier) == ("tra-ket-qua", "collect", sample.CODE)


def test_a_code_is_typed_by_fingers_and_opened_by_four_characters(office: Lobby) -> None:
    code = "H-7"  # another system's, and short: a finger strikes twice in a second
    office.hub.dossiers[code] = sample.body(4, code=code)
    office.touch(office.sees("home"), "Tra cứu hồ sơ")
    figures = office.sees("dossier_code", saying("ABC"))
    office.touch(figures, "ABC")
    letters = office.sees("dossier_code", has_key("Q"))
    office.touch(letters, "H", whole=True)
    figures = office.sees("dossier_code", saying("123"))
    office.touch(figures, "123")
    figures = office.sees("dossier_code", saying("ABC"))
    for sign in code[1:]:
        # The keys stay where they are.
        office.touch(figures, sign, whole=True)
    typed = office.sees("dossier_code", lambda said: any(" ".join(code) in words for words in said["words"]))
    office.touch(typed, "Tra cứu")
    found = office.sees("dossier", saying("Nhập mã tra cứu"))
    assert " ".join(code) in found["words"]
    office.touch(found, "Nhập mã tra cứu")
    wrong = sample.error("dossier.secret_wrong")
    office.hub.dossiers.clear()
    office.hub.refusals["dossier"] = Reply(ok=False, error=wrong)
    keys = office.sees("dossier_opening", has_key("Q"))
    for sign in "QWER":
        office.touch(keys, sign, whole=True)
    office.touch(office.sees("dossier_opening", saying("Xem")), "Xem")
    office.sees("dossier_opening", lambda said: wrong.vi in said["words"])
    requests = office.hub.wait_for("dossier", 2)
    assert [(r.code, r.secret) for r in requests if isinstance(r, DossierRequest)] == [(code, None), (code, "QWER")]
    office.touch(office.sees("dossier_opening"), "Trang đầu")
    home = office.sees("home")
    assert not any(code in words.replace(" ", "") for words in home["words"])


def test_figures_are_taken_as_fast_as_they_are_typed_and_a_trembling_finger_counts_once(office: Lobby) -> None:
    office.touch(office.sees("home"), "Tra cứu hồ sơ")
    figures = office.sees("dossier_code", has_key("7"))
    places = {target["says"]: (target["x"], target["y"]) for target in figures["targets"]}
    office.touch(figures, "2", whole=True)
    for sign in "60417":
        office.screen.touch(*places[sign])
    # the finger trembles on the last one
    office.screen.touch(*places["7"])
    office.sees("dossier_code", lambda said: any("2 6 0 4 1 7" in words for words in said["words"]))
    office.touch(figures, "8", whole=True)
    office.sees("dossier_code", lambda said: any("2 6 0 4 1 7 8" in words for words in said["words"]))
