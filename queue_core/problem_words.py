"""What is wrong with a value, and what is allowed, in Vietnamese and English: pydantic's mistakes for people.

Used for configurations, requests of other software and messages of the wire. What was sent is never repeated.
"""

from __future__ import annotations

from typing import Any, Final

DOCUMENTED: Final = ("xem docs/configuration.md", "see docs/configuration.md")

#: pydantic's error types → (what is wrong, what is allowed), Vietnamese and English
TYPES: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "json_invalid": (("không phải JSON UTF-8", "not UTF-8 JSON"), ("JSON UTF-8", "UTF-8 JSON")),
    "missing": (("thiếu khoá này", "this key is missing"), ("khoá này là bắt buộc", "this key is required")),
    "extra_forbidden": (
        ("không có khoá này", "there is no such key"),
        ("chỉ các khoá ghi trong docs/configuration.md", "only the keys in docs/configuration.md"),
    ),
    "string_pattern_mismatch": (("không đúng dạng", "does not match the pattern"), ("{pattern}", "{pattern}")),
    "literal_error": (("không phải giá trị cho phép", "not one of the allowed values"), ("{expected}", "{expected}")),
    "greater_than_equal": (("số quá nhỏ", "too small"), ("từ {ge} trở lên", "{ge} or more")),
    "greater_than": (("số quá nhỏ", "too small"), ("lớn hơn {gt}", "more than {gt}")),
    "less_than_equal": (("số quá lớn", "too large"), ("đến {le}", "{le} or less")),
    "less_than": (("số quá lớn", "too large"), ("nhỏ hơn {lt}", "less than {lt}")),
    "string_too_long": (("quá dài", "too long"), ("đến {max_length} ký tự", "at most {max_length} characters")),
    "string_too_short": (("quá ngắn", "too short"), ("từ {min_length} ký tự", "at least {min_length} character(s)")),
    "too_short": (("quá ít mục", "too few items"), ("ít nhất {min_length} mục", "at least {min_length} item(s)")),
    "int_parsing": (("không phải số nguyên", "not an integer"), ("một số nguyên", "an integer")),
    "int_type": (("không phải số nguyên", "not an integer"), ("một số nguyên", "an integer")),
    "int_from_float": (("không phải số nguyên", "not an integer"), ("một số nguyên", "an integer")),
    "float_parsing": (("không phải số", "not a number"), ("một số", "a number")),
    "float_type": (("không phải số", "not a number"), ("một số", "a number")),
    "string_type": (("không phải chữ", "not a text"), ("một đoạn chữ", "a text")),
    "bool_type": (("không phải true hay false", "neither true nor false"), ("true, false", "true, false")),
    "bool_parsing": (("không phải true hay false", "neither true nor false"), ("true, false", "true, false")),
    "datetime_from_date_parsing": (("không phải ngày giờ", "not a date and time"), ("ISO 8601", "ISO 8601")),
    "datetime_parsing": (("không phải ngày giờ", "not a date and time"), ("ISO 8601", "ISO 8601")),
    "string_unicode": (("không phải chữ UTF-8", "not UTF-8 text"), ("UTF-8", "UTF-8")),
    "model_attributes_type": (("không phải các cặp khoá: giá trị", "not keys with values"), DOCUMENTED),
    "dict_type": (("không phải các cặp khoá: giá trị", "not keys with values"), DOCUMENTED),
    "model_type": (("không phải các cặp khoá: giá trị", "not keys with values"), DOCUMENTED),
    "tuple_type": (("không phải danh sách", "not a list"), ("một danh sách", "a list")),
    "list_type": (("không phải danh sách", "not a list"), ("một danh sách", "a list")),
}


def problem_words(detail: Any) -> dict[str, str]:
    """``problem`` and ``problem_en`` of one of pydantic's error details: what is wrong and, where it is short, allowed.

    A type without words is told in pydantic's own English.
    """
    if detail["type"] not in TYPES:
        return {"problem": "giá trị không dùng được", "problem_en": str(detail["msg"])[:200]}
    what, allowed = TYPES[detail["type"]]
    context = dict(detail.get("ctx") or {})
    if "{" not in allowed[0] or not context or "pattern" in context:
        return {"problem": what[0], "problem_en": what[1]}
    vi, en = (f"{w} ({a.format(**context)})" for w, a in zip(what, allowed, strict=True))
    return {"problem": vi, "problem_en": en}
