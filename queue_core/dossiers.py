"""A dossier as a look-up knows it, the ten national states, and what each of them offers to its citizen.

States: the national synchronisation codes 1 to 10. TT 01/2018/TT-VPCP Điều 16.2.d: whoever does not prove anything sees
only the code and the degree of completion; the due date, the counter and what to bring need the receipt's 4 characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Final, Literal, NamedTuple

from queue_core.calendar import when
from queue_core.deadlines import Lateness, WorkCalendar, lateness

Pair = tuple[str, str]
#: no I, O, 0, 1: the characters are read from paper and typed by hand
CHARACTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CHARACTERS_COUNT: Final = 4


class DossierState(IntEnum):
    """National code of a dossier's state."""

    REGISTERED = 1
    ACCEPTED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    FEE = 6
    WITHDRAWN = 7
    STOPPED = 8
    READY = 9
    RETURNED = 10


#: no further state follows
ENDED: Final = frozenset({DossierState.REFUSED, DossierState.WITHDRAWN, DossierState.STOPPED, DossierState.RETURNED})
#: what may follow a state; a result that was marked ready by mistake goes back to work
FOLLOWS: Final[dict[DossierState, frozenset[DossierState]]] = {
    DossierState(state): frozenset(DossierState(other) for other in others)
    for state, others in {
        1: (2, 3, 7, 8),
        2: (4, 5, 6, 7, 8, 9),
        3: (),
        4: (5, 6, 7, 8, 9),
        5: (4, 7, 8),
        6: (4, 7, 8, 9),
        7: (),
        8: (),
        9: (4, 10),
        10: (),
    }.items()
}
STATE_WORDS: Final[dict[DossierState, Pair]] = {
    DossierState.REGISTERED: ("Mới đăng ký", "Registered"),
    DossierState.ACCEPTED: ("Được tiếp nhận", "Accepted"),
    DossierState.REFUSED: ("Không được tiếp nhận", "Not accepted"),
    DossierState.PROCESSING: ("Đang xử lý", "In progress"),
    DossierState.SUPPLEMENT: ("Yêu cầu bổ sung giấy tờ", "Papers are missing"),
    DossierState.FEE: ("Yêu cầu thực hiện nghĩa vụ tài chính", "A fee is due"),
    DossierState.WITHDRAWN: ("Công dân yêu cầu rút hồ sơ", "Withdrawn by the citizen"),
    DossierState.STOPPED: ("Dừng xử lý", "Stopped"),
    DossierState.READY: ("Đã xử lý xong", "Result ready"),
    DossierState.RETURNED: ("Đã trả kết quả", "Result returned"),
}
#: the degree of completion as a line of five steps
STEPS: Final[tuple[Pair, ...]] = (
    ("Đăng ký", "Registered"),
    ("Tiếp nhận", "Accepted"),
    ("Đang xử lý", "In progress"),
    ("Đã có kết quả", "Result ready"),
    ("Đã trả", "Returned"),
)
#: how the line goes on at the step reached: by itself, by the citizen, not at all, or it is complete
Mark = Literal["going", "your_turn", "stopped", "done"]
ServiceKind = Literal["collect", "supplement", "fee", "guide"]


class Rule(NamedTuple):
    """What a state means: the step reached (1 to 5), how it goes on, the sentence, and the number it offers."""

    step: int
    mark: Mark
    sentence: Pair
    service_kind: ServiceKind | None


RULES: Final[dict[DossierState, Rule]] = {
    DossierState.REGISTERED: Rule(
        1, "your_turn",
        ("Hồ sơ mới đăng ký, chưa được tiếp nhận. Mời lấy số gặp quầy hướng dẫn.",
         "The dossier is registered but not accepted yet. Please take a number for the guidance counter."),
        "guide",
    ),
    DossierState.ACCEPTED: Rule(
        2, "going", ("Hồ sơ đã được tiếp nhận và chờ giải quyết.", "The dossier is accepted and waits its turn."),
        None,
    ),
    DossierState.REFUSED: Rule(
        2, "stopped",
        ("Hồ sơ không được tiếp nhận. Mời đến quầy hướng dẫn để được giải thích lý do.",
         "The dossier was not accepted. The guidance counter will explain why."),
        "guide",
    ),
    DossierState.PROCESSING: Rule(3, "going", ("Hồ sơ đang được giải quyết.", "The dossier is being processed."), None),
    DossierState.SUPPLEMENT: Rule(
        3, "your_turn",
        ("Hồ sơ cần bổ sung giấy tờ. Mời lấy số Bổ sung hồ sơ.",
         "Papers are missing. Please take a number to bring them."),
        "supplement",
    ),
    DossierState.FEE: Rule(
        3, "your_turn",
        ("Hồ sơ cần nộp phí, lệ phí hoặc thuế. Mời lấy số Thu phí, lệ phí.",
         "A fee or tax is due. Please take a number to pay it."),
        "fee",
    ),
    DossierState.WITHDRAWN: Rule(
        3, "stopped",
        ("Hồ sơ đã được rút theo yêu cầu của công dân. Cần hỏi thêm, mời đến quầy hướng dẫn.",
         "The dossier was withdrawn at the citizen's wish. For questions please see the guidance counter."),
        "guide",
    ),
    DossierState.STOPPED: Rule(
        3, "stopped",
        ("Hồ sơ đã dừng giải quyết. Mời đến quầy hướng dẫn để biết lý do.",
         "The dossier was stopped. The guidance counter will explain why."),
        "guide",
    ),
    DossierState.READY: Rule(
        4, "your_turn", ("Đã có kết quả. Mời lấy số Trả kết quả.", "The result is ready. Please take a number for it."),
        "collect",
    ),
    DossierState.RETURNED: Rule(
        5, "done", ("Kết quả của hồ sơ này đã được trả.", "The result of this dossier was returned."), None
    ),
}  # fmt: skip

BRING: Final[dict[ServiceKind, Pair]] = {
    "collect": (
        "Mang theo: Giấy tiếp nhận hồ sơ, căn cước; nhận thay thì thêm giấy uỷ quyền.",
        "Bring: the receipt, your identity card; for somebody else also an authorisation.",
    ),
    "supplement": (
        "Mang theo: Giấy tiếp nhận hồ sơ và giấy tờ được yêu cầu bổ sung.",
        "Bring: the receipt and the papers asked for.",
    ),
    "fee": (
        "Mang theo: Giấy tiếp nhận hồ sơ và thông báo nộp phí, lệ phí hoặc thuế.",
        "Bring: the receipt and the notice of the fee or tax.",
    ),
    "guide": ("Mang theo: Giấy tiếp nhận hồ sơ.", "Bring: the receipt."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What a registry knows of a dossier; no name, address or telephone. Times are naive local wall time.

    ``estimated``: the due date was worked out here, not given by the one-stop system. ``extended``: it is a second
    date. ``todo``: what is missing or due, in Vietnamese. ``secret``: the receipt's 4 characters ("": it has none).
    ``as_of``: when the registry said so, where it could not be asked now.
    """

    code: str = field(repr=False)
    state: DossierState
    due: datetime | None = None
    estimated: bool = True
    extended: bool = False
    returned_on: date | None = None
    todo: str = ""
    counters: tuple[int, ...] = ()
    secret: str = field(default="", repr=False)
    as_of: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class Offer:
    """What the citizen may do now: a ``number`` for a kind of service, ``come_on`` a date, or ``nothing`` more."""

    kind: Literal["number", "come_on", "nothing"]
    service_kind: ServiceKind | None
    sentence: Pair
    bring: Pair = ("", "")


def offer(dossier: Dossier, *, opened: bool, now: datetime | None, calendar: WorkCalendar) -> Offer:
    """Decide what a looked-up dossier offers. ``opened``: the 4 characters were right; ``now`` None: no clock."""
    rule = RULES[dossier.state]
    if rule.service_kind is not None:
        more = (dossier.todo, dossier.todo) if opened and dossier.todo else ("", "")
        sentence = _joined(rule.sentence, _todo(rule.service_kind, more))
        return Offer("number", rule.service_kind, sentence, BRING[rule.service_kind])
    if dossier.state is DossierState.RETURNED:
        on = f"{dossier.returned_on:%d/%m/%Y}" if opened and dossier.returned_on else ""
        if on:
            return Offer("nothing", None, (f"Kết quả đã được trả ngày {on}.", f"The result was returned on {on}."))
        return Offer("nothing", None, rule.sentence)
    return Offer("come_on", None, _joined(rule.sentence, _when(dossier, now, calendar) if opened else _PAPER_SAYS))


_PAPER_SAYS: Final[Pair] = (
    "Ngày hẹn trả kết quả ghi trên Giấy tiếp nhận; nhập mã tra cứu 4 ký tự để xem tại đây.",
    "The due date is on your receipt; type its 4-character code to see it here.",
)


def late(dossier: Dossier, now: datetime | None, calendar: WorkCalendar) -> Lateness:
    """Whether a dossier that still runs has passed its date."""
    running = not dossier.ended and dossier.state is not DossierState.READY
    if not running or dossier.due is None or now is None:
        return Lateness(False)
    return lateness(dossier.due, now, calendar)


def _when(dossier: Dossier, now: datetime | None, calendar: WorkCalendar) -> Pair:
    if dossier.due is None:
        return (
            "Chưa có ngày hẹn; mời hỏi quầy hướng dẫn.",
            "There is no date yet; please ask at the guidance counter.",
        )
    lag = late(dossier, now, calendar)
    if lag.late:
        return (lag.words("vi"), lag.words("en"))
    vi, en = due_words(dossier, "vi", now), due_words(dossier, "en", now)
    if dossier.extended:
        return (f"Trung tâm xin lỗi vì phải hẹn lại: {vi}.", f"We apologise for the new date: {en}.")
    return (f"Hẹn trả kết quả: {vi}.", f"The result is due {en}.")


def due_words(dossier: Dossier, lang: str, now: datetime | None) -> str:
    """«16:30 chiều thứ Năm, 26/11 (dự kiến)»; empty without a date."""
    if dossier.due is None:
        return ""
    told = when(dossier.due, lang, now or datetime.min)  # noqa: DTZ901 -- no day is today while none is known
    if not dossier.estimated:
        return told
    return f"{told} (estimate)" if lang == "en" else f"{told} (dự kiến)"


def _todo(kind: ServiceKind, what: Pair) -> Pair:
    if not what[0]:
        return ("", "")
    head = {"supplement": ("Cần bổ sung", "Missing"), "fee": ("Cần nộp", "To pay")}.get(kind, ("Ghi chú", "Note"))
    return (f"{head[0]}: {what[0]}", f"{head[1]}: {what[1]}")


def _joined(first: Pair, second: Pair) -> Pair:
    return (f"{first[0]} {second[0]}".strip(), f"{first[1]} {second[1]}".strip())
