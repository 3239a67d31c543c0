"""The keyed errors of the web front, in words."""

from __future__ import annotations

from queue_core.errors import register

register(
    {
        "auth.needed": ("Mời đăng nhập để tiếp tục.", "Please log in to go on."),
        "auth.wrong": ("Tên đăng nhập hoặc mật khẩu chưa đúng.", "The user name or the password is not right."),
        "auth.slow": (
            "Đã thử sai nhiều lần. Mời thử lại sau {seconds} giây.",
            "Too many wrong tries. Please try again in {seconds} s.",
        ),
        "auth.csrf": (
            "Trang đã cũ hoặc được mở từ nơi khác. Hãy tải lại trang rồi thử lại.",
            "This page is old or was opened from elsewhere. Reload it, then try again.",
        ),
        "auth.token": ("Mã truy cập không đúng hoặc đã bị thu hồi.", "The token is not right or was withdrawn."),
        "auth.scope": ("Mã truy cập không có quyền “{scope}”.", "The token lacks the scope “{scope}”."),
        "web.not_found": ("Không có trang này.", "There is no such page."),
        "web.method": ("Không làm được việc này tại địa chỉ này.", "This cannot be done at this address."),
        "web.too_large": (
            "Dữ liệu gửi lên quá lớn (tối đa {limit} kB).",
            "What was sent is too large (at most {limit} kB).",
        ),
        "web.too_many": (
            "Quá nhiều yêu cầu. Mời thử lại sau ít phút.",
            "Too many requests. Please try again in minutes.",
        ),
        "printer.none": (
            "Máy chủ chưa được nối máy in. Hãy đọc số cho công dân.",
            "The hub has no printer. Please tell the citizen the number.",
        ),
        "follow.unknown": (
            "Đường dẫn này không đúng hoặc đã hết hạn. Mời xem số trên phiếu hoặc hỏi cán bộ hướng dẫn.",
            "This link is wrong or has expired. Please look at your slip or ask an officer.",
        ),
    }
)
