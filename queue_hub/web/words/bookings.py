"""What console and room say of booked visits."""

from __future__ import annotations

from typing import Final

BOOKINGS: Final[dict[str, tuple[str, str]]] = {
    "booking": ("Lịch hẹn", "Bookings"),
    "booking.check_in": ("Nhận số theo mã hẹn", "Check in a booking"),
    "booking.code": ("Mã hẹn (6 chữ số)", "Booking code (6 digits)"),
    "booking.make": ("Đặt lịch hẹn", "Make a booking"),
    "booking.cancel": ("Huỷ lịch hẹn", "Cancel the booking"),
    "booking.cancelled": ("Đã huỷ lịch hẹn {code}", "The booking {code} is cancelled"),
    "booking.when": ("Ngày và giờ", "Day and time"),
    "booking.made": ("Đã đặt lịch. Mã hẹn của công dân:", "Booked. The citizen's code:"),
    "booking.service": ("Lĩnh vực", "Service"),
}
