"""A configuration's first mistake in words, Vietnamese and English: what is wrong there, and what is allowed."""

from __future__ import annotations

import re
from typing import Any, Final

from queue_core.problem_words import DOCUMENTED, TYPES

#: the checks of queue_core.office, which speak English → Vietnamese; the groups are values
_OWN: Final[tuple[tuple[str, str], ...]] = (
    (r"“(.+)” is not a weekday.*", "“{0}” không phải là thứ hay khoảng thứ trong tuần (mon … sun)"),
    (r"“(.+)” runs backwards", "“{0}” đi ngược tuần"),
    (r"“(.+)” stands twice", "“{0}” có hai lần"),
    (r"stands twice: (.+)", "bị lặp: {0}"),
    (r"must be a list of times such as (.+)", "phải là danh sách khoảng giờ như {0}"),
    (r"“(.+)” is not a time span such as (.+)", "“{0}” không phải là khoảng giờ như {1}"),
    (r"times must go forward and not overlap", "các khoảng giờ phải nối tiếp nhau và không chồng nhau"),
    (r"times must lie between (.+) and (.+)", "giờ phải nằm trong khoảng {0} đến {1}"),
    (r"needs the Vietnamese text \(vi\)", "cần có chữ tiếng Việt (vi)"),
    (r"services have two levels, no more", "dịch vụ chỉ có hai cấp"),
    (r"a service that gives numbers needs a prefix such as (.+)", "dịch vụ phát số cần có ký hiệu đầu số như {0}"),
    (r"no counter takes this service", "không quầy nào nhận dịch vụ này"),
    (r"“(.+)” is not a service that gives numbers", "“{0}” không phải là dịch vụ phát số"),
    (
        r"all services of prefix (.+) need the same digits",
        "mọi dịch vụ dùng ký hiệu {0} phải có cùng số chữ số (digits)",
    ),
    (r"prefixes (.+) and (.+) can give the same number", "ký hiệu {0} và {1} có thể tạo ra số trùng nhau"),
    (
        r"a numeric sign cannot show (\S+) \((.+)\): .+",
        "bảng số chỉ có chữ số không hiện được {0} ({1}): hãy dùng ký hiệu đầu số là chữ số",
    ),
    (
        r"(\d+) cells cannot show (\S+) \((.+)\): .+",
        "bảng {0} ô không hiện được {1} ({2}): hãy đặt daily_limit hoặc dùng bảng rộng hơn",
    ),
    (
        r"(\w+): at most (\d+) letters on (\d+) line\(s\), not (\d+)",
        "{0}: nhiều nhất {1} chữ trên {2} dòng, đang có {3} chữ",
    ),
    (r"(day|month|year|Invalid).*", "không có ngày này trong lịch"),
)


def config_words(detail: Any) -> dict[str, str]:
    """``problem``, ``problem_en``, ``allowed``, ``allowed_en`` of one of pydantic's error details."""
    context = dict(detail.get("ctx") or {})
    if detail["type"] in TYPES:
        problem, allowed = TYPES[detail["type"]]
    else:
        said = str(detail["msg"]).removeprefix("Value error, ")
        problem, allowed = (_in_vietnamese(said), said), DOCUMENTED
        context = {}
    words = {"problem": problem[0], "problem_en": problem[1], "allowed": allowed[0], "allowed_en": allowed[1]}
    return {key: text.format(**context) if context else text for key, text in words.items()}


def _in_vietnamese(said: str) -> str:
    for pattern, vi in _OWN:
        if found := re.fullmatch(pattern, said):
            return vi.format(*found.groups())
    return f"giá trị không dùng được ({said})"
