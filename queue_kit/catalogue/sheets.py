"""Lists that an office keeps itself, as XLSX or CSV: one row a procedure, or more (a row a paper, a row a channel).

The first row names the columns (docs/catalogue.md); a heading may be written with or without accents, in any case. A
row without a code goes on with the procedure above: that is how several papers or channels are written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from queue_core.vietnamese import fold
from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.repairs import one_line

#: heading (folded) → key of the portal's record
COLUMNS: Final[Mapping[str, str]] = {
    "ma thu tuc": "ma_thu_tuc",
    "ten thu tuc": "ten_thu_tuc",
    "ten ngan": "ten_ngan",
    "so quyet dinh": "so_quyet_dinh",
    "cap thuc hien": "cap_thuc_hien",
    "loai thu tuc": "loai_thu_tuc",
    "linh vuc": "linh_vuc",
    "doi tuong thuc hien": "doi_tuong_thuc_hien",
    "trinh tu thuc hien": "trinh_tu_thuc_hien",
    "co quan thuc hien": "co_quan_thuc_hien",
    "co quan co tham quyen": "co_quan_co_tham_quyen",
    "dia chi tiep nhan": "dia_chi_tiep_nhan",
    "co quan phoi hop": "co_quan_phoi_hop",
    "ket qua": "ket_qua",
    "can cu phap ly": "can_cu_phap_ly",
    "yeu cau dieu kien": "yeu_cau_dieu_kien",
    "duong dan": "url",
    "nguon": "source",
    "hieu luc tu": "hieu_luc_tu",
    "hieu luc den": "hieu_luc_den",
}
#: of one channel; its own days are those of the fee
CHANNEL: Final[Mapping[str, str]] = {
    "hinh thuc nop": "hinh_thuc_nop",
    "thoi han": "thoi_gian",
    "phi le phi": "phi_le_phi",
    "mo ta": "mo_ta",
    "phi tu ngay": "hieu_luc_tu",
    "phi den ngay": "hieu_luc_den",
}
#: of one paper
PAPER: Final[Mapping[str, str]] = {
    "truong hop": "truong_hop",
    "ten giay to": "ten_giay_to",
    "mau don": "mau_don",
    "ban chinh": "ban_chinh",
    "ban sao": "ban_sao",
}
#: several values in one cell, one a line or divided by semicolons
_LISTS: Final = ("doi_tuong_thuc_hien", "ket_qua", "can_cu_phap_ly")
MAX_ROWS: Final = 100_000


def read_sheet(path: Path) -> list[dict[str, Any]]:
    """Records in the portal's shape. Raises CatalogueError catalogue.source_unreadable."""
    try:
        rows = list(_xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path))
    except CatalogueError:
        raise
    except Exception as error:  # openpyxl raises a dozen kinds for files that are none: BadZipFile, KeyError …
        raise CatalogueError("catalogue.source_unreadable", file=path.name, problem=error) from error
    headings = [_heading(cell) for cell in rows[0]] if rows else []
    if "ma thu tuc" not in headings or "ten thu tuc" not in headings:
        problem = "the first row has no columns 'Mã thủ tục' and 'Tên thủ tục'"
        raise CatalogueError("catalogue.source_unreadable", file=path.name, problem=problem)
    return _records(headings, rows[1:])


def _heading(cell: object) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(one_line(cell))).split())


def _xlsx(path: Path) -> Iterator[list[object]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True)):
            if number > MAX_ROWS:
                raise CatalogueError("catalogue.source_unreadable", file=path.name, problem=f"over {MAX_ROWS} rows")
            yield list(row)
    finally:
        book.close()


def _csv(path: Path) -> Iterator[list[object]]:
    text = path.read_text(encoding="utf-8-sig")
    first = text.partition("\n")[0]
    # Excel with Vietnamese settings divides by semicolons
    divider = max(",;\t", key=first.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=divider):
        yield list(row)


def _records(headings: list[str], rows: Iterable[list[object]]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for row in rows:
        cells = {name: cell for name, cell in zip(headings, row, strict=False) if name and cell not in {None, ""}}
        if not cells:
            continue
        if "ma thu tuc" in cells or not records:
            records.append({"cach_thuc_thuc_hien": [], "thanh_phan_ho_so": []})
        _add(records[-1], cells)
    return records


def _add(record: dict[str, Any], cells: dict[str, object]) -> None:
    for heading, cell in cells.items():
        if heading in CHANNEL or heading in PAPER:
            continue
        key = COLUMNS.get(heading, heading)
        value = _cell(cell)
        if key in _LISTS:
            parts = [part.strip() for part in str(value).replace(";", "\n").split("\n") if part.strip()]
            record.setdefault(key, []).extend(parts)
        elif record.get(key):
            record[key] = f"{record[key]}\n{value}"
        else:
            record[key] = value
    channel = {key: _cell(cells[heading]) for heading, key in CHANNEL.items() if heading in cells}
    if channel:
        record["cach_thuc_thuc_hien"].append(channel)
    paper = {key: _cell(cells[heading]) for heading, key in PAPER.items() if heading in cells}
    if paper:
        case = str(paper.pop("truong_hop", "") or "")
        cases = record["thanh_phan_ho_so"]
        if not cases or (case and cases[-1]["truong_hop"] != case):
            cases.append({"truong_hop": case, "giay_to": []})
        if paper:
            paper.setdefault("ban_chinh", 0 if paper.get("ban_sao") else 1)
            cases[-1]["giay_to"].append(paper)


def _cell(cell: object) -> Any:
    """A cell's value; a spreadsheet's whole number 3 may come as 3.0, a day as a moment."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return date(cell.year, cell.month, cell.day).isoformat() if isinstance(cell, date) else cell
