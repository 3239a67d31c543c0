"""The words of this package's keyed errors. Importing this module registers them."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register


class FirmwareError(MotcuaError, ValueError):
    """A boot file, a device or a deny list that is not used. Nothing was written."""


register(
    {
        "firmware.unknown_key": (
            "{file}, dòng {line}: không biết “{name}”{near}. Đừng sửa tệp này; hãy chạy lại motcua firmware render.",
            "{file}, line {line}: {name!r} is not known{near}. Do not edit it; run motcua firmware render again.",
        ),
        "firmware.bad_value": (
            "{file}, dòng {line}: “{name}” không nhận “{value}”. Cho phép: {allowed}.",
            "{file}, line {line}: {name!r} does not take the value {value!r}. Allowed: {allowed}.",
        ),
        "firmware.line_too_long": (
            "{file}, dòng {line}: dài {length} ký tự, phần mềm khởi động chỉ đọc 98. Hãy tách dtoverlay và dtparam.",
            "{file}, line {line}: {length} characters; the firmware reads 98. Use several dtoverlay lines.",
        ),
        "firmware.one_line": (
            "{file}: dòng lệnh của nhân phải nằm trên đúng một dòng, ở đây có {lines}.",
            "{file}: the kernel's command line must be one line; there are {lines}.",
        ),
        "firmware.unreadable": (
            "Không đọc được {file}: {problem}.",
            "{file} cannot be read: {problem}.",
        ),
        "firmware.device": (
            "Thiết bị không đúng: {problem}. Sửa mô tả thiết bị rồi chạy lại.",
            "The device's description is wrong: {problem}. Correct it and run again.",
        ),
        "firmware.deny_list": (
            "Không dùng danh sách từ chối {file}: {problem}. Trạm vẫn chạy; hãy xin tỉnh danh sách mới.",
            "The deny list {file} is not used: {problem}. The office goes on; ask the province for a new list.",
        ),
    }
)
