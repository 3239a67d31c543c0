"""What the public page says to the holder of a number."""

from __future__ import annotations

from typing import Final

PUBLIC: Final[dict[str, tuple[str, str]]] = {
    "follow.title": ("Số của quý vị", "Your number"),
    "follow.ahead": ("Phía trước còn", "Ahead of you"),
    "follow.people": ("người", "people"),
    "follow.next": ("Sắp đến lượt quý vị", "Your turn is next"),
    "follow.wait": ("chờ khoảng {low}–{high} phút", "about {low}–{high} minutes"),
    "follow.wait_most": ("chờ không quá {high} phút", "at most {high} minutes"),
    "follow.soon": ("sắp đến lượt", "soon"),
    "follow.told": ("ước tính lúc {time}", "estimated at {time}"),
    "follow.closing": (
        "Có thể không kịp trong giờ làm việc hôm nay. Mời hỏi cán bộ.",
        "You may not be served before closing. Please ask an officer.",
    ),
    "follow.jumped": ("Đã gọi trước {n} số ưu tiên.", "{n} priority number(s) were called before you."),
    "follow.called": ("Mời đến quầy {counter}", "Please come to counter {counter}"),
    "follow.serving": ("Đang được phục vụ tại quầy {counter}", "Being served at counter {counter}"),
    "follow.parked": (
        "Cán bộ đang giữ số của quý vị. Mời chờ được gọi lại.",
        "An officer keeps your number aside. Please wait to be called.",
    ),
    "follow.missed": (
        "Quý vị vừa quá lượt; số được gọi lại sau {n} số nữa.",
        "You missed your turn; you are called again after {n} numbers.",
    ),
    "follow.finished": ("Đã giải quyết xong. Cảm ơn quý vị.", "All done. Thank you."),
    "follow.cancelled": (
        "Số này đã được huỷ. Mời lấy số mới nếu cần.",
        "This number was cancelled. Please take a new one if needed.",
    ),
    "follow.expired": (
        "Số này đã hết hiệu lực vì hết giờ làm việc.",
        "This number has expired: the office has closed.",
    ),
    "follow.counters": ("Quầy phục vụ", "Served at"),
    "follow.keep": ("Trang tự cập nhật. Hãy ở gần phòng chờ.", "This page updates itself. Please stay near the hall."),
    "follow.asof": ("Cập nhật lúc {time}", "As of {time}"),
    "procedure.label": ("Thủ tục hành chính", "Administrative procedure"),
    "procedure.code": ("Mã thủ tục {code}", "Code {code}"),
    "procedure.portal": (
        "Mở trên Cổng Dịch vụ công quốc gia",
        "Open on the National Public Service Portal",
    ),
    "procedure.day": (
        "Theo danh mục của trung tâm; phí, lệ phí và thời hạn áp dụng cho ngày {day}.",
        "From this centre's list; fees and times as of {day}.",
    ),
    "procedure.vietnamese": ("Nội dung như đã công bố.", "The official text is in Vietnamese, as published."),
    "procedure.ask": (
        "Nội dung chưa rõ, mời hỏi cán bộ hướng dẫn tại trung tâm.",
        "If anything is unclear, please ask an officer at the centre.",
    ),
    "procedure.hotline": ("Đường dây nóng", "Hotline"),
    "procedure.gone_title": ("Không tìm thấy thủ tục", "Procedure not found"),
    "procedure.gone": (
        "Danh mục có thể vừa thay đổi. Mời tra cứu lại tại máy ở trung tâm hoặc trên Cổng Dịch vụ công quốc gia.",
        "The list may have changed. Please look it up again at the kiosk or on the National Public Service Portal.",
    ),
    "follow.gone_title": ("Không tìm thấy số", "Number not found"),
}
