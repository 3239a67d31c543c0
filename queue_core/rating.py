"""Satisfaction: the scales, what the unhappy may give as reasons, who may rate until when, and the sums of it.

NĐ 61/2018 Điều 27 and 31 (what is asked; the rater stays confidential), TT 01/2018/TT-VPCP Điều 13 and 14 (indices 1,
3, 4 and 7, each 0, 1 or 2). A value counts from 1, the unhappiest, to the scale's number of faces; the scale is stored
with each value, because an office may choose another one later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from queue_core.errors import RuleError, register

Scale = Literal[3, 4, 5]
#: NĐ 61/2018 Điều 31: what may be wrong; the words of each stand in the language packs (``rating.reason.…``)
Reason = Literal[
    "time", "agencies", "visits", "publicity", "attitude", "result_cost", "explanation", "online", "other",
]  # fmt: skip
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)
SCALES: Final[tuple[Scale, ...]] = get_args(Scale)
#: how an icon, and the key of the words, follow from a scale: from the unhappiest to the happiest
FACES: Final[dict[int, tuple[str, ...]]] = {
    3: ("unhappy", "happy", "very_happy"),
    4: ("unhappy", "neutral", "happy", "very_happy"),
    5: ("very_unhappy", "unhappy", "neutral", "happy", "very_happy"),
}
#: values up to this one are unhappy: a reason is asked
_UNHAPPY: Final[dict[int, int]] = {3: 1, 4: 1, 5: 2}

#: the indices of TT 01/2018 that a device can score, and the reason that speaks of each
INDICES: Final[dict[str, Reason]] = {"1": "time", "3": "visits", "4": "agencies", "7": "attitude"}
#: sums of fewer ratings than this are not shown: they would tell who said what
LEAST_SHOWN: Final = 5

Class = Literal["excellent", "good", "poor"]
_EXCELLENT: Final = Decimal(5)
_GOOD: Final = Decimal("3.5")

register(
    {
        "rating.not_offered": (
            "Nơi này không nhận đánh giá qua máy. Mời góp ý với cán bộ hướng dẫn.",
            "This office takes no ratings by machine. Please tell the officer at the guidance counter.",
        ),
        "rating.not_finished": (
            "Số {number} chưa xong việc. Mời đánh giá sau khi quầy phục vụ xong.",
            "Number {number} is not finished yet. Please rate after the counter has served you.",
        ),
        "rating.too_late": (
            "Số {number} đã xong quá {minutes} phút. Mời quét mã trên Giấy tiếp nhận hồ sơ để đánh giá.",
            "Number {number} was finished more than {minutes} min ago. Please scan the dossier's receipt to rate.",
        ),
        "rating.already": (
            "Lượt này đã được đánh giá. Cảm ơn quý vị; mỗi lượt chỉ đánh giá một lần.",
            "This visit has been rated already. Thank you; each visit is rated once.",
        ),
        "rating.scale": (
            "Thang đánh giá của trung tâm đã thay đổi. Mời đánh giá lại.",
            "The office's rating scale has changed. Please rate again.",
        ),
        "rating.reasons": (
            "Lý do chỉ hỏi khi chưa hài lòng, và chỉ chọn trong danh sách.",
            "Reasons are asked only of the unhappy, and only from the list.",
        ),
        "rating.no_number": (
            "Không tìm thấy số {number} trong ngày hôm nay. Mời kiểm tra lại số trên phiếu.",
            "Number {number} was not found today. Please check the number on the slip.",
        ),
        "rating.bad_token": (
            "Mã trên phiếu này không phải của hôm nay. Mời nhập số, hoặc quét Giấy tiếp nhận hồ sơ.",
            "The code on this slip is not of today. Please type the number, or scan the dossier's receipt.",
        ),
        "rating.dossier_open": (
            "Hồ sơ này chưa có kết quả. Mời đánh giá khi nhận kết quả.",
            "This dossier has no result yet. Please rate when you collect the result.",
        ),
    }
)


class RatingPolicy(BaseModel):
    """The key ``rating`` of an office's configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    offered: bool = Field(default=True, description="whether kiosks and tablets ask at all")
    scale: Scale = Field(default=3, description="faces: 3, 4 or 5")
    reasons: tuple[Reason, ...] = Field(default=REASONS, min_length=1, description="what the unhappy may choose from")
    window_min: int = Field(default=60, ge=5, le=480, description="a typed number may be rated so long after its end")
    change_s: int = Field(default=10, ge=0, le=60, description="a tap can be changed so long")
    complaint_url: str | None = Field(
        default=None, pattern=r"^https://[^\s]{4,200}$", description="where phản ánh, kiến nghị are taken; shown as QR"
    )

    @field_validator("reasons")
    @classmethod
    def _once(cls, value: tuple[Reason, ...]) -> tuple[Reason, ...]:
        if len(set(value)) != len(value):
            message = "a reason stands twice"
            raise ValueError(message)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One opinion, without whoever gave it. ``indices``: TT 01/2018 index → 0, 1 or 2; a missing one is not there."""

    value: int
    scale: int
    reasons: tuple[str, ...] = ()
    counter: str | None = None
    service: str | None = None
    officer: str | None = None
    indices: Mapping[str, int]
    given_ms: int = 0
    by: str = ""


# ------------------------------------------------------------------ one rating
def is_unhappy(value: int, scale: int) -> bool:
    """Whether a reason is asked."""
    return value <= _UNHAPPY[scale]


def check(policy: RatingPolicy, value: int, scale: int, reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons in the list's order, each once. Raises RuleError rating.not_offered, .scale, .reasons."""
    if not policy.offered:
        raise RuleError("rating.not_offered")
    if scale != policy.scale or not 1 <= value <= scale:
        raise RuleError("rating.scale")
    if reasons and (not is_unhappy(value, scale) or not set(reasons) <= set(policy.reasons)):
        raise RuleError("rating.reasons")
    return tuple(reason for reason in policy.reasons if reason in reasons)


def may_change(before: Rating | None, given_ms: int, by: str, change_s: int) -> None:
    """Raise RuleError rating.already unless nothing was said yet, or the same device takes it back in time."""
    if before is None:
        return
    if before.by != by or not 0 <= given_ms - before.given_ms <= change_s * 1000:
        raise RuleError("rating.already")


def in_window(ended_ms: int, given_ms: int, window_min: int) -> bool:
    """Whether a number that ended at ``ended_ms`` may still be rated; the last millisecond counts."""
    return given_ms - ended_ms <= window_min * 60_000


def said_at(told_ms: int | None, now_ms: int) -> int:
    """When it was said: the device's word where it was kept while the hub was away, never later than now."""
    return now_ms if told_ms is None else min(told_ms, now_ms)


# ------------------------------------------------------------------ TT 01/2018
def time_index(*, late: bool, early: bool) -> int:
    """Index 1 as the dossier book knows it: before the due date 2, on it 1, after it 0."""
    return 0 if late else 2 if early else 1


def indices_of(value: int, scale: int, reasons: Iterable[str], *, time: int | None = None) -> dict[str, int]:
    """Indices 1, 3, 4 and 7 of one rating.

    ``time``: index 1 where the dossier book can tell it; it is then not asked. All else is asked by faces and reasons:
    the happiest face 2, other happy or neutral ones 1; of the unhappy, what they name 0, and what they do not name they
    were not asked about: missing.
    """
    named = set(reasons)
    scores: dict[str, int] = {}
    for index, reason in INDICES.items():
        if is_unhappy(value, scale):
            if reason in named:
                scores[index] = 0
        else:
            scores[index] = 2 if value == scale else 1
    if time is not None:
        scores["1"] = time
    return scores


def mean(scores: Sequence[int]) -> Decimal | None:
    """The mean to one decimal, halves upward as the circular's readers count; None of nothing."""
    return (Decimal(sum(scores)) / len(scores)).quantize(Decimal("0.1"), ROUND_HALF_UP) if scores else None


def index_means(ratings: Iterable[Mapping[str, int]]) -> dict[str, Decimal]:
    """The mean of each index over those that have it."""
    found: dict[str, list[int]] = {index: [] for index in INDICES}
    for scores in ratings:
        for index, score in scores.items():
            if index in found:
                found[index].append(score)
    return {index: value for index, scores in found.items() if (value := mean(scores)) is not None}


def officer_score(means: Mapping[str, Decimal]) -> Decimal | None:
    """The points of an officer: the sum of the means, at most 8; a missing index is not counted."""
    return sum(means.values(), Decimal(0)) if means else None


def officer_class(score: Decimal | None) -> Class | None:
    """≥ 5, 3.5 to under 5, under 3.5 points."""
    if score is None:
        return None
    return "excellent" if score >= _EXCELLENT else "good" if score >= _GOOD else "poor"


# ------------------------------------------------------------------ sums
@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What may be shown of several ratings. ``values``: (scale, value) → how many; ``happy_percent``: not unhappy."""

    count: int
    values: Mapping[tuple[int, int], int]
    reasons: Mapping[str, int]
    happy_percent: int
    means: Mapping[str, Decimal]
    score: Decimal | None
    level: Class | None


def sums(ratings: Sequence[Rating], *, growing: bool) -> Sums | None:
    """The sums, or None where they would tell who said what: of fewer than :data:`LEAST_SHOWN`.

    ``growing``: more may come while somebody watches (today). Then only whole groups of so many are shown, in their
    order: the sums before and after one visit never differ by that visit alone.
    """
    shown = ratings[: len(ratings) // LEAST_SHOWN * LEAST_SHOWN] if growing else ratings
    if len(shown) < LEAST_SHOWN:
        return None
    values: dict[tuple[int, int], int] = {}
    reasons: dict[str, int] = {}
    for one in shown:
        values[one.scale, one.value] = values.get((one.scale, one.value), 0) + 1
        for reason in one.reasons:
            reasons[reason] = reasons.get(reason, 0) + 1
    happy = sum(not is_unhappy(one.value, one.scale) for one in shown)
    means = index_means(one.indices for one in shown)
    score = officer_score(means)
    return Sums(
        count=len(shown), values=values, reasons=reasons, happy_percent=round(100 * happy / len(shown)),
        means=means, score=score, level=officer_class(score),
    )  # fmt: skip
