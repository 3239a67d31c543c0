"""What the supervisor's room says."""

from __future__ import annotations

from typing import Final

ROOM: Final[dict[str, tuple[str, str]]] = {
    "room.counters": ("Các quầy", "Counters"),
    "room.lines": ("Hàng chờ theo lĩnh vực", "Lines by service"),
    "room.long": ("Chờ lâu nhất", "Longest waits"),
    "room.longest": ("lâu nhất {n} phút", "longest {n} min"),
    "room.no_counter": ("chưa có quầy mở", "no counter open"),
    "room.nobody": ("Không có ai chờ.", "Nobody waits."),
    "room.move": ("Chuyển", "Move"),
    "room.service_auto": ("Theo giờ", "By hours"),
    "room.service_open": ("Mở", "Open"),
    "room.service_closed": ("Đóng", "Closed"),
    "room.close_day": ("Khoá sổ ngày", "Close the day"),
    "room.close_day_sure": (
        "Khoá sổ ngày hôm nay? Số còn chờ sẽ hết hiệu lực và không cấp số nữa.",
        "Close today? Numbers still waiting expire and no more are given.",
    ),
    "room.reopen_day": ("Mở lại sổ ngày", "Reopen the day"),
    "room.reopen_day_sure": (
        "Mở lại sổ của hôm nay? Các số hết hiệu lực vì khoá sổ sẽ chờ lại đúng lượt, và quầy cấp số tiếp.",
        "Reopen today? Numbers that expired by the closing wait again at their places, and numbers are given again.",
    ),
    "room.all_well": ("Mọi thiết bị bình thường.", "All devices are well."),
    "fig.happy": ("hài lòng ({n} lượt)", "satisfied ({n} ratings)"),
    "fig.happy_few": ("hài lòng (chưa đủ {n} lượt)", "satisfied (fewer than {n} yet)"),
    "room.tablets": ("Máy đánh giá tại quầy", "Rating tablets"),
    "room.tablet_add": ("Ghép máy", "Pair a tablet"),
    "room.tablet_for": ("Máy đánh giá của quầy nào?", "A tablet for which counter?"),
    "room.tablet_code": (
        "Trên máy tính bảng, mở {address} rồi nhập mã này trong {n} phút:",
        "On the tablet, open {address} and type this code within {n} minutes:",
    ),
    "room.tablet_remove_sure": (
        "Gỡ máy đánh giá của quầy {n}? Máy đó sẽ không hỏi công dân nữa.",
        "Take the tablet of counter {n} away? It will not ask citizens any more.",
    ),
    "room.tablet_none": ("Chưa ghép máy nào.", "No tablet is paired."),
    "room.ratings_month": ("Số liệu tháng này (CSV)", "This month's sums (CSV)"),
    "room.messages": ("Báo từ thiết bị", "From the devices"),
}
