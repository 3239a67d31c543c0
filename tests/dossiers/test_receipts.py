"""What the counter prints: every code is read back from the paper by an engine that did not draw it."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from queue_core.errors import MotcuaError
from queue_core.office_file import read_office
from queue_hub.command import SHIPPED_OFFICE
from queue_hub.dossiers.record import Paper, Person, Record
from queue_hub.receipts.register import register_xlsx
from queue_hub.receipts.sheet import form_pdf, label_pdf
from queue_hub.receipts.slip import receipt_lines, receipt_slip
from queue_hub.receipts.words import TITLES, Form, FormNumber, form
from tests.dossiers.house import S, local

OFFICE = read_office(SHIPPED_OFFICE)
NOW = local("2026-11-25 08:31")
LONGEST, NEW = "000.17.22.H56-261125-0017", "H55.242-261125-0001"
PERSON = Person(name="Nguyễn Thị Hường", address="Thôn Ổ Gà, xã Mẫu Sơn", phone="0912 345 678")
_SYMBOLS = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128)
FORMS: list[FormNumber] = ["01", "02", "03", "04"]


def record(code: str = LONGEST, **more: Any) -> Record:
    values: dict[str, Any] = {
        "code": code, "number": 17, "state": S.PROCESSING, "matter": "Đăng ký khai sinh có yếu tố nước ngoài",
        "procedure": "1.001193", "officer": "Lò Thị Lan",
        "fee": "8.000 đồng/bản sao",
        "papers": (Paper(name="Tờ khai"), Paper(name="Giấy chứng sinh", originals=0, copies=2)),
        "received": local("2026-11-25 08:30"), "term_kind": "days", "term_count": 7, "due": local("2026-12-04 17:00"),
    }  # fmt: skip
    return Record(**(values | more))


def filled(number: FormNumber, **more: Any) -> Form:
    extra: dict[str, Any] = {
        "02": {"supplement_what": "Giấy kết hôn; Văn bản thoả thuận", "supplement_asked": local("2026-11-26 09:00")},
        "03": {"refused_why": "Không thuộc thẩm quyền"},
        "04": {"extended_from": local("2026-12-02 17:00"), "extended_why": "Chờ xác minh"},
    }.get(number, {})
    return form(number, record(**(extra | more)), PERSON, OFFICE, secret="7KQM", now=NOW)


def pages(pdf: bytes, folder: Path, dpi: int = 150) -> list[Image.Image]:
    """The sheet as a printer would lay it: rasterised by poppler, which had no part in making it."""
    (folder / "sheet.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-png", str(folder / "sheet.pdf"), str(folder / "page")],
        check=True, timeout=60,
    )  # fmt: skip
    return [Image.open(path) for path in sorted(folder.glob("page*.png"))]


def words(pdf: bytes, folder: Path) -> str:
    (folder / "sheet.pdf").write_bytes(pdf)
    out = subprocess.run(
        ["pdftotext", "-layout", str(folder / "sheet.pdf"), "-"], check=True, timeout=60, capture_output=True
    ).stdout.decode()
    return " ".join(out.replace("\u00a0", " ").split())


def codes(picture: Image.Image) -> set[tuple[str, str]]:
    return {
        ("QR" if found.format == zxingcpp.BarcodeFormat.QRCode else "bars", found.text)
        for found in zxingcpp.read_barcodes(picture, formats=_SYMBOLS)
    }


def bars(picture: Image.Image) -> set[str]:
    return {x.data.decode() for x in pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.CODE128])}


@pytest.mark.parametrize(
    ("number", "code"), [*((number, LONGEST) for number in FORMS), ("01", NEW), ("01", "03706/2026/07906")]
)
def test_every_form_is_read_back_by_other_engines(number: FormNumber, code: str, tmp_path: Path) -> None:
    found = pages(form_pdf(filled(number, code=code)), tmp_path)
    assert len(found) == 1
    assert codes(found[0]) == {("bars", code), ("QR", code)}
    assert bars(found[0]) == {code}
    assert abs(found[0].width / found[0].height - 148 / 210) < 0.01


def test_a_form_on_a_poor_office_printer_is_still_read(tmp_path: Path) -> None:
    found = pages(form_pdf(filled("01")), tmp_path, dpi=130)[0].point(lambda x: 0 if x < 128 else 255)
    assert LONGEST in {text for _, text in codes(found)}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("01", ["Thời gian trả kết quả (dự kiến): 17 giờ 00 phút, ngày 04 tháng 12 năm 2026", "Mã tra cứu: 7KQM",
                "07 ngày làm việc", "Phí, lệ phí: 8.000 đồng/bản sao", "1. Tờ khai (01 bản chính)",
                "2. Giấy chứng sinh (02 bản sao)"]),
        ("02", ["1. Giấy kết hôn", "2. Văn bản thoả thuận", "Ngày 26 tháng 11 năm 2026"]),
        ("03", ["1. Không thuộc thẩm quyền"]),
        ("04", ["Lý do chậm: Chờ xác minh", "Ngày hẹn trả trước đây: 17 giờ 00 phút, ngày 02 tháng 12 năm 2026",
                "trân trọng xin lỗi"]),
    ],
)  # fmt: skip
def test_the_words_of_each_form(number: FormNumber, said: list[str], tmp_path: Path) -> None:
    text = words(form_pdf(filled(number)), tmp_path)
    usual = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", TITLES[number], "Nguyễn Thị Hường",
             "Thôn Ổ Gà", "NGƯỜI TIẾP NHẬN HỒ SƠ", "Lò Thị Lan", "(1.001193)"]  # fmt: skip
    assert [one for one in [*usual, *said] if one not in text] == []
    assert ("7KQM" in text) is (number == "01"), "the 4 characters stand on the receipt only"


def test_a_date_of_the_one_stop_system_is_no_estimate(tmp_path: Path) -> None:
    assert "dự kiến" not in words(form_pdf(filled("01", given_due=True)), tmp_path)


@pytest.mark.parametrize("number", ["02", "03", "04"])
def test_a_form_a_dossier_does_not_have(number: FormNumber) -> None:
    with pytest.raises(MotcuaError) as found:
        form(number, record(), PERSON, OFFICE, secret="", now=NOW)
    assert found.value.key == "receipt.not_yet"


def test_the_longest_dossier_loses_nothing(tmp_path: Path) -> None:
    papers = tuple(Paper(name=f"Giấy tờ số {n} " + "rất dài <b>&" * 6) for n in range(1, 112))
    pdf = form_pdf(filled("01", papers=papers, matter="Thủ tục " * 110))
    text = words(pdf, tmp_path)
    assert all(f"{n}. Giấy tờ số {n} " in text for n in range(1, 112))
    assert "<b>&" in text, "what looks like markup is words"
    assert "NGƯỜI NỘP HỒ SƠ" in text


def test_without_a_name_there_is_room_to_write_it(tmp_path: Path) -> None:
    empty = form("01", record(), Person(), OFFICE, secret="7KQM", now=NOW)
    assert "Tiếp nhận hồ sơ của: …" in words(form_pdf(empty), tmp_path)


@pytest.mark.parametrize("code", [LONGEST, NEW])
def test_a_label(code: str, tmp_path: Path) -> None:
    pdf = label_pdf(record(code))
    found = pages(pdf, tmp_path, dpi=203)[0]
    assert codes(found) == {("bars", code), ("QR", code)}
    assert abs(found.width / found.height - 2.0) < 0.02
    assert "Hẹn trả: 17:00 04/12/2026" in words(pdf, tmp_path)


@pytest.mark.parametrize("number", FORMS)
@pytest.mark.parametrize("width", [576, 384])
@pytest.mark.parametrize("code", [LONGEST, NEW])
def test_a_slip(number: FormNumber, width: int, code: str) -> None:
    slip = receipt_slip(filled(number, code=code), width)
    assert (slip.mode, slip.width) == ("1", width)
    assert codes(slip.convert("L")) == {("QR", code)}
    lines = receipt_lines(filled(number, code=code))
    assert {code, TITLES[number]} <= set(lines)
    assert ("Mã tra cứu: 7KQM" in lines) is (number == "01")
    assert PERSON.name not in " ".join(lines), "a slip is dropped on the floor: no name on it"


def test_the_register_is_form_06() -> None:
    late = record(NEW, number=18, state=S.RETURNED, ready=local("2026-12-05 10:00"), returned=local("2026-12-06 08:00"))
    rows = [record(extended_from=local("2026-12-02 17:00"), extended_why="Chờ xác minh"), late]
    people = {LONGEST: PERSON, NEW: Person(name='=HYPERLINK("http://evil")')}
    made = register_xlsx(rows, people.__getitem__, OFFICE, date(2026, 11, 1), date(2026, 11, 30))
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    assert sheet["A2"].value == "SỔ THEO DÕI HỒ SƠ"
    assert [sheet.cell(5, c).value for c in (1, 2, 5)] == ["TT", "Mã hồ sơ", "Họ và tên cá nhân, tổ chức"]
    assert [sheet.cell(6, c).value for c in (1, 2, 5, 11)] == [17, LONGEST, "Nguyễn Thị Hường", "Đang xử lý"]
    assert "Hẹn lại từ 02/12/2026: Chờ xác minh" in str(sheet["L6"].value)
    assert sheet["J7"].value == local("2026-12-06 08:00")
    assert sheet["E7"].data_type == "s", "a name is never a formula"
