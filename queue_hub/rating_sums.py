"""Ratings summed by counter, officer, service and month; nothing of fewer than five, and nothing by subtraction.

Whoever knows the office's sum and the sums of all counters but one knows that one's. So a group that may not be shown
takes the smallest shown group with it, until what is left unsaid is of five or more as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from queue_core import rating as rules
from queue_core.office import Office, say
from queue_core.rating import LEAST_SHOWN, Rating, Sums

#: what ratings are summed by, and a rating's place in it
BY: Final[dict[str, Callable[[Rating], str | None]]] = {
    "counter": lambda one: one.counter,
    "officer": lambda one: one.officer,
    "service": lambda one: one.service,
}


def grouped(ratings: Sequence[Rating], by: str, *, growing: bool) -> dict[str, Sums]:
    """The groups that may be shown. Those without a counter, an officer or a service (dossiers) are in none."""
    groups: dict[str, list[Rating]] = {}
    unsaid = 0
    for one in ratings:
        key = BY[by](one)
        if key is None:
            unsaid += 1
        else:
            groups.setdefault(key, []).append(one)
    shown = {key: found for key, some in groups.items() if (found := rules.sums(some, growing=growing)) is not None}
    unsaid += sum(len(some) for key, some in groups.items() if key not in shown)
    while 0 < unsaid < LEAST_SHOWN and shown:
        smallest = min(shown, key=lambda key: (len(groups[key]), key))
        unsaid += len(groups[smallest])
        del shown[smallest]
    return shown


def summed(ratings: Sequence[Rating], *, growing: bool) -> dict[str, Any]:
    """The office's sums and those by counter, officer and service, as plain values; None where too few."""
    office = rules.sums(ratings, growing=growing)
    return {
        "least": LEAST_SHOWN,
        "office": None if office is None else values_of(office),
        **{
            by: {key: values_of(one) for key, one in sorted(grouped(ratings, by, growing=growing).items())} for by in BY
        },
    }


def values_of(found: Sums) -> dict[str, Any]:
    """Plain JSON values of sums; ``values`` is scale → value → how many."""
    values: dict[str, dict[str, int]] = {}
    for (scale, value), count in sorted(found.values.items()):
        values.setdefault(str(scale), {})[str(value)] = count
    return {
        "count": found.count,
        "happy_percent": found.happy_percent,
        "values": values,
        "reasons": dict(sorted(found.reasons.items())),
        "indices": {index: float(mean) for index, mean in found.means.items()},
        "score": None if found.score is None else float(found.score),
        "class": found.level,
    }


_HEAD: Final = (
    "Theo", "Mã", "Tên", "Số lượt", "Hài lòng (%)", "Chưa hài lòng (lượt)",
    "Chỉ số 1: thời gian", "Chỉ số 3: số lần đi lại", "Chỉ số 4: số cơ quan", "Chỉ số 7: thái độ", "Tổng điểm", "Mức",
)  # fmt: skip
_BY_WORDS: Final = {"office": "Trung tâm", "counter": "Quầy", "officer": "Cán bộ", "service": "Lĩnh vực"}
_CLASS_WORDS: Final[Mapping[str, str]] = {"excellent": "từ 5 điểm", "good": "3,5 đến dưới 5", "poor": "dưới 3,5"}


def to_csv(summed_values: Mapping[str, Any], office: Office, names: Mapping[str, str]) -> bytes:
    """A month's sums as CSV that a spreadsheet of the office opens as it is: UTF-8 with its mark, semicolons.

    ``names``: an officer's user name → the name.
    """
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(_HEAD)
    rows = [("office", office.id, say(office.name), summed_values["office"])] if summed_values["office"] else []
    for by in BY:
        rows += [(by, key, _name(office, names, by, key), one) for key, one in summed_values[by].items()]
    for by, key, name, one in rows:
        unhappy = sum(
            count
            for scale, values in one["values"].items()
            for value, count in values.items()
            if rules.is_unhappy(int(value), int(scale))
        )
        indices = [_decimal(one["indices"].get(index)) for index in rules.INDICES]
        level = _CLASS_WORDS.get(one["class"] or "", "")
        table.writerow(
            [_BY_WORDS[by], _plain(key), _plain(name), one["count"], one["happy_percent"], unhappy, *indices,
             _decimal(one["score"]), level]
        )  # fmt: skip
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _name(office: Office, names: Mapping[str, str], by: str, key: str) -> str:
    if by == "officer":
        return names.get(key, key)
    if by == "service":
        service = office.service(key)
        return say(service.name) if service else key
    counter = office.counter(key)
    return f"Quầy {counter.number}" if counter else key


def _decimal(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".replace(".", ",")


def _plain(text: str) -> str:
    """A name that a spreadsheet would take for a formula is no formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
