"""Reading one dropped file: CSV or XLSX, whatever encoding and order of columns an office's software writes.

Columns, in any order, are found by their heading without regard to case, accents or "_": ``Mã hồ sơ`` and
``Trạng thái`` (1 to 10 or its words) are needed; ``Ngày hẹn trả``, ``Ngày trả``, ``Hẹn lại``, ``Mã tra cứu``, ``Cần
làm``, ``Quầy`` are read where they are. Any other column (names, addresses) is passed over: it never leaves the file.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from queue_core.dossier_code import DossierCode, ForeignCode, IdentityCard, read_code
from queue_core.dossiers import STATE_WORDS, DossierState
from queue_core.vietnamese import fold, nfc

MAX_BYTES: Final = 32 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 256 * 1024 * 1024
MAX_ROWS: Final = 300_000
_HEADING_WITHIN: Final = 20
_DAY_ENDS: Final = time(17, 0)
_BLOCK_BYTES: Final = 1024 * 1024
#: folded heading → field
HEADINGS: Final = {
    "ma ho so": "code", "so ho so": "code", "trang thai": "state", "ma trang thai": "state", "tinh trang": "state",
    "ngay hen tra": "due", "hen tra": "due", "ngay tra": "returned", "ngay tra ket qua": "returned",
    "hen lai": "extended", "ma tra cuu": "secret", "can lam": "todo", "noi dung bo sung": "todo", "quay": "counter",
}  # fmt: skip
_STATES: Final = {fold(words[0]): state for state, words in STATE_WORDS.items()}
_DATE: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2})[:hg](\d{2}))?")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}))?")
_TIME_FIRST: Final = re.compile(r"(\d{1,2})[:hg](\d{2})\D+(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class Row(NamedTuple):
    """One dossier of a file. Times as ISO text, as the index keeps them."""

    code: str
    state: int
    due: str | None
    returned: str | None
    extended: bool
    secret: str
    todo: str
    counter: int | None


#: what a line's reading met: refused it is not taken in, else it is, mended or with less than a citizen would want
Note = Literal[
    "no_code", "card", "bad_code", "bad_state",
    "code_tidied", "text_cut",
    "no_due", "bad_due", "no_returned", "no_secret", "bad_counter",
]  # fmt: skip
REFUSED: Final[frozenset[Note]] = frozenset({"no_code", "card", "bad_code", "bad_state"})
REPAIRED: Final[frozenset[Note]] = frozenset({"code_tidied", "text_cut"})
#: a dossier in one of these has a date that its citizen wants to know
_DUE_WANTED: Final = frozenset({2, 4, 5, 6, 9})
_TODO_MOST: Final = 500


class Line(NamedTuple):
    """A line of a file that is not empty. ``number`` as a spreadsheet counts; ``row`` None: it is no dossier."""

    number: int
    row: Row | None
    notes: tuple[Note, ...]


class Table(NamedTuple):
    """An open file: its lines in order, and what it lacks or needed as a whole.

    ``missing``: fields without a column; ``encoding``: of a CSV file, "" for a workbook.
    """

    lines: Iterator[Line]
    missing: tuple[str, ...]
    encoding: str


class UnusableFileError(ValueError):
    """A file that is no table of dossiers (yet). ``why``: unfinished, too_large, no_table, no_columns, encoding."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def open_table(path: Path) -> Table:
    """Find a file's columns; its lines are read as they are asked for. Raises UnusableFileError, OSError, then too."""
    if path.stat().st_size > MAX_BYTES:
        raise UnusableFileError("too_large")
    workbook = path.suffix.lower() == ".xlsx"
    encoding = "" if workbook else _encoding(path)
    lines = enumerate(_xlsx(path) if workbook else _csv(path, encoding), 1)
    for number, line in lines:
        if columns := _columns(line):
            missing = tuple(sorted(set(HEADINGS.values()) - columns.keys()))
            return Table(_lines(lines, columns), missing, encoding)
        if number > _HEADING_WITHIN:
            break
    raise UnusableFileError("no_columns")


def _lines(lines: Iterator[tuple[int, Sequence[Any]]], columns: dict[str, int]) -> Iterator[Line]:
    for number, line in lines:
        if number > MAX_ROWS:
            raise UnusableFileError("too_large")
        if any(cell not in {None, ""} for cell in line):
            yield _line(number, line, columns)


def _columns(line: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(line):
        words = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(str(heading or ""))).split())
        if name := HEADINGS.get(words):
            found.setdefault(name, place)
    return found if {"code", "state"} <= found.keys() else {}


def _line(number: int, line: Sequence[Any], columns: dict[str, int]) -> Line:
    def cell(name: str) -> Any:
        place = columns.get(name)
        return line[place] if place is not None and place < len(line) else None

    said = _text(cell("code"))
    reading = read_code(said, None)
    state = _state(cell("state"))
    if not isinstance(reading, (DossierCode, ForeignCode)):
        card = isinstance(reading, IdentityCard)
        return Line(number, None, ("card" if card else "bad_code" if said else "no_code",))
    if state is None:
        return Line(number, None, ("bad_state",))
    counter, todo = _text(cell("counter")), _text(cell("todo"))
    extended = fold(_text(cell("extended")))
    row = Row(
        code=reading.text,
        state=int(state),
        due=_moment(cell("due")),
        returned=_moment(cell("returned")),
        extended=extended not in {"", "0", "khong", "false", "no"},
        secret=_text(cell("secret")).upper()[:16],
        todo=todo[:_TODO_MOST],
        counter=int(counter) if counter.isdecimal() and 1 <= int(counter[:6]) <= 99 else None,
    )
    met: dict[Note, bool] = {
        "code_tidied": reading.text != said,
        "text_cut": row.todo != todo,
        "no_due": "due" in columns and state in _DUE_WANTED and not _text(cell("due")),
        "bad_due": bool(_text(cell("due"))) and row.due is None,
        "no_returned": "returned" in columns and state == DossierState.RETURNED and row.returned is None,
        "no_secret": "secret" in columns and not row.secret,
        "bad_counter": bool(counter) and row.counter is None,
    }
    return Line(number, row, tuple(note for note, there in met.items() if there))


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(nfc(str(value)).split()) if value is not None else ""


def _state(value: object) -> DossierState | None:
    text = fold(_text(value))
    if text.isdecimal() and 1 <= int(text[:4]) <= 10:
        return DossierState(int(text[:4]))
    return _STATES.get(text)


def _moment(value: object) -> str | None:
    """A cell's date and time as ISO; None when it holds none. A date alone lasts until offices usually close."""
    if isinstance(value, datetime) and value.time() == time(0):
        return datetime.combine(value.date(), _DAY_ENDS).isoformat()  # how a workbook keeps a date alone
    if isinstance(value, datetime):
        return value.replace(microsecond=0, tzinfo=None).isoformat()
    if isinstance(value, date):
        return datetime.combine(value, _DAY_ENDS).isoformat()
    text = _text(value)
    try:
        if found := _TIME_FIRST.search(text):
            hour, minute, day, month, year = (int(x) for x in found.groups())
        elif found := _DATE.search(text):
            day, month, year = (int(x) for x in found.groups()[:3])
            hour, minute = (int(x) for x in found.groups()[3:]) if found[4] else (_DAY_ENDS.hour, 0)
        elif found := _ISO.search(text):
            year, month, day = (int(x) for x in found.groups()[:3])
            hour, minute = (int(x) for x in found.groups()[3:]) if found[4] else (_DAY_ENDS.hour, 0)
        else:
            return None
        return datetime(year, month, day, hour, minute).isoformat()  # noqa: DTZ001 -- local wall time
    except ValueError:
        return None


# ------------------------------------------------------------------ files
def _csv(path: Path, encoding: str) -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        head = file.read(4096)
        if "\0" in head:
            raise UnusableFileError("no_table")
        first = head.splitlines()[0] if head else ""
        delimiter = max(",;\t", key=first.count)
        file.seek(0)
        width = 0
        last: list[str] | None = None
        try:
            for line in csv.reader(file, delimiter=delimiter):
                if last is not None:
                    yield last  # an empty one too: lines are counted as a spreadsheet counts them
                width, last = max(width, len(line)), line
        except csv.Error as error:
            raise UnusableFileError("no_table") from error
    if last and len(last) < width and not _ends_whole(path):
        raise UnusableFileError("unfinished")  # cut within its last line: it is still being written
    if last is not None:
        yield last


def _encoding(path: Path) -> str:
    """UTF-8 (with or without a mark), UTF-16 with a mark, else Windows-1258. Raises UnusableFileError."""
    import codecs

    with path.open("rb") as file:
        if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return "utf-16"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(_BLOCK_BYTES):
                decoder.decode(block)
            if decoder.getstate()[0]:
                raise UnusableFileError("unfinished")
        except UnicodeDecodeError:
            return _windows(path)
    return "utf-8-sig"


def _windows(path: Path) -> str:
    """Windows-1258 writes its accents as marks of their own; :func:`nfc` joins them to their letters afterwards."""
    try:
        with path.open(encoding="cp1258") as file:
            while file.read(_BLOCK_BYTES):
                pass
    except UnicodeDecodeError as error:
        raise UnusableFileError("encoding") from error
    return "cp1258"


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(0, io.SEEK_END)
        if not file.tell():
            return False
        file.seek(-1, io.SEEK_END)
        return file.read(1) in b"\r\n"


def _xlsx(path: Path) -> Iterator[Sequence[Any]]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise UnusableFileError("too_large")
    except zipfile.BadZipFile as error:
        raise UnusableFileError("unfinished") from error
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise UnusableFileError("no_table") from error
    try:
        sheet: Any = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise UnusableFileError("no_table")
        rows: Iterable[Sequence[Any]] = sheet.iter_rows(values_only=True)
        yield from rows
    except (KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as error:
        if isinstance(error, UnusableFileError):
            raise
        raise UnusableFileError("no_table") from error
    finally:
        book.close()
