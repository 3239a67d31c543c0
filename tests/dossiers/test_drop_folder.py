"""Files an office drops: every encoding, half-written ones, nonsense, 50 MB; what was read last stays."""

from __future__ import annotations

import os
import sqlite3
import unicodedata
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from queue_core.dossiers import DossierState
from queue_hub.dossiers.backends import drop_table
from queue_hub.dossiers.backends.drop_folder import DropFolder
from queue_hub.dossiers.errors import RegistryError

HEAD = "Mã hồ sơ,Họ và tên,Trạng thái,Ngày hẹn trả,Mã tra cứu,Cần làm,Quầy"
LINE = "H55.242-261120-0001,Nguyễn Thị Đánh Dấu,Yêu cầu bổ sung giấy tờ,16:30 27/11/2026,7kqm,Giấy chứng sinh,3"
OTHER = "H55.242-261120-0002,Trần Văn B,9,27/11/2026,,,"
NOW_S = 1_795_600_000.0


class Dropped:
    """A drop folder and its index; files are as old as a test says."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "drop"
        self.place.mkdir()
        self.index = folder / "index.db"
        self.folder = DropFolder(self.place, self.index)

    def drop(self, name: str, content: str | bytes, *, encoding: str = "utf-8", age_s: float = 60) -> Path:
        path = self.place / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        os.utime(path, (NOW_S - age_s, NOW_S - age_s))
        return path

    def look(self) -> None:
        self.folder.refresh(NOW_S)

    def state(self, code: str = "H55.242-261120-0001") -> int | None:
        found = self.folder.find(code, deadline_s=1)
        return int(found.state) if found else None


@pytest.fixture
def dropped(tmp_path: Path) -> Dropped:
    return Dropped(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_a_spreadsheet_writes(dropped: Dropped, encoding: str, delimiter: str) -> None:
    text = f"{HEAD}\r\n{LINE}\r\n{OTHER}\r\n".replace(",", delimiter)
    if encoding == "cp1258":
        text = _windows(text)
    dropped.drop("ho-so.csv", text, encoding=encoding)
    dropped.look()
    found = dropped.folder.find("H55.242-261120-0001", deadline_s=1)
    assert found is not None
    assert (found.state, found.due, found.secret) == (
        DossierState.SUPPLEMENT,
        datetime.fromisoformat("2026-11-27 16:30"),
        "7KQM",
    )
    assert (found.todo, found.counters, found.estimated) == ("Giấy chứng sinh", (3,), False)
    assert dropped.state("H55.242-261120-0002") == 9
    assert found.as_of is not None


def _windows(text: str) -> str:
    """As Windows-1258 spells Vietnamese: the base letter with its hat, then the tone as a mark."""
    out = []
    for sign in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", sign)
        tones = [p for p in parts[1:] if p in "\u0300\u0301\u0303\u0309\u0323"]
        rest = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        out.append(rest + "".join(tones))
    return "".join(out)


def test_a_workbook(dropped: Dropped) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH SÁCH HỒ SƠ"])
    sheet.append(["TT", "MA_HO_SO", "trang thai", "Ngày hẹn trả", "Ngày trả"])
    sheet.append([1, "H55.242-261120-0001", 10, datetime.fromisoformat("2026-11-27 16:30"), date(2026, 11, 26)])
    sheet.append([2, "03706/2026/07906", 4.0, "27-11-2026", None])
    path = dropped.drop("ho-so.xlsx", b"")
    book.save(path)
    os.utime(path, (NOW_S - 60, NOW_S - 60))
    dropped.look()
    found = dropped.folder.find("H55.242-261120-0001", deadline_s=1)
    assert found is not None
    assert (found.state, found.returned_on) == (DossierState.RETURNED, date(2026, 11, 26))
    other = dropped.folder.find("03706/2026/07906", deadline_s=1)
    assert other is not None
    assert (other.state, other.due) == (4, datetime.fromisoformat("2026-11-27 17:00")), "a date alone lasts its day"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", HEAD + "\n" + LINE + "\nH55.242-261120-00", "unfinished"),
        ("a.csv", (HEAD + "\n" + LINE).encode()[:-40] + "ế".encode()[:1], "unfinished"),
        ("a.csv", "Tên,Tuổi\nA,1\n", "no_columns"),
        ("a.csv", b"\x00\x01\x02" * 50, "no_table"),
        ("a.csv", b"", "no_columns"),
        ("a.csv", b"M\xc3 h\xf5\xd2\x9d\n", "encoding"),
        ("a.xlsx", b"PK\x03\x04 half of a workbook", "unfinished"),
        ("a.xlsx", b"not a workbook", "unfinished"),
    ],
)
def test_what_is_no_whole_table_changes_nothing(dropped: Dropped, name: str, content: str | bytes, why: str) -> None:
    dropped.drop("a.csv", f"{HEAD}\n{LINE}\n", age_s=600)
    dropped.look()
    assert dropped.state() == 5
    dropped.drop(name, content)
    dropped.look()
    assert dropped.folder.reports[name].why == why
    assert dropped.state() == 5, "what was read last stays"


def test_fifty_megabytes_are_not_read(dropped: Dropped) -> None:
    dropped.drop("small.csv", f"{HEAD}\n{LINE}\n")
    with (dropped.place / "large.csv").open("wb") as file:
        file.write(f"{HEAD}\n".encode())
        file.truncate(50 * 1024 * 1024)
    os.utime(dropped.place / "large.csv", (NOW_S - 60, NOW_S - 60))
    dropped.look()
    assert dropped.folder.reports["large.csv"].why == "too_large"
    assert dropped.state() == 5
    assert dropped.index.stat().st_size < 1024 * 1024


def test_a_workbook_that_swells_when_unpacked(dropped: Dropped, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    path = dropped.drop("ho-so.xlsx", b"")
    book.save(path)
    os.utime(path, (NOW_S - 60, NOW_S - 60))
    monkeypatch.setattr(drop_table, "MAX_UNPACKED_BYTES", 1000)
    dropped.look()
    assert dropped.folder.reports["ho-so.xlsx"].why == "too_large"


def test_a_file_still_being_copied_waits(dropped: Dropped) -> None:
    dropped.drop("a.csv", f"{HEAD}\n{LINE}\n", age_s=0.5)
    dropped.look()
    with pytest.raises(RegistryError) as found:
        dropped.state()
    assert found.value.key == "dossier.registry_away"
    dropped.folder.refresh(NOW_S + 10)
    assert dropped.state() == 5


def test_the_later_line_and_the_younger_file_are_right(dropped: Dropped) -> None:
    dropped.drop("b.csv", f"{HEAD}\n{LINE}\n{LINE.replace('Yêu cầu bổ sung giấy tờ', '4')}\n", age_s=600)
    dropped.look()
    assert dropped.state() == 4
    assert dropped.folder.reports["b.csv"].twice == 1
    dropped.drop("a.csv", f"{HEAD}\n{LINE.replace('Yêu cầu bổ sung giấy tờ', '9')}\n", age_s=60)
    dropped.look()
    assert dropped.state() == 9
    (dropped.place / "a.csv").unlink()
    dropped.look()
    assert dropped.state() == 4


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("079203001234|1|A|01011990|Nam|B|01012020,x,4,,,,", "card"),
        ("H55.242-261120-0003,x,99,27/11/2026,7KQM,,", "bad_state"),
        ("H55.242-269920-0004,x,4,27/11/2026,7KQM,,", "bad_code"),
        (",Trần Văn Đánh Dấu,4,27/11/2026,7KQM,,", "no_code"),
        (" h55.242-261120-0005,x,4,27/11/2026,7KQM,,", "code_tidied"),
        (f"H55.242-261120-0006,x,5,27/11/2026,7KQM,{'giấy ' * 150},", "text_cut"),
        ("H55.242-261120-0007,x,4,,7KQM,,", "no_due"),
        ("H55.242-261120-0008,x,4,thứ sáu tuần sau,7KQM,,", "bad_due"),
        ("H55.242-261120-0009,x,9,27/11/2026,,,", "no_secret"),
        ("H55.242-261120-0010,x,4,27/11/2026,7KQM,,quầy ba", "bad_counter"),
    ],
)
def test_a_line_is_reported_by_its_number_and_never_by_its_words(dropped: Dropped, line: str, note: str) -> None:
    taken_in = note not in drop_table.REFUSED
    dropped.drop("a.csv", f"{HEAD}\n{LINE}\n\n{line}\n")
    dropped.look()
    report = dropped.folder.reports["a.csv"]
    assert [(one.note, one.count, one.lines) for one in report.findings] == [(note, 1, (4,))]
    assert (report.stored, report.refused) == ((2, 0) if taken_in else (1, 1))
    assert report.missing == ("extended", "returned")
    kept = b"".join(p.read_bytes() for p in dropped.index.parent.glob("index.db*"))
    assert not any(mark in kept for mark in ("Đánh Dấu".encode(), b"079203001234", b"01011990"))


def test_a_whole_report_counts_everything_and_outlives_the_hub(dropped: Dropped) -> None:
    lines = [f"H55.242-261120-{n:04d},x,99,,,," for n in range(100)]
    dropped.drop("b.csv", _windows("\r\n".join([HEAD, LINE, LINE, *lines, ""])), encoding="cp1258")
    dropped.look()
    report = dropped.folder.reports["b.csv"]
    (found,) = report.findings
    assert (found.kind, found.count, len(found.lines), found.lines[0]) == ("refused", 100, 30, 4)
    assert (report.stored, report.twice, report.encoding) == (1, 1, "cp1258")
    assert report.file_ms == (NOW_S - 60) * 1000
    again = DropFolder(dropped.place, dropped.index)
    assert again.reports == {"b.csv": report}
    dropped.drop("b.csv", f"{HEAD}\nH55.242-26", age_s=30)
    again.refresh(NOW_S)
    assert again.reports["b.csv"].why == "unfinished"
    assert again.reports["b.csv"].earlier_ms == report.file_ms, "it says of when the answers are"
    (dropped.place / "b.csv").unlink()
    again.refresh(NOW_S)
    assert DropFolder(dropped.place, dropped.index).reports == {}


def test_a_file_without_its_report_is_read_again_for_it(dropped: Dropped) -> None:
    dropped.drop("a.csv", f"{HEAD}\n{LINE}\n")
    dropped.look()
    with sqlite3.connect(dropped.index) as index:  # as an earlier version of this software left it
        index.execute("DELETE FROM report")
    again = DropFolder(dropped.place, dropped.index)
    again.refresh(NOW_S)
    assert again.reports["a.csv"].stored == 1


def test_names_never_leave_the_file(dropped: Dropped) -> None:
    dropped.drop("a.csv", f"{HEAD}\n{LINE}\n")
    dropped.look()
    kept = b"".join(p.read_bytes() for p in dropped.index.parent.glob("index.db*"))
    assert b"261120" in kept, "the search finds what is there"
    assert "Đánh Dấu".encode() not in kept


def test_a_folder_that_is_away_changes_nothing(dropped: Dropped) -> None:
    dropped.drop("a.csv", f"{HEAD}\n{LINE}\n")
    dropped.look()
    dropped.place.rename(dropped.place.with_name("gone"))
    dropped.look()
    assert dropped.state() == 5


def test_a_damaged_index_is_made_again(dropped: Dropped, tmp_path: Path) -> None:
    dropped.drop("a.csv", f"{HEAD}\n{LINE}\n")
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"no database at all " * 300)
    again = DropFolder(dropped.place, damaged)
    again.refresh(NOW_S)
    assert again.find("H55.242-261120-0001", deadline_s=1) is not None
