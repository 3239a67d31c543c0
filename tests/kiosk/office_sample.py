"""A commune's lobby for tests and for pictures: real fields, one group, guidance, results, bookings."""

from __future__ import annotations

from typing import Any

from queue_core.wire.messages import Lobby, LobbyPriority, LobbyService, Rev, TicketBody, Wait

NOW_MS = 1_795_398_120_000  # 2026-11-23 08:42 in Việt Nam

LONG = "Thành lập và hoạt động của tổ hợp tác, hợp tác xã, liên hiệp hợp tác xã"
LONG_EN = "Establishment and operation of cooperative groups, cooperatives and unions of cooperatives"


def service(ident: str, vi: str, en: str, icon: str, waiting: int = 0, **more: Any) -> LobbyService:
    wait = Wait(ahead=waiting, low_min=waiting * 3 // 5 * 5, high_min=waiting * 6 // 5 * 5 + 5) if waiting else Wait(ahead=0, low_min=0, high_min=5)
    examples = more.pop("examples", {})
    return LobbyService(
        id=ident, name={"vi": vi, "en": en}, icon=icon, waiting=waiting, wait=wait, examples=examples, counters=[1, 2], **more
    )


def services() -> list[LobbyService]:
    return [
        service("ho-tich", "Hộ tịch", "Civil status", "users-group", 4, examples={"vi": "khai sinh, kết hôn, khai tử…", "en": "birth, marriage, death…"}),
        service("chung-thuc", "Chứng thực", "Certification", "rubber-stamp", 3, examples={"vi": "bản sao, chữ ký, hợp đồng…", "en": "copies, signatures, contracts…"}),
        service("dat-dai", "Đất đai, xây dựng", "Land, construction", "map-2", 5, examples={"vi": "sổ đỏ, tách thửa, giấy phép xây dựng…", "en": "land title, plot division, building permit…"}),
        service("bao-tro", "Bảo trợ xã hội, người có công", "Social support, merit", "heart-handshake", 0, examples={"vi": "trợ cấp, hộ nghèo, chế độ…", "en": "allowances, poor households…"}),
        LobbyService(id="cong-an", name={"vi": "Công an", "en": "Police"}, icon="id", counters=[5], open=False,
                     message={"vi": "Nhận số lại lúc 13:30.", "en": "Numbers again from 13:30."},
                     examples={"vi": "cư trú, căn cước, đăng ký xe…", "en": "residence, identity card, vehicles…"}),
        LobbyService(id="kinh-te", name={"vi": "Kinh tế, hợp tác xã", "en": "Economy, cooperatives"}, icon="building-store", examples={"vi": "hộ kinh doanh, hợp tác xã…", "en": "household business, cooperatives…"},
                     services=[service("ho-kd", "Đăng ký hộ kinh doanh", "Household business", "building-store", 1), service("htx", LONG, LONG_EN, "users-group", 2)]),
        service("tra-ket-qua", "Trả kết quả", "Results", "file-check", 0, kind="collect"),
        service("huong-dan", "Hướng dẫn chung", "General guidance", "help-circle", 0, kind="guide"),
    ]  # fmt: skip


def lobby(**changes: Any) -> Lobby:
    said: dict[str, Any] = {
        "rev": Rev(epoch="e1", seq=1),
        "asof_ms": NOW_MS,
        "office_id": "vinh-trung",
        "office": {
            "vi": "Trung tâm Phục vụ hành chính công phường Vĩnh Trung",
            "en": "Public Administration Service Centre of Vĩnh Trung Ward",
        },
        "date": "2026-11-23",
        "services": services(),
        "priorities": [
            LobbyPriority(id="cao-tuoi", name={"vi": "Người cao tuổi (từ 60 tuổi)", "en": "Aged 60 or over"}, icon="old"),
            LobbyPriority(id="khuyet-tat", name={"vi": "Người khuyết tật", "en": "With a disability"}, icon="disabled"),
            LobbyPriority(id="mang-thai", name={"vi": "Phụ nữ mang thai", "en": "Pregnant"}, icon="woman"),
            LobbyPriority(
                id="con-nho", name={"vi": "Có con nhỏ dưới 36 tháng", "en": "With a child under 36 months"}, icon="baby-carriage"
            ),
            LobbyPriority(id="co-cong", name={"vi": "Người có công", "en": "Person of merit"}, icon="medal"),
        ],
        "bookings": True,
    }
    return Lobby(**{**said, **changes})


def ticket(**changes: Any) -> TicketBody:
    said: dict[str, Any] = {
        "ticket": "t-25",
        "number": "A025",
        "service": "ho-tich",
        "service_name": {"vi": "Hộ tịch", "en": "Civil status"},
        "counters": [2, 3],
        "issued_ms": NOW_MS,
        "date": "2026-11-23",
        "time": "08:42",
        "wait": Wait(ahead=3, low_min=10, high_min=15),
    }
    return TicketBody(**{**said, **changes})


def many_services(count: int = 14) -> list[LobbyService]:
    """Long names, as real fields have them."""
    names = [
        LONG,
        "Quản lý công sản, đất đai, tài nguyên và môi trường, xây dựng và quản lý đô thị",
        "Đăng ký, quản lý cư trú; cấp, quản lý căn cước; đăng ký, quản lý phương tiện giao thông",
        "Giáo dục và đào tạo thuộc hệ thống giáo dục quốc dân và các cơ sở giáo dục khác",
        "Nuôi con nuôi, giám hộ, hộ tịch có yếu tố nước ngoài",
        "Phòng, chống tệ nạn xã hội, bảo vệ và chăm sóc trẻ em",
    ]
    return [
        service(f"s-{n}", names[n % len(names)], f"{LONG_EN} {n}", "file-text", n % 5, examples={"vi": "cấp mới, cấp đổi, cấp lại, thu hồi, đính chính thông tin…", "en": "issue, renewal, reissue, correction…"})
        for n in range(count)
    ]  # fmt: skip
