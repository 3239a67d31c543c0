"""The rating screens for pictures and layouts: every scale, chosen and not, with all that an office may configure."""

from __future__ import annotations

from typing import Any

from kiosk import session as s
from queue_core.rating import REASONS
from queue_core.wire.messages import ErrorBody, Lobby, LobbyPrefix, LobbyRating
from tests.kiosk.office_sample import LONG, LONG_EN, both, lobby

S = s.Screen


def asked(**changes: Any) -> LobbyRating:
    said: dict[str, Any] = {
        "scale": 3,
        "reasons": list(REASONS),
        "complaint_url": "https://pakn.dichvucong.gov.vn/nguoi-dan/gui-phan-anh",
        "slips_qr": True,
        "dossiers": True,
        "prefixes": [
            LobbyPrefix(prefix="A", names=[both("Hộ tịch", "Civil status"), both("Chứng thực", "Certification")]),
            LobbyPrefix(prefix="B", names=[both("Đất đai, xây dựng", "Land, construction")]),
            LobbyPrefix(prefix="HT-", names=[both(LONG, LONG_EN)]),
        ],
    }
    return LobbyRating(**{**said, **changes})


def rated_lobby(**changes: Any) -> Lobby:
    return lobby(hotline="1022", rating=asked(**changes))


def opinion(value: int | None = None, scale: int = 3, **more: Any) -> s.Opinion:
    return s.Opinion(way=s.Way(number="A025"), request_id="r" * 8, value=value, scale=scale, **more)


def cases(usual: Lobby, shelf: s.Shelf) -> dict[str, tuple[s.Visit, s.Seen]]:
    rating = usual.model_copy(update={"rating": asked(), "hotline": "1022", "dossiers": True})
    seen = s.Seen(lobby=rating)
    call = s.Seen(lobby=usual.model_copy(update={"rating": asked(complaint_url=None), "hotline": "1022"}))
    found = {
        "home-rating": (s.Visit(), s.Seen(lobby=rating, shelf=shelf)),
        "home-rating-away": (s.Visit(), s.Seen(lobby=rating, hub_away=True, shelf=shelf)),
        "rate-how": (s.Visit(screen=S.RATE_HOW), seen),
        "rate-prefix": (s.Visit(screen=S.RATE_PREFIX), seen),
        "rate-number-4": (s.Visit(screen=S.RATE_NUMBER, opinion=s.Opinion(prefix="HT-"), digits="1015"), seen),
        "rate-why": (s.Visit(screen=S.RATE_WHY, opinion=opinion(1, reasons=("time", "attitude"))), seen),
        "rate-thanks": (s.Visit(screen=S.RATE_THANKS, opinion=opinion(3)), seen),
        "rate-thanks-sent": (s.Visit(screen=S.RATE_THANKS, opinion=opinion(1, sent=True)), seen),
        "rate-thanks-call": (s.Visit(screen=S.RATE_THANKS, opinion=opinion(2)), call),
        "rate-thanks-2": (s.Visit(screen=S.RATE_THANKS, opinion=opinion(3), page=1), seen),
        "rate-thanks-3": (s.Visit(screen=S.RATE_THANKS, opinion=opinion(3), page=2), seen),
        "rate-trouble": (
            s.Visit(
                screen=S.TROUBLE, back_to=S.RATE_NUMBER,
                trouble=ErrorBody(
                    key="rating.too_late",
                    vi="Số A025 đã xong quá 60 phút. Mời quét mã trên Giấy tiếp nhận hồ sơ để đánh giá.",
                    en="Number A025 was finished more than 60 min ago. Please scan the dossier's receipt to rate.",
                ),
            ),
            seen,
        ),
    }  # fmt: skip
    for scale in (3, 4, 5):
        found[f"rate-faces-{scale}"] = (s.Visit(screen=S.RATE_FACES, opinion=opinion(None, scale)), seen)
    return found
