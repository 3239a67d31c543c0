"""What can go wrong with a file on a memory card, in words that say what to do next."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from typing import Final

from queue_core.errors import JournalError, register

#: What reading a damaged file may raise: SQLite's own errors, and the decoding of an error text made of rubbish.
DAMAGE: Final = (sqlite3.Error, UnicodeDecodeError)
_NOT_THE_FILE: Final = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY,
}  # fmt: skip
_NEARLY_NOTHING_BYTES = 64 * 1024

register(
    {
        "journal.disk_full": (
            (
                "Thẻ nhớ đã đầy nên chưa ghi được số mới; các số đã phát vẫn còn nguyên. Hãy gọi cán bộ kỹ thuật dọn "
                "chỗ trống, máy sẽ tự chạy tiếp."
            ),
            (
                "The memory card is full, so no new number could be recorded; all numbers given so far are safe. Call "
                "a technician to free space; the machine then goes on by itself."
            ),
        ),
        "journal.read_only": (
            "Thẻ nhớ đang ở chế độ chỉ đọc nên không ghi được số mới. Hãy khởi động lại máy; nếu vẫn báo thì thay thẻ.",
            (
                "The memory card is read-only, so no new number can be recorded. Restart the machine; if it stays so, "
                "replace the card."
            ),
        ),
        "journal.write_failed": (
            (
                "Không ghi được vào sổ nhật ký ({problem}); chưa có số nào được phát thêm. Hãy thử lại; nếu còn lỗi, "
                "gọi cán bộ kỹ thuật."
            ),
            (
                "The journal could not be written ({problem}); no further number was given. Try again; if it stays so, "
                "call a technician."
            ),
        ),
        "journal.corrupt": (
            "Sổ nhật ký {file} bị hỏng ({problem}). Không mở tệp này; hãy phục hồi bằng lệnh: motcua journal salvage.",
            "The journal {file} is damaged ({problem}). It is not opened; recover with: motcua journal salvage.",
        ),
        "journal.in_use": (
            "Sổ nhật ký {file} đang được một tiến trình khác ghi. Hãy tắt tiến trình đó trước.",
            "Another process is writing the journal {file}. Stop that one first.",
        ),
        "journal.closed": (
            "Sổ nhật ký đã đóng vì máy đang tắt. Mời thử lại khi máy chạy lại.",
            "The journal is closed because the machine is stopping. Try again when it is back.",
        ),
        "journal.missing": (
            "Không có sổ nhật ký {file}. Hãy kiểm tra lại đường dẫn.",
            "There is no journal {file}. Check the path.",
        ),
        "journal.simulated": (
            (
                "Sổ nhật ký {file} là của buổi chạy thử (đồng hồ mô phỏng), không dùng cho ngày làm việc thật. Hãy "
                "chọn thư mục dữ liệu khác."
            ),
            (
                "The journal {file} belongs to a simulation (simulated clock) and is not used for real days. Choose "
                "another data folder."
            ),
        ),
        "journal.not_simulated": (
            "Sổ nhật ký {file} là sổ thật, không được chạy với đồng hồ mô phỏng. Hãy chọn thư mục dữ liệu khác.",
            "The journal {file} is a real one and is never run with a simulated clock. Choose another data folder.",
        ),
        "journal.too_new": (
            (
                "Sổ nhật ký {file} do phiên bản mới hơn ghi (khuôn dạng {format}, máy này biết đến {known}). Hãy cập "
                "nhật phần mềm."
            ),
            (
                "The journal {file} was written by a newer version (format {format}; this one knows up to {known}). "
                "Update the software."
            ),
        ),
        "journal.backup_same_file": (
            "Bản sao lưu trùng với chính sổ nhật ký {file}. Hãy chọn tệp khác, trên một thiết bị khác.",
            "The backup would be the journal {file} itself. Choose another file, on another device.",
        ),
        "journal.backup_failed": (
            "Không sao lưu được vào {file} ({problem}). Hãy kiểm tra thiết bị sao lưu rồi làm lại.",
            "The backup to {file} failed ({problem}). Check the backup device and try again.",
        ),
        "journal.nothing_to_salvage": (
            "Không có tệp sổ nhật ký {file} để phục hồi. Hãy kiểm tra lại đường dẫn.",
            "There is no journal file {file} to recover. Check the path.",
        ),
    }
)


def corrupt(path: Path, problem: object) -> JournalError:
    """The file is not what was written; it must not be used."""
    return JournalError("journal.corrupt", file=str(path), problem=str(problem))


def failure(error: sqlite3.Error | UnicodeDecodeError | OSError, path: Path) -> JournalError:
    """The keyed error of a failed write (or opening) of ``path``.

    SQLite names a full disk (ENOSPC) but not a file system that the kernel has turned read-only (EROFS arrives as
    an input/output error), so the file system itself is asked.
    """
    problem = str(error)
    details = {"file": str(path), "problem": problem}
    if isinstance(error, OSError):
        if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
            return JournalError("journal.read_only", **details)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return JournalError("journal.disk_full", **details)
        return JournalError("journal.write_failed", **details)
    if isinstance(error, UnicodeDecodeError):
        return corrupt(path, problem)
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return JournalError("journal.disk_full", **details)
    if code == sqlite3.SQLITE_READONLY:
        return JournalError("journal.read_only", **details)
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return corrupt(path, problem)
    if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
        key = _state_of_disk(path)
        if key is not None:
            return JournalError(key, **details)
    return JournalError("journal.write_failed", **details)


def read_failure(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> JournalError:
    """The keyed error of a failed reading: unless the device or another process is the reason, the file is damaged."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    return failure(error, path) if code in _NOT_THE_FILE else corrupt(path, error)


def _state_of_disk(path: Path) -> str | None:
    try:
        room = os.statvfs(path.parent)
    except OSError:
        return None
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        return "journal.read_only"
    return "journal.disk_full" if room.f_bavail * room.f_frsize < _NEARLY_NOTHING_BYTES else None
