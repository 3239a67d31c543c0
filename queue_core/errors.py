"""One family of errors, each with a stable key and a message in Vietnamese and English.

A citizen, an officer or an integrator sees :attr:`MotcuaError.vi` or :attr:`MotcuaError.en`; a technician
sees the :attr:`MotcuaError.key` as well. The words of the rules stand in :data:`WORDS`; other packages
register their own with :func:`register` at import.
"""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {}


def register(words: dict[str, tuple[str, str]]) -> None:
    """Add messages: key → (Vietnamese, English), with ``{name}`` places filled from the error's details.

    Raises :class:`ValueError` when a key is already there with other words.
    """
    for key, pair in words.items():
        if WORDS.get(key, pair) != pair:
            message = f"error key {key!r} is already registered with other words"
            raise ValueError(message)
        WORDS[key] = pair


class MotcuaError(Exception):
    """An error with a stable key and a message for people in two languages.

    ``details`` are short JSON values (no personal data) that fill the places of the message.
    """

    def __init__(self, key: str, **details: object) -> None:
        self.key = key
        self.details = details
        vi, en = WORDS.get(
            key, ("Có lỗi ({key}). Mời gọi cán bộ kỹ thuật.", "Error ({key}). Please call a technician.")
        )
        self.vi = _fill(vi, key, details)
        self.en = _fill(en, key, details)
        super().__init__(f"[{key}] {self.en}")


class RuleError(MotcuaError):
    """A command that the queue's rules refuse. Nothing has changed."""


class ConfigError(MotcuaError, ValueError):
    """A configuration that cannot be used. Details hold ``path``, ``line`` and ``allowed``."""


class JournalError(MotcuaError, OSError):
    """The journal could not be written or read. What was not written was not promised."""


class WireError(MotcuaError):
    """A message that breaks the contract, or a peer that does not answer."""


class _Blank(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "…"


def _fill(template: str, key: str, details: dict[str, object]) -> str:
    return template.format_map(_Blank(details, key=key))


register(
    {
        # --- services and numbers
        "service.unknown": (
            "Không có dịch vụ “{service}”. Mời chọn lại trong danh sách.",
            "There is no service “{service}”. Please choose again from the list.",
        ),
        "service.not_a_leaf": (
            "“{service}” gồm nhiều việc. Mời chọn một việc cụ thể.",
            "“{service}” holds several matters. Please choose one of them.",
        ),
        "service.closed": (
            "{name} hiện không nhận số. {come_back}",
            "{name_en} is not giving numbers now. {come_back_en}",
        ),
        "service.limit_reached": (
            "{name} đã phát hết {limit} số hôm nay. {come_back}",
            "{name_en} has given all its {limit} numbers for today. {come_back_en}",
        ),
        "service.entry_not_allowed": (
            "Dịch vụ này không nhận theo cách vừa chọn. Mời đến quầy hướng dẫn.",
            "This service cannot be entered this way. Please ask at the guidance counter.",
        ),
        "office.closed": (
            "Trung tâm hiện không nhận số. {come_back}",
            "The office is not giving numbers now. {come_back_en}",
        ),
        "office.day_closed": (
            "Ngày làm việc đã được khoá sổ. {come_back}",
            "The working day has been closed. {come_back_en}",
        ),
        "request.cancelled": (
            "Yêu cầu này đã được huỷ. Mời lấy số lại.",
            "This request was cancelled. Please take a number again.",
        ),
        "request.busy": (
            "Hệ thống đang bận. Mời thử lại sau ít giây.",
            "The system is busy. Please try again in seconds.",
        ),
        "priority.unknown": (
            "Không có diện ưu tiên “{priority}”. Mời chọn lại.",
            "There is no priority class “{priority}”. Please choose again.",
        ),
        # --- tickets
        "ticket.unknown": (
            "Không tìm thấy số này trong ngày hôm nay. Mời kiểm tra lại số trên phiếu.",
            "This number was not found today. Please check the number on the slip.",
        ),
        "ticket.wrong_state": (
            "Số {number} đang ở trạng thái “{status}”, không làm được việc này.",
            "Number {number} is “{status_en}”; this cannot be done now.",
        ),
        "ticket.at_other_counter": (
            "Số {number} đang do quầy {counter} phục vụ.",
            "Number {number} is with counter {counter}.",
        ),
        "ticket.already_there": (
            "Số {number} đã ở đúng hàng này rồi.",
            "Number {number} is already in that line.",
        ),
        "undo.too_late": (
            "Đã quá {seconds} giây, không hoàn tác được nữa. Hãy mở lại số nếu cần.",
            "More than {seconds} s have passed, it cannot be undone. Reopen the number if needed.",
        ),
        "undo.nothing": ("Không có việc nào để hoàn tác ở quầy này.", "There is nothing to undo at this counter."),
        # --- counters
        "counter.unknown": ("Không có quầy “{counter}”.", "There is no counter “{counter}”."),
        "counter.not_open": (
            "Quầy {counter} chưa mở. Hãy mở quầy trước.",
            "Counter {counter} is not open. Open it first.",
        ),
        "counter.busy": (
            "Quầy {counter} đang có số {number}. Hãy hoàn thành hoặc bỏ qua số này trước.",
            "Counter {counter} has number {number}. Finish it or mark it absent first.",
        ),
        "counter.taken": (
            "Quầy {counter} đang do {officer} phụ trách. Mời chọn quầy khác hoặc nhờ người phụ trách điều chuyển.",
            "Counter {counter} is staffed by {officer}. Choose another or ask the supervisor.",
        ),
        "counter.nobody_here": ("Quầy {counter} chưa gọi số nào.", "Counter {counter} has called no number."),
        "counter.does_not_serve": (
            "Quầy {counter} không nhận dịch vụ {service}.",
            "Counter {counter} does not take the service {service}.",
        ),
        "queue.empty": (
            "Không còn ai chờ ở các dịch vụ của quầy {counter}.",
            "Nobody is waiting for the services of counter {counter}.",
        ),
        # --- bookings
        "booking.unknown": (
            "Không tìm thấy lịch hẹn. Mời kiểm tra mã 6 chữ số hoặc lấy số thường.",
            "No booking was found. Check the 6 digits or take an ordinary number.",
        ),
        "booking.used": (
            "Lịch hẹn này đã nhận số {number}.",
            "This booking has already received number {number}.",
        ),
        "booking.other_day": (
            "Lịch hẹn này vào lúc {when}. Mời đến đúng ngày hoặc lấy số thường.",
            "This booking is for {when}. Come on that day or take an ordinary number.",
        ),
        "booking.too_early": (
            "Lịch hẹn của quý vị lúc {when}. Mời nhận số từ {from_time}.",
            "Your booking is at {when}. Please check in from {from_time}.",
        ),
        "booking.past": (
            "Thời gian hẹn {when} không hợp lệ: đã qua hoặc ngoài giờ làm việc.",
            "The booking time {when} cannot be used: it is past or outside opening hours.",
        ),
        "booking.full": (
            "Khung giờ {when} đã kín. Mời chọn giờ khác.",
            "The slot {when} is full. Please choose another.",
        ),
        # --- the clock and the day
        "clock.still_doubted": (
            "Chưa ghi được giờ mới. Hãy thử lại sau ít giây.",
            "The new time could not be saved. Please try again in seconds.",
        ),
        "day.date_first": (
            "Máy chưa biết hôm nay là ngày nào. Hãy xác nhận ngày trước khi mở lại sổ.",
            "The machine does not know today's date. Confirm the date before you reopen the day.",
        ),
        "clock.date_refused": (
            "Ngày {date} không hợp lý (phải từ {floor} trở đi và không quá 2 năm).",
            "The date {date} is not plausible (from {floor} on, at most 2 years).",
        ),
        # --- configuration
        "config.invalid": (
            "Cấu hình sai ở {path} (dòng {line}): {problem}. Cho phép: {allowed}.",
            "Configuration error at {path} (line {line}): {problem_en}. Allowed: {allowed_en}.",
        ),
        "config.unreadable": (
            "Không đọc được tệp cấu hình {file}: {problem}.",
            "The configuration file {file} cannot be read: {problem}.",
        ),
        "config.stale": (
            "Cấu hình đã được người khác sửa (bản {revision}). Hãy tải lại trang rồi sửa tiếp.",
            "Somebody else has changed the configuration (revision {revision}). Reload, then edit again.",
        ),
        "command.invalid": (
            "Yêu cầu không hợp lệ ở “{path}”: {problem}.",
            "The request is not valid at “{path}”: {problem_en}.",
        ),
        "command.not_allowed": (
            "Tài khoản này không được phép làm việc này.",
            "This account may not do this.",
        ),
        "internal": (
            "Máy gặp lỗi bất ngờ; không có gì thay đổi. Mời gọi cán bộ kỹ thuật.",
            "The machine met an unexpected error; nothing has changed. Please call a technician.",
        ),
    }
)
