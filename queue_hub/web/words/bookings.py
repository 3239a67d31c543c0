"""What console and room say of booked visits."""

from __future__ import annotations

from typing import Final

BOOKINGS: Final[dict[str, tuple[str, str]]] = {
    "booking": ("Lịch hẹn", "Bookings"),
    "booking.today": ("Lịch hẹn hôm nay", "Today's bookings"),
    "booking.open": ("Đặt, xem ngày khác", "Make one, other days"),
    "booking.of": ("Lịch hẹn của công dân", "The citizen's booking"),
    "booking.none": ("Không có lịch hẹn nào trong ngày này.", "No booking on this day."),
    "booking.no_service": (
        "Chưa có lĩnh vực nào nhận đặt lịch. Mở ở Cấu hình: “Chỗ hẹn mỗi khung”.",
        "No service takes bookings yet. Set-up: “Bookings a slot”.",
    ),
    "booking.day": ("Xem ngày", "Day shown"),
    "booking.expected": ("chờ đến", "expected"),
    "booking.checked_in": ("đã nhận số {number}", "checked in as {number}"),
    "booking.missed": ("quá giờ hẹn", "missed"),
    "booking.give": ("Cấp số", "Give the number"),
    "booking.show": ("Mã QR", "QR code"),
    "booking.scan": ("Quét mã này ở máy lấy số, hoặc nhập 6 chữ số.", "Scan this at the kiosk, or type the 6 digits."),
    "booking.print": ("In phiếu hẹn", "Print the slip"),
    "booking.printing": ("Đang in phiếu hẹn {code}…", "Printing the slip of {code}…"),
    "booking.check_in": ("Cấp số theo mã hẹn", "Check in a booking"),
    "booking.code": ("Mã hẹn (6 chữ số)", "Booking code (6 digits)"),
    "booking.make": ("Đặt lịch hẹn", "Make a booking"),
    "booking.cancel": ("Huỷ lịch hẹn", "Cancel the booking"),
    "booking.cancel_sure": ("Huỷ lịch hẹn {code} lúc {time}?", "Cancel the booking {code} at {time}?"),
    "booking.cancelled": ("Đã huỷ lịch hẹn {code}", "The booking {code} is cancelled"),
    "booking.service": ("Lĩnh vực", "Service"),
    "booking.time": ("Giờ", "Time"),
    "booking.full": ("hết chỗ", "full"),
    "booking.left": ("còn {n} chỗ", "{n} left"),
    "booking.no_slot": ("Ngày này không còn giờ hẹn.", "No time is left on this day."),
    "booking.next_day": ("Ngày gần nhất còn chỗ: {date}", "Next day with a place: {date}"),
    "booking.lang": ("Ngôn ngữ", "Language"),
}
