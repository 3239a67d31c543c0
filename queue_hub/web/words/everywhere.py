"""What all pages say: live or not, log-in, roles, navigation."""

from __future__ import annotations

from typing import Final

EVERYWHERE: Final[dict[str, tuple[str, str]]] = {
    "live": ("Trực tiếp", "Live"),
    "not_live": ("Mất kết nối", "Not connected"),
    "not_live_long": (
        "Mất kết nối với máy chủ. Số liệu dưới đây có thể đã cũ; trang sẽ tự nối lại.",
        "The hub does not answer. What you see may be old; the page reconnects by itself.",
    ),
    "session_over": ("Phiên làm việc đã kết thúc.", "Your session has ended."),
    "login": ("Đăng nhập", "Log in"),
    "logout": ("Đăng xuất", "Log out"),
    "username": ("Tên đăng nhập", "User name"),
    "password": ("Mật khẩu", "Password"),
    "password_again": ("Nhập lại mật khẩu", "Password again"),
    "passwords_differ": ("Hai mật khẩu chưa giống nhau.", "The two passwords differ."),
    "password_hint": (
        "Ít nhất 10 ký tự. Một câu ngắn dễ nhớ là tốt nhất.",
        "At least 10 characters. A short sentence is best.",
    ),
    "your_name": ("Họ và tên", "Full name"),
    "title_of": ("Chức danh", "Title"),
    "role": ("Vai trò", "Role"),
    "role.officer": ("Cán bộ", "Officer"),
    "role.supervisor": ("Phụ trách", "Supervisor"),
    "role.administrator": ("Quản trị", "Administrator"),
    "photo": ("Ảnh", "Photo"),
    "save": ("Lưu", "Save"),
    "cancel": ("Thôi", "Back"),
    "close_dialog": ("Đóng", "Close"),
    "remove": ("Xoá", "Remove"),
    "add": ("Thêm", "Add"),
    "yes": ("Đồng ý", "Yes"),
    "minutes": ("phút", "min"),
    "nav.console": ("Bàn làm việc", "Console"),
    "nav.room": ("Toàn cảnh", "The room"),
    "nav.office": ("Cấu hình", "Set-up"),
    "nav.officers": ("Cán bộ", "Officers"),
    "nav.account": ("Tài khoản của tôi", "My account"),
    "login_lead": ("Bàn làm việc của cán bộ một cửa", "The officers' console"),
    "first_run": ("Thiết lập lần đầu", "First set-up"),
    "first_run_lead": (
        "Nhập mã dùng một lần đã in tại máy chủ, rồi tạo tài khoản quản trị.",
        "Enter the one-time code printed at the hub, then make the administrator's account.",
    ),
    "first_run_code": ("Mã dùng một lần", "One-time code"),
    "first_run_where": (
        "Mã nằm trên màn hình khởi động của máy chủ và trong tệp first-run-code.txt ở thư mục dữ liệu.",
        "The code is on the hub's start-up screen and in the file first-run-code.txt of its data folder.",
    ),
    "first_run_go": ("Tạo tài khoản quản trị", "Make the administrator"),
    "new_password": ("Mật khẩu mới", "New password"),
    "old_password": ("Mật khẩu hiện tại", "Present password"),
    "change_password": ("Đổi mật khẩu", "Change the password"),
    "password_changed": ("Đã đổi mật khẩu.", "The password is changed."),
}
