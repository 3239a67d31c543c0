"""Form 06, Sổ theo dõi hồ sơ, as XLSX. Names stand in it while they are kept."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

from queue_core.dossiers import STATE_WORDS
from queue_core.office import Office
from queue_hub.dossiers.record import Person, Record

COLUMNS: Final = (
    ("TT", 6), ("Mã hồ sơ", 28), ("Tên thủ tục hành chính", 46), ("Số lượng hồ sơ (bộ)", 10),
    ("Họ và tên cá nhân, tổ chức", 28), ("Địa chỉ, số điện thoại", 34), ("Ngày nhận hồ sơ", 17),
    ("Ngày hẹn trả kết quả", 17), ("Ngày có kết quả", 17), ("Ngày trả kết quả", 17), ("Trạng thái", 24),
    ("Ghi chú", 36),
)  # fmt: skip
_CHANNELS: Final = {1: "Trực tiếp", 2: "Trực tuyến", 3: "Bưu chính công ích"}


def register_xlsx(
    records: Sequence[Record], person_of: Callable[[str], Person], office: Office, first: date, last: date
) -> bytes:
    """The register of what was received from ``first`` to ``last``."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 -- a new workbook has one
    sheet.title = "Sổ theo dõi hồ sơ"
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for row, (text, size) in enumerate(
        ((office.name["vi"].upper(), 12), ("SỔ THEO DÕI HỒ SƠ", 15), (f"Từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}", 11)),
        1,
    ):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(COLUMNS))
        cell = sheet.cell(row, 1, text)
        cell.font, cell.alignment = Font(bold=row < 3, size=size), middle
    thin = Side(style="thin")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    for column, (heading, width) in enumerate(COLUMNS, 1):
        cell = sheet.cell(5, column, heading)
        cell.font, cell.alignment, cell.border = Font(bold=True), middle, frame
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, record in enumerate(records, 6):
        for column, value in enumerate(_values(record, person_of(record.code)), 1):
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins with "=" is a name, not a formula
            cell.border, cell.alignment = frame, Alignment(vertical="top", wrap_text=True)
            if isinstance(value, datetime):
                cell.number_format = "HH:MM DD/MM/YYYY"
    sheet.freeze_panes = "C6"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "5:5"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values(record: Record, person: Person) -> list[str | int | datetime | None]:
    notes = [
        _CHANNELS[record.channel],
        f"Bổ sung: {record.supplement_what}" if record.supplement_what else "",
        f"Hẹn lại từ {record.extended_from:%d/%m/%Y}: {record.extended_why}" if record.extended_from else "",
        f"Từ chối: {record.refused_why}" if record.refused_why else "",
    ]
    return [
        record.number, record.code, record.matter, record.copies, person.name,
        ", ".join(x for x in (person.address, person.phone) if x), record.received, record.due, record.ready,
        record.returned, STATE_WORDS[record.state][0], "; ".join(note for note in notes if note),
    ]  # fmt: skip
