"""What the page of officers and tokens says."""

from __future__ import annotations

from typing import Final

OFFICERS: Final[dict[str, tuple[str, str]]] = {
    "officers.lead": (
        "Tên, chức danh và ảnh hiện ở bàn làm việc và toàn cảnh.",
        "Name, title and photo show on the console and in the room.",
    ),
    "officers.new": ("Thêm cán bộ", "Add an officer"),
    "officers.password": ("Đặt mật khẩu", "Set a password"),
    "officers.remove_sure": ("Xoá tài khoản {name}?", "Remove the account of {name}?"),
    "tokens": ("Mã truy cập cho phần mềm khác", "Tokens for other software"),
    "tokens.lead": (
        "Mã chỉ hiện một lần khi tạo. Mô tả giao diện: /api/v1/openapi.json",
        "A token is shown once, when made. The interface: /api/v1/openapi.json",
    ),
    "tokens.new": ("Tạo mã", "Make a token"),
    "tokens.name": ("Tên phần mềm", "Name of the software"),
    "tokens.shown_once": (
        "Hãy chép mã này ngay; nó không hiện lại lần nữa.",
        "Copy this token now; it is never shown again.",
    ),
    "scope.read": ("xem", "read"),
    "scope.issue": ("cấp số", "issue"),
    "scope.book": ("đặt lịch", "book"),
    "scope.serve": ("điều hành quầy", "serve"),
    "scope.dossiers": ("sổ hồ sơ", "dossiers"),
}
