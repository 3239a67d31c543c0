from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from queue_core.vietnamese import nfc
from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.procedure import Procedure, from_plain, plain
from tests.catalogue.real import LIST, needs_the_real_list, records


def record(code: str = "1.004222", name: str = "Đăng ký thường trú", **more: Any) -> dict[str, Any]:
    return {"ma_thu_tuc": code, "ten_thu_tuc": name, "linh_vuc": "Đăng ký, quản lý cư trú", **more}


def written(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_folder_of_single_records_and_lists_in_either_unicode_form(tmp_path: Path) -> None:
    (tmp_path / "bo-cong-an").mkdir()
    written(tmp_path / "bo-cong-an" / "1.004222.json", record())
    decomposed = json.loads(unicodedata.normalize("NFD", json.dumps(record("2.001159", "Thông báo lưu trú"))))
    decomposed["ten_thu_tuc"] = unicodedata.normalize("NFD", "Thông báo lưu trú")
    written(tmp_path / "nhieu.json", [decomposed, record("1.010038", "Tách hộ\n(khẩu)")])
    procedures, report = read_sources([tmp_path])
    assert [(p.code, p.name) for p in procedures] == [
        ("1.004222", "Đăng ký thường trú"),
        ("1.010038", "Tách hộ (khẩu)"),
        ("2.001159", "Thông báo lưu trú"),
    ]
    assert (report.records, report.stored) == (3, 3)
    assert {(f.kind, f.code) for f in report.repaired} == {("unicode", "2.001159"), ("line_breaks", "1.010038")}


REFUSED = {
    "not_a_record": "một dòng chữ",
    "no_code": {"ten_thu_tuc": "Thủ tục không mã"},
    "no_name": {"ma_thu_tuc": "1.000001", "ten_thu_tuc": " \n"},
    "announcement_title": record("1.000002", "Công bố Danh mục và Quy trình nội bộ thủ tục hành chính"),
    "bad_day": record("1.000003", hieu_luc_tu="mai"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_procedure_is_refused_by_name_and_the_others_go_on(tmp_path: Path, kind: str) -> None:
    procedures, report = read_sources([written(tmp_path / "a.json", [REFUSED[kind], record()])])
    assert [p.code for p in procedures] == ["1.004222"]
    assert [f.kind for f in report.refused] == [kind]
    assert (report.records, report.stored) == (2, 1)


def test_the_same_record_twice_is_kept_once_and_a_later_version_stands(tmp_path: Path) -> None:
    first = written(tmp_path / "a.json", [record(), record(), record("1.010038", "Tách hộ")])
    later = written(tmp_path / "b.json", record(so_quyet_dinh="99/QĐ-BCA"))
    procedures, report = read_sources([first, later])
    assert [(p.code, p.decision) for p in procedures] == [("1.004222", "99/QĐ-BCA"), ("1.010038", "")]
    assert [(f.kind, f.code) for f in report.repaired] == [("repeated", "1.004222"), ("replaced", "1.004222")]


def test_rules_of_two_times_stand_beside_each_other(tmp_path: Path) -> None:
    old = record(hieu_luc_den="14/08/2026")
    new = record(hieu_luc_tu="15/08/2026", hieu_luc_den="28/02/2027")
    procedures, report = read_sources([written(tmp_path / "a.json", [old, new])])
    assert [(p.valid_from, p.valid_to) for p in procedures] == [
        (None, date(2026, 8, 14)),
        (date(2026, 8, 15), date(2027, 2, 28)),
    ]
    assert not report.repaired


def test_notes_among_the_papers_are_set_apart_with_their_forms(tmp_path: Path) -> None:
    papers = [
        {"ten_giay_to": "Tờ khai", "mau_don": "CT01.docx", "ban_chinh": 1, "ban_sao": 0},
        {
            "ten_giay_to": "Lưu ý: không phải nộp nếu đã có trên hệ thống",
            "mau_don": "x.doc",
            "ban_chinh": 0,
            "ban_sao": 0,
        },
    ]
    case = [{"truong_hop": "Nhập vào hộ người thân", "giay_to": papers}]
    (procedure,), _ = read_sources([written(tmp_path / "a.json", record(thanh_phan_ho_so=case))])
    assert [(p.name, p.form, p.originals) for p in procedure.papers] == [("Tờ khai", "CT01.docx", 1)]
    assert [(n.text[:6], n.form) for n in procedure.cases[0].notes] == [("Lưu ý:", "x.doc")]


def test_a_record_of_which_much_is_missing_is_stored_and_listed(tmp_path: Path) -> None:
    _, report = read_sources([written(tmp_path / "a.json", record())])
    assert report.incomplete["1.004222"] == (
        *("steps", "channels", "cases", "subjects", "agency", "results", "legal_basis"),
    )


def test_a_field_that_nobody_knows_is_kept(tmp_path: Path) -> None:
    (procedure,), _ = read_sources([written(tmp_path / "a.json", record(duong_day_nong="1022"))])
    assert procedure.extra == {"duong_day_nong": "1022"}


@pytest.mark.parametrize("content", ["{", "", "\x00\x01", "[" * 100_000])
def test_a_file_that_is_none_is_told_by_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "hong.json").write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"catalogue\.source_unreadable.*hong\.json"):
        read_sources([tmp_path / "hong.json"])


# ------------------------------------------------------------------ lists kept by an office
ROWS = [
    ["Mã thủ tục", "TÊN THỦ TỤC", "Lĩnh vực", "Đối tượng thực hiện", "Hình thức nộp", "Thời hạn", "Phí, lệ phí",
     "Phí từ ngày", "Phí đến ngày", "Trường hợp", "Tên giấy tờ", "Bản chính", "Bản sao", "Trình tự thực hiện"],
    ["1.001612", "Đăng ký hộ kinh doanh", "Hộ kinh doanh", "Công dân Việt Nam; Hộ gia đình", "Trực tiếp",
     "3 Ngày làm việc", "100.000 đồng", "", "14/08/2026", "", "Giấy đề nghị", 1, "", "Bước 1: Nộp.\nBước 2: Nhận."],
    ["", "", "", "", "Trực tiếp", "3 Ngày làm việc", "50.000 đồng", "15/08/2026", "28/02/2027", "", "Căn cước", "", 1,
     ""],
    ["", "", "", "", "", "", "", "", "", "Ủy quyền", "Văn bản ủy quyền", "", "", ""],
    ["1.001266", "Chấm dứt hoạt động hộ kinh doanh", "", "", "", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip


def as_xlsx(path: Path) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in ROWS:
        book.active.append([None if cell == "" else cell for cell in row])
    book.active.cell(3, 8).value = date(2026, 8, 15)  # a real date's cell, not a text
    book.save(path)
    return path


def as_csv(path: Path, divider: str = ";") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=divider).writerows(ROWS)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "csv;", "csv,"])
def test_a_list_that_the_office_keeps_itself(tmp_path: Path, kind: str) -> None:
    path = as_xlsx(tmp_path / "a.xlsx") if kind == "xlsx" else as_csv(tmp_path / "a.csv", kind[-1])
    (ended, opened), report = read_sources([path])
    assert (ended.code, ended.name) == ("1.001266", "Chấm dứt hoạt động hộ kinh doanh")
    assert opened.subjects == ("Công dân Việt Nam", "Hộ gia đình")
    assert opened.steps == ("Bước 1: Nộp.", "Bước 2: Nhận.")
    assert [c.fee for c in opened.channels_on(date(2026, 8, 14))] == ["100.000 đồng"]
    assert [c.fee for c in opened.channels_on(date(2026, 8, 15))] == ["50.000 đồng"]
    assert [c.fee for c in opened.channels_on(date(2027, 3, 1))] == []
    assert [(c.name, [(p.name, p.originals, p.copies) for p in c.papers]) for c in opened.cases] == [
        ("", [("Giấy đề nghị", 1, 0), ("Căn cước", 0, 1)]),
        ("Ủy quyền", [("Văn bản ủy quyền", 1, 0)]),
    ]
    assert report.records == 2


def test_a_sheet_without_its_headings_or_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Tên,Giá\nphở,40000\n", encoding="utf-8")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    for name in ("a.csv", "b.xlsx"):
        with pytest.raises(CatalogueError, match=r"catalogue\.source_unreadable"):
            read_sources([tmp_path / name])


# ------------------------------------------------------------------ the real list
def said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from said(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from said(inner)
    elif isinstance(value, str):
        yield value


def normalised(text: str) -> str:
    kept = "".join(c for c in nfc(text) if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf"})
    return " ".join(kept.split())


def rebuilt(p: Procedure) -> dict[str, Any]:
    """A stored procedure in the portal's shape, so that record and store can be laid beside each other."""
    return {
        "ma_thu_tuc": p.code, "ten_thu_tuc": p.name, "so_quyet_dinh": p.decision, "cap_thuc_hien": p.level,
        "loai_thu_tuc": p.kind, "linh_vuc": p.field, "doi_tuong_thuc_hien": list(p.subjects),
        "trinh_tu_thuc_hien": " ".join(p.steps), "co_quan_thuc_hien": p.agency, "co_quan_co_tham_quyen": p.authority,
        "dia_chi_tiep_nhan": p.address, "co_quan_phoi_hop": p.partners, "can_cu_phap_ly": list(p.legal_basis),
        "yeu_cau_dieu_kien": p.conditions, "raw_cach_thuc": p.extra.get("raw_cach_thuc", ""), "source": p.source,
        "cach_thuc_thuc_hien": [
            {"hinh_thuc_nop": c.method, "thoi_gian": c.time, "phi_le_phi": c.fee, "mo_ta": c.notes} for c in p.channels
        ],
        "ket_qua": [{"ten": r.name, "ma": r.code} for r in p.results],
    }  # fmt: skip


@needs_the_real_list
def test_every_text_of_every_real_record_is_stored_whole() -> None:
    procedures, report = read_sources([LIST])
    assert (report.records, report.stored, len(report.refused)) == (673, 666, 7)
    refused = {finding.code for finding in report.refused}
    assert {f.kind for f in report.refused} == {"announcement_title"}
    stored = {p.code: from_plain(json.loads(json.dumps(plain(p)))) for p in procedures}
    assert stored.keys() | refused == {one["ma_thu_tuc"] for one in records()}
    for one in records():
        if one["ma_thu_tuc"] in refused:
            continue
        procedure = stored[one["ma_thu_tuc"]]
        laid = rebuilt(procedure)
        for key, value in one.items():
            if key == "thanh_phan_ho_so":
                continue
            assert [normalised(t) for t in said(value)] == [normalised(t) for t in said(laid[key])], (
                procedure.code,
                key,
            )
        for given, case in zip(one["thanh_phan_ho_so"], procedure.cases, strict=True):
            assert normalised(given["truong_hop"]) == normalised(case.name)
            papers = [p for p in given["giay_to"] if p["ban_chinh"] or p["ban_sao"]]
            notes = [p for p in given["giay_to"] if not (p["ban_chinh"] or p["ban_sao"])]
            assert [
                (normalised(p["ten_giay_to"]), normalised(p["mau_don"]), p["ban_chinh"], p["ban_sao"]) for p in papers
            ] == [(normalised(p.name), normalised(p.form), p.originals, p.copies) for p in case.papers]
            assert [(normalised(p["ten_giay_to"]), normalised(p["mau_don"])) for p in notes] == [
                (normalised(n.text), normalised(n.form)) for n in case.notes
            ]


@needs_the_real_list
def test_every_real_name_has_a_short_one_that_fits_a_tile() -> None:
    procedures, _ = read_sources([LIST])
    assert max(len(p.short_name) for p in procedures) <= 100
    by_short: dict[str, set[str]] = {}
    for p in procedures:
        by_short.setdefault(p.short_name, set()).add(p.name)
    unclear = {short for short, names in by_short.items() if len(names) > 1}
    assert len(unclear) <= 1, unclear
