"""What the history says of changes of the day, the clock and the accounts."""

from __future__ import annotations

from typing import Final

HISTORY: Final[dict[str, tuple[str, str]]] = {
    "history.file": ("Tệp cấu hình", "The configuration file"),
    "history.first_run": ("Thiết lập lần đầu", "The first set-up"),
    "history.more": ("và {n} thay đổi khác", "and {n} more changes"),
    "history.expired": ("{n} số còn chờ đã hết hiệu lực", "{n} waiting number(s) expired"),
    "history.date_by_hand": ("Cán bộ xác nhận ngày {date}", "An officer said the date: {date}"),
    "history.date_by_clock": ("Ngày làm việc theo đồng hồ: {date}", "The working day's date, by the clock: {date}"),
    "history.clock_set": ("Chỉnh đồng hồ theo {source}", "The clock was set by {source}"),
    "history.source_ntp": ("giờ mạng (NTP)", "network time (NTP)"),
    "history.source_rtc": ("đồng hồ trong máy (RTC)", "the machine's own clock (RTC)"),
    "history.clock_well": ("Đồng hồ máy chủ đã đúng trở lại", "The hub's clock is right again"),
    "history.clock_vouched": ("Xác nhận giờ mới của máy chủ là đúng", "The hub's new time was confirmed as right"),
    "history.clock_vouched_more": (
        "ngày và giờ của cả ngày hôm đó được sửa theo; các số đang chờ giữ nguyên",
        "that day's date and all its times were corrected; numbers that waited stayed",
    ),
    "history.clock_doubted": (
        "Đồng hồ máy chủ nhảy giờ, chưa được tin",
        "The hub's clock jumped and was not believed",
    ),
    "history.forward": ("tiến {span}", "{span} forward"),
    "history.back": ("lùi {span}", "{span} back"),
    "span.day": ("{n} ngày", "{n} d"),
    "span.hour": ("{n} giờ", "{n} h"),
    "span.minute": ("{n} phút", "{n} min"),
    "span.second": ("{n} giây", "{n} s"),
    "account.created": ("tạo mới", "created"),
    "account.name": ("đổi họ tên", "name changed"),
    "account.title": ("đổi chức danh", "title changed"),
    "account.role": ("đổi vai trò", "role changed"),
    "account.password": ("đổi mật khẩu", "password changed"),
    "account.photo": ("đổi ảnh", "photo changed"),
    "account.photo_removed": ("xoá ảnh", "photo removed"),
    "account.removed": ("xoá", "removed"),
}
