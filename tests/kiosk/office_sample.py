"""A commune's lobby for tests and for pictures: real fields, one group, guidance, results, bookings."""

from __future__ import annotations

from typing import Any

from queue_core.wire.messages import Lobby, LobbyPriority, LobbyService, Rev, TicketBody, Wait

NOW_MS = 1_795_398_120_000  # 2026-11-23 08:42 in Việt Nam

LONG = "Thành lập và hoạt động của tổ hợp tác, hợp tác xã, liên hiệp hợp tác xã"
LONG_EN = "Establishment and operation of cooperative groups, cooperatives and unions of cooperatives"


def both(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


def service(ident: str, name: dict[str, str], icon: str, waiting: int = 0, **more: Any) -> LobbyService:
    wait = Wait(low_min=0, high_min=5)
    if waiting:
        wait = Wait(ahead=waiting, low_min=waiting * 3 // 5 * 5, high_min=waiting * 6 // 5 * 5 + 5)
    return LobbyService(id=ident, name=name, icon=icon, waiting=waiting, wait=wait, counters=[1, 2], **more)


def services() -> list[LobbyService]:
    return [
        service(
            "ho-tich",
            both("Hộ tịch", "Civil status"),
            "users-group",
            4,
            examples=both("khai sinh, kết hôn, khai tử…", "birth, marriage, death…"),
        ),
        service(
            "chung-thuc",
            both("Chứng thực", "Certification"),
            "rubber-stamp",
            3,
            examples=both("bản sao, chữ ký, hợp đồng…", "copies, signatures, contracts…"),
        ),
        service(
            "dat-dai",
            both("Đất đai, xây dựng", "Land, construction"),
            "map-2",
            5,
            examples=both("sổ đỏ, tách thửa, giấy phép xây dựng…", "land title, plot division, building permit…"),
        ),
        service(
            "bao-tro",
            both("Bảo trợ xã hội, người có công", "Social support, merit"),
            "heart-handshake",
            examples=both("trợ cấp, hộ nghèo, chế độ…", "allowances, poor households…"),
        ),
        service(
            "cong-an",
            both("Công an", "Police"),
            "id",
            open=False,
            message=both("Nhận số lại lúc 13:30.", "Numbers again from 13:30."),
            examples=both("cư trú, căn cước, đăng ký xe…", "residence, identity card, vehicles…"),
        ),
        service(
            "kinh-te",
            both("Kinh tế, hợp tác xã", "Economy, cooperatives"),
            "building-store",
            examples=both("hộ kinh doanh, hợp tác xã…", "household business, cooperatives…"),
            services=[
                service("ho-kd", both("Đăng ký hộ kinh doanh", "Household business"), "building-store", 1),
                service("htx", both(LONG, LONG_EN), "users-group", 2),
            ],
        ),
        service("tra-ket-qua", both("Trả kết quả", "Results"), "file-check", kind="collect"),
        service("huong-dan", both("Hướng dẫn chung", "General guidance"), "help-circle", kind="guide"),
    ]


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
            LobbyPriority(
                id="cao-tuoi", name={"vi": "Người cao tuổi (từ 60 tuổi)", "en": "Aged 60 or over"}, icon="old"
            ),
            LobbyPriority(id="khuyet-tat", name={"vi": "Người khuyết tật", "en": "With a disability"}, icon="disabled"),
            LobbyPriority(id="mang-thai", name={"vi": "Phụ nữ mang thai", "en": "Pregnant"}, icon="woman"),
            LobbyPriority(
                id="con-nho",
                name={"vi": "Có con nhỏ dưới 36 tháng", "en": "With a child under 36 months"},
                icon="baby-carriage",
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
    examples = both("cấp mới, cấp đổi, cấp lại, thu hồi, đính chính thông tin…", "issue, renewal, reissue, correction…")
    return [
        service(f"s-{n}", both(names[n % len(names)], f"{LONG_EN} {n}"), "file-text", n % 5, examples=examples)
        for n in range(count)
    ]
