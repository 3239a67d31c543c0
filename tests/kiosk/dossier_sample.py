"""Dossiers as the hub answers, for pictures, layouts and tests: by the hub's own rules, in its own words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from kiosk import session as s
from kiosk.words import VIET_NAM
from queue_core.deadlines import WorkCalendar
from queue_core.dossier_code import read_code, refusal_words
from queue_core.dossiers import RULES, STEPS, Dossier, DossierState, due_words, late, offer
from queue_core.wire.messages import DossierBody, DossierDetails, DossierOffer, ErrorBody, Lobby
from queue_hub.dossiers.errors import DossierError
from tests.core.life import office as office_file
from tests.kiosk import office_sample as office

CODE = "H55.242-261110-0003"
OLD_CODE = "000.17.22.H56-210531-0001"
LONGEST_CODE = "000.17.22.H56.242.100.999-261110-000003"
FOREIGN = "03706/2026/07906-" + "X7Q" * 15 + "/9"
CARD = "001099012345|123456789|Nguyễn Văn Giả|01011999|Nam|Thôn Mẫu, xã Mẫu|01012021"
SECRET = "K7MQ"
NOW = dt.datetime(2026, 11, 23, 8, 42)  # noqa: DTZ001 -- the rules count in the office's wall time
DAY = NOW.date()
NOW_THERE = NOW.replace(tzinfo=VIET_NAM)
PAST = dt.datetime(2026, 11, 18, 16, 30)  # noqa: DTZ001
PERSONAL_NUMBER = "001099012345"
SERVICES = {"collect": "tra-ket-qua", "supplement": "bo-sung", "fee": "thu-phi", "guide": "huong-dan"}


def both(pair: tuple[str, str]) -> dict[str, str]:
    return office.both(*pair)


def lobby(**changes: Any) -> Lobby:
    services = [
        *office.services(),
        office.service("bo-sung", office.both("Bổ sung hồ sơ", "Missing papers"), "file-plus", kind="supplement"),
        office.service("thu-phi", office.both("Thu phí, lệ phí", "Fees"), "cash", kind="fee"),
    ]
    return office.lobby(**{"dossiers": True, "services": services, **changes})


def body(state: int, *, opened: bool = False, code: str = CODE, **more: Any) -> DossierBody:
    """What the hub's rules say of a state."""
    calendar = WorkCalendar(OFFICE)
    said: dict[str, Any] = {"due": dt.datetime(2026, 11, 26, 16, 30), "secret": SECRET, **more}  # noqa: DTZ001
    found = Dossier(code=code, state=DossierState(state), **said)
    offered, rule = offer(found, opened=opened, now=NOW, calendar=calendar), RULES[found.state]
    details = None
    if opened:
        due = {lang: due_words(found, lang, NOW) for lang in ("vi", "en")}
        details = DossierDetails(
            due=due, estimated=found.estimated, late=late(found, NOW, calendar).late, todo=found.todo, counters=[2, 3]
        )
    return DossierBody(
        code=code, steps=[both(step) for step in STEPS], step=rule.step, mark=rule.mark,
        offer=DossierOffer(
            kind=offered.kind, service_kind=offered.service_kind,
            service=SERVICES[offered.service_kind] if offered.service_kind else None,
            sentence=both(offered.sentence), bring=both(offered.bring) if offered.bring[0] else {},
        ),
        details=details, can_open=not opened and bool(found.secret),
        asof_ms=None if found.as_of is None else int(found.as_of.timestamp() * 1000),
    )  # fmt: skip


OFFICE = office_file(hours={"mon-fri": ["07:30-11:30", "13:30-17:00"]})


def refused(text: str) -> ErrorBody:
    """What the screen says of a text that is no code."""
    reading = read_code(text, DAY)
    vi, en = refusal_words(reading)  # type: ignore[arg-type]
    return ErrorBody(key="scan.card" if text == CARD else "scan.future", vi=vi, en=en)


#: each kind of screen once, with the most that may stand on it: looked at in every `make test`
USUAL = frozenset(
    {
        "dossier-code-typed", "dossier-code-foreign", "dossier-code-collect", "dossier-code-card",
        "dossier-opening-wrong", "dossier-asked", "dossier-3", "dossier-4", "dossier-5-opened", "dossier-9",
        "dossier-10-opened", "dossier-longest", "dossier-foreign", "dossier-late-papers",
        "dossier-late-papers-99", "dossier-as-of",
        "look-up-card",
        "look-up-dossier.registry_wrong", "look-up-dossier.unknown",
    }
)  # fmt: skip


def visits() -> dict[str, s.Visit]:
    """Each screen of the dossiers in its states."""
    screen = s.Screen

    def code(**more: Any) -> s.Visit:
        return s.Visit(screen=screen.DOSSIER_CODE, tracking=s.Tracking(**more))

    def seen(found: DossierBody) -> s.Visit:
        return s.Visit(screen=screen.DOSSIER, tracking=s.Tracking(found=found))

    def opening(**more: Any) -> s.Visit:
        return s.Visit(screen=screen.DOSSIER_OPENING, tracking=s.Tracking(found=body(4), figures=False, **more))

    todo = "Bản chính giấy chứng nhận quyền sử dụng đất; văn bản uỷ quyền có chứng thực; ảnh 4×6 (2 tấm)"
    wrong = ErrorBody(key="dossier.secret_wrong", vi="Mã tra cứu chưa đúng. Mời xem lại 4 ký tự trên Giấy tiếp nhận.",
                      en="The 4 characters are not right. Please look at the receipt again.")  # fmt: skip
    found = {
        "dossier-code": code(),
        "dossier-code-typed": code(text=LONGEST_CODE),
        "dossier-code-foreign": code(text=FOREIGN),
        "dossier-code-letters": code(text="H", figures=False),
        "dossier-code-collect": code(collecting=True),
        "dossier-code-future": code(text="H55.242-271110-0003", words=refused("H55.242-271110-0003")),
        "dossier-code-card": code(words=refused(CARD)),
        "dossier-asked": s.Visit(screen=screen.DOSSIER_ASKED),
        "dossier-opening": opening(),
        "dossier-opening-typed": opening(secret="K7MQ"),
        "dossier-opening-wrong": opening(secret="K7MO", words=wrong),
    }
    for state in range(1, 11):
        found[f"dossier-{state}"] = seen(body(state))
        found[f"dossier-{state}-opened"] = seen(
            body(state, opened=True, todo=todo if state in {5, 6} else "", returned_on=dt.date(2026, 11, 20))
        )
    more = {
        "old-code": body(9, code=OLD_CODE),
        "longest": body(5, code=LONGEST_CODE),
        "foreign": body(4, code=FOREIGN),
        "late": body(4, opened=True, due=PAST),
        "late-papers": body(5, opened=True, due=PAST, todo=todo * 3),
        "sure": body(4, opened=True, estimated=False),
        "new-date": body(4, opened=True, extended=True),
        "as-of": body(4, as_of=NOW_THERE),
        "no-secret": body(9, secret=""),
        "no-service": body(1).model_copy(update={"offer": body(1).offer.model_copy(update={"service": None})}),
    }
    found |= {f"dossier-{name}": seen(one) for name, one in more.items()}
    for page in (1, 99):
        found[f"dossier-late-papers-{page}"] = s.Visit(
            screen=screen.DOSSIER, page=page, tracking=s.Tracking(found=more["late-papers"])
        )
    return found


def error(key: str, **args: object) -> ErrorBody:
    """A refusal of the hub in its own words."""
    said = DossierError(key, **args)
    return ErrorBody(key=key, vi=said.vi, en=said.en)


def troubles() -> dict[str, s.Visit]:
    """What stands in the way of a look-up."""
    keys: dict[str, dict[str, object]] = {
        "dossier.unknown": {}, "dossier.slow_down": {"minutes": 7}, "dossier.day_limit": {}, "dossier.no_secret": {},
        "dossier.registry_away": {}, "dossier.registry_wrong": {"problem": "bảng không có cột mã hồ sơ"},
        "dossier.not_offered": {},
    }  # fmt: skip
    found = {key: error(key, **args) for key, args in keys.items()}
    found |= {key: ErrorBody(key=key, vi="", en="") for key in ("hub.away", "request.busy", "internal")}
    wanted = s.Wanted("request-9", CODE)
    visits = {
        f"look-up-{key}": s.Visit(
            screen=s.Screen.TROUBLE, trouble=said, back_to=s.Screen.DOSSIER_CODE, tracking=s.Tracking(wanted=wanted)
        )
        for key, said in found.items()
    }
    card = refused(CARD)
    visits["look-up-card"] = s.Visit(screen=s.Screen.TROUBLE, trouble=card)
    return visits


#: what may happen around a dossier, at any time
EVENTS = st.one_of(
    st.sampled_from(
        [
            s.OpenDossiers(), s.CollectResult(), s.WithoutReceipt(), s.LookUpCode(), s.OpenSecret(), s.OpenDetails(),
            s.TakeForDossier(), s.EraseKey(), s.ClearKeys(), s.SwitchKeys(), s.SwitchMethod(),
        ]
    ),
    st.builds(s.PressKey, st.sampled_from([*"H5.-/0x", "ạ", "", "12", PERSONAL_NUMBER])),
    st.builds(s.Scanned, st.sampled_from([CODE, CARD, PERSONAL_NUMBER, "H55.242-991332-0003", FOREIGN, "x" * 5000])),
    st.builds(
        s.DossierCame, st.sampled_from([f"request-{n}" for n in range(1, 6)]),
        st.sampled_from([body(state, opened=opened) for state in range(1, 11) for opened in (False, True)]),
    ),
    st.builds(
        s.DossierRefused, st.sampled_from([f"request-{n}" for n in range(1, 6)]),
        st.sampled_from([error("dossier.unknown"), error("dossier.secret_wrong"), error("dossier.registry_away")]),
    ),
)  # fmt: skip
