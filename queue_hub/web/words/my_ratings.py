"""What an officer's page of ratings says."""

from __future__ import annotations

from typing import Final

MY_RATINGS: Final[dict[str, tuple[str, str]]] = {
    "mine.title": ("Công dân đánh giá", "How citizens rated me"),
    "mine.lead": (
        "Chỉ có số tổng. Không ai xem được từng lượt đánh giá; dưới 5 lượt không hiện gì.",
        "Sums only. Nobody sees a rating by itself; of fewer than five nothing is shown.",
    ),
    "mine.month": ("Theo tháng", "By month"),
    "mine.too_few": (
        "Chưa đủ {n} lượt đánh giá nên chưa hiện số tổng.",
        "There are fewer than {n} ratings, so no sum is shown yet.",
    ),
    "mine.count": ("lượt đánh giá", "ratings"),
    "mine.happy": ("hài lòng", "satisfied"),
    "mine.score": ("điểm (tối đa 8)", "points (of 8)"),
    "mine.class_excellent": ("Từ 5 điểm trở lên", "5 points or more"),
    "mine.class_good": ("Từ 3,5 đến dưới 5 điểm", "3.5 to under 5 points"),
    "mine.class_poor": ("Dưới 3,5 điểm", "Under 3.5 points"),
    "mine.faces": ("Mức đánh giá", "Ratings"),
    "mine.reasons": ("Điều công dân chưa hài lòng", "What citizens were not satisfied with"),
    "mine.no_reasons": ("Không có.", "Nothing."),
    "mine.indices": ("Chỉ số theo Thông tư 01/2018 (0 đến 2)", "Indices of TT 01/2018 (0 to 2)"),
    "mine.index_1": ("1. Tổng thời gian giải quyết", "1. Total time"),
    "mine.index_3": ("3. Số lần liên hệ", "3. Times in contact"),
    "mine.index_4": ("4. Số cơ quan phải liên hệ", "4. Agencies contacted"),
    "mine.index_7": ("7. Thái độ phục vụ", "7. Attitude"),
}
