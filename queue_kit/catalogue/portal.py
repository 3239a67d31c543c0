"""The national portal's record shape (Cổng Dịch vụ công quốc gia): one JSON object a procedure, keys in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from queue_core.vietnamese import nfc
from queue_kit.catalogue.findings import Finding
from queue_kit.catalogue.procedure import CODE, Case, Channel, Note, Paper, Procedure, Result
from queue_kit.catalogue.repairs import (
    LONG_NAME,
    LONG_TEXT,
    clean,
    count_of,
    day_of,
    is_announcement,
    lacks_unit,
    one_line,
    paragraphs,
)
from queue_kit.catalogue.short_names import short_name

#: record key → procedure field, for plain texts
TEXTS: Final = {
    "cap_thuc_hien": "level",
    "loai_thu_tuc": "kind",
    "co_quan_thuc_hien": "agency",
    "co_quan_co_tham_quyen": "authority",
    "dia_chi_tiep_nhan": "address",
    "co_quan_phoi_hop": "partners",
    "yeu_cau_dieu_kien": "conditions",
    "source": "source",
}
_OTHERS: Final = frozenset({
    "ma_thu_tuc", "ten_thu_tuc", "ten_ngan", "so_quyet_dinh", "linh_vuc", "doi_tuong_thuc_hien", "trinh_tu_thuc_hien",
    "cach_thuc_thuc_hien", "thanh_phan_ho_so", "ket_qua", "can_cu_phap_ly", "hieu_luc_tu", "hieu_luc_den", "url",
})  # fmt: skip
_URL = re.compile(r"https?://[^\s;,]+")


class RefusedError(ValueError):
    """A record that cannot become a procedure; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.kind}: {finding.code}")
        self.finding = finding


def read_record(record: object, place: str) -> tuple[Procedure, list[Finding]]:
    """Make a procedure of a record; ``place`` names a record without a code in the report.

    Gives the procedure and what was repaired. Raises :class:`RefusedError`.
    """
    if not isinstance(record, Mapping):
        raise RefusedError(Finding("not_a_record", place))
    code = one_line(record.get("ma_thu_tuc"))
    if not CODE.match(code):
        raise RefusedError(Finding("no_code", code or place))
    name = one_line(record.get("ten_thu_tuc"))
    if not name:
        raise RefusedError(Finding("no_name", code))
    if is_announcement(name):
        raise RefusedError(Finding("announcement_title", code, name))
    try:
        procedure = _procedure(record, code, name)
    except ValueError as error:
        raise RefusedError(Finding("bad_day", code, str(error))) from error
    return procedure, list(_repaired(record, procedure))


def _procedure(record: Mapping[str, Any], code: str, name: str) -> Procedure:
    texts = {field: clean(record.get(key)) for key, field in TEXTS.items()}
    source = texts["source"]
    found = _URL.findall(source)
    return Procedure(
        code=code,
        name=name,
        short_name=one_line(record.get("ten_ngan")) or short_name(name),
        decision=one_line(record.get("so_quyet_dinh")),
        field=one_line(record.get("linh_vuc")),
        subjects=_texts(record.get("doi_tuong_thuc_hien")),
        steps=paragraphs(_joined(record.get("trinh_tu_thuc_hien"))),
        channels=tuple(_channel(one) for one in _objects(record.get("cach_thuc_thuc_hien"))),
        cases=tuple(_case(one) for one in _objects(record.get("thanh_phan_ho_so"))),
        results=tuple(_result(one) for one in _list(record.get("ket_qua")) if one),
        legal_basis=_texts(record.get("can_cu_phap_ly")),
        url=one_line(record.get("url")) or (found[-1] if found else ""),
        valid_from=day_of(record.get("hieu_luc_tu")),
        valid_to=day_of(record.get("hieu_luc_den")),
        extra={
            str(key): clean(value)
            for key, value in record.items()
            if key not in _OTHERS and key not in TEXTS and clean(value)
        },
        **texts,
    )


def _channel(one: Mapping[str, Any]) -> Channel:
    time = clean(one.get("thoi_gian"))
    return Channel(
        method=one_line(one.get("hinh_thuc_nop")),
        time=time,
        fee=clean(one.get("phi_le_phi")),
        notes=clean(one.get("mo_ta")),
        time_unclear=lacks_unit(time),
        valid_from=day_of(one.get("hieu_luc_tu")),
        valid_to=day_of(one.get("hieu_luc_den")),
    )


def _case(one: Mapping[str, Any]) -> Case:
    papers, notes = [], []
    for paper in _objects(one.get("giay_to")):
        name, form = clean(paper.get("ten_giay_to")), clean(paper.get("mau_don"))
        originals, copies = count_of(paper.get("ban_chinh")), count_of(paper.get("ban_sao"))
        if originals or copies:
            papers.append(Paper(name=name, form=form, originals=originals, copies=copies))
        elif name or form:
            notes.append(Note(text=name, form=form))
    return Case(name=clean(one.get("truong_hop")), papers=tuple(papers), notes=tuple(notes))


def _result(one: object) -> Result:
    if isinstance(one, Mapping):
        return Result(name=clean(one.get("ten")), code=one_line(one.get("ma")))
    return Result(name=clean(one))


def _list(value: object) -> Iterable[Any]:
    if value is None or value == "":
        return ()
    return value if isinstance(value, (list, tuple)) else (value,)


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    return (one for one in _list(value) if isinstance(one, Mapping))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for one in _list(value) if (text := one_line(one)))


def _joined(value: object) -> str:
    return "\n".join(clean(one) for one in _list(value))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner)


def _repaired(record: Mapping[str, Any], procedure: Procedure) -> Iterator[Finding]:
    code = procedure.code
    if any(nfc(text) != text for text in _strings(record)):
        yield Finding("unicode", code)
    if "\n" in str(record.get("ten_thu_tuc", "")).strip():
        yield Finding("line_breaks", code)
    if any(case.notes for case in procedure.cases):
        yield Finding("notes", code, str(sum(len(case.notes) for case in procedure.cases)))
    if any(channel.time_unclear for channel in procedure.channels):
        yield Finding("time_without_unit", code)
    if len(procedure.name) > LONG_NAME:
        yield Finding("long_name", code, str(len(procedure.name)))
    if any(len(text) > LONG_TEXT for text in _strings(record)):
        yield Finding("long_text", code)
