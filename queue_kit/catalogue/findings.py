"""What an import says about its sources: repaired, incomplete, refused, each with the record it is about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

#: kind → Vietnamese, English
REPAIRED: Final[dict[str, tuple[str, str]]] = {
    "unicode": ("chữ được đưa về dạng NFC", "letters brought to NFC"),
    "line_breaks": ("tên có xuống dòng, đã nối lại", "line breaks taken out of the name"),
    "notes": ("ghi chú để lẫn trong giấy tờ, đã tách riêng", "notes among the papers set apart"),
    "long_name": ("tên quá dài: giữ nguyên, hiện tên ngắn", "very long name: kept whole, shown by a short one"),
    "long_text": ("nội dung quá dài: giữ nguyên", "very long text: kept whole"),
    "repeated": ("bản ghi trùng hệt, chỉ giữ một", "the same record twice, kept once"),
    "replaced": ("cùng mã, bản sau thay bản trước", "the same code again: the later one stands"),
    "time_without_unit": ("thời hạn không ghi đơn vị: hiện như đã công bố, kèm lời nhắc",
                          "time without a unit: shown as published, with a warning"),
}  # fmt: skip
REFUSED: Final[dict[str, tuple[str, str]]] = {
    "announcement_title": ("tên là trích yếu của quyết định công bố, không phải tên thủ tục",
                           "the name is the title of an announcement, not of a procedure"),
    "no_code": ("không có mã thủ tục dạng 1.004222", "no procedure code such as 1.004222"),
    "no_name": ("không có tên thủ tục", "no name"),
    "not_a_record": ("không phải bản ghi thủ tục", "not a procedure's record"),
    "bad_day": ("ngày hiệu lực không đọc được", "a day of validity that cannot be read"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: its kind, the code (or place) it is about, and a detail such as the field."""

    kind: str
    code: str
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Report:
    """The result of reading sources. ``records`` = stored + refused + repeated or replaced ones."""

    records: int = 0
    stored: int = 0
    repaired: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    #: code → the missing fields of a fully public procedure
    incomplete: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def repaired_kinds(self) -> Counter[str]:
        """How many records had each kind of repair."""
        return Counter(kind for kind, _code in {(f.kind, f.code) for f in self.repaired})

    def missing_kinds(self) -> Counter[str]:
        """How many procedures lack each field."""
        return Counter(key for keys in self.incomplete.values() for key in keys)
