"""The error of the accounts' book, and its words."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register

register(
    {
        "account.unknown": ("Không có tài khoản “{username}”.", "There is no account “{username}”."),
        "account.exists": (
            "Đã có tài khoản “{username}”. Mời chọn tên đăng nhập khác.",
            "The account “{username}” exists already. Choose another user name.",
        ),
        "account.username": (
            "Tên đăng nhập gồm 2–32 chữ thường không dấu, chữ số, dấu chấm hoặc gạch, bắt đầu bằng chữ.",
            "A user name has 2–32 lower-case letters, digits, dots or dashes and begins with a letter.",
        ),
        "account.name": ("Mời nhập họ tên (tối đa 100 ký tự).", "Please enter the name (at most 100 characters)."),
        "account.passwords_differ": ("Hai mật khẩu chưa giống nhau.", "The two passwords differ."),
        "account.last_administrator": (
            "Đây là quản trị viên duy nhất. Hãy tạo quản trị viên khác trước.",
            "This is the only administrator. Create another one first.",
        ),
        "account.stale": (
            "Tài khoản này vừa được người khác sửa. Hãy tải lại trang rồi sửa tiếp.",
            "Somebody else has just changed this account. Reload, then edit again.",
        ),
        "account.first_run_done": (
            "Hệ thống đã được thiết lập. Mời đăng nhập.",
            "The system has been set up already. Please log in.",
        ),
        "account.first_run_code": (
            "Mã chưa đúng. Mã được in ra tại máy chủ khi khởi động lần đầu (tệp first-run-code.txt).",
            "The code is not right. It is printed at the hub when it first starts (file first-run-code.txt).",
        ),
    }
)


class AccountError(MotcuaError, ValueError):
    """An account that cannot be made or changed so."""
