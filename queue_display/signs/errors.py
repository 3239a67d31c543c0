"""What can be wrong with signs and keypads, in words and as the hub hears it. Importing registers the words."""

from __future__ import annotations

from typing import Final, Literal

from queue_core.errors import MotcuaError, register

#: what is wrong with one unit: it is silent, it answers rubbish, the number does not fit it, its library is missing, a
#: key is stuck, its pins cannot be used
Trouble = Literal["away", "garbled", "narrow", "driver", "stuck", "pins"]
#: what is wrong with a whole line: no port, no permission, nobody on it answers
LineTrouble = Literal["away", "forbidden", "silent"]

#: what may stand in a text sign's frame; doubled braces, since words are filled in too
_PLACES: Final = "{{address}}, {{text}}, {{mark}}, {{level}}, {{xor}}, {{sum}}"

register(
    {
        "signs.away": (
            "Bảng hoặc bàn phím không trả lời: {detail}. Hãy kiểm tra nguồn, địa chỉ, tốc độ và dây A/B.",
            "The sign or keypad does not answer: {detail}. Check its power, address, speed and the wires A and B.",
        ),
        "signs.garbled": (
            "Thiết bị trả lời sai: {detail}. Hãy kiểm tra tốc độ, dây nối, và bảng thanh ghi của hãng.",
            "The device answers rubbish: {detail}. Check speed, cable and the maker's table of registers.",
        ),
        "signs.narrow": (
            "Bảng không hiện được số {number} nên để trống: {detail}.",
            "The sign cannot show {number} and stays blank: {detail}.",
        ),
        "signs.driver": (
            "Thiếu thư viện của bảng: {detail}. Xem docs/signs.md.",
            "The library of the sign is missing: {detail}. See docs/signs.md.",
        ),
        "signs.stuck": (
            "Một phím bị kẹt: {detail}.",
            "A key is stuck: {detail}.",
        ),
        "signs.pins": ("Không dùng được chân GPIO: {detail}.", "The GPIO pins cannot be used: {detail}."),
        "signs.port_away": (
            "Không mở được cổng {port}: {detail}. Hãy kiểm tra dây USB và tên cổng (ls -l /dev/serial/by-id).",
            "The port {port} cannot be opened: {detail}. Check the cable and the name (ls -l /dev/serial/by-id).",
        ),
        "signs.port_forbidden": (
            "Không được phép mở cổng {port}. Hãy thêm người dùng vào nhóm {group}: sudo adduser {user} {group}",
            "The port {port} may not be opened. Put the user into the group {group}: sudo adduser {user} {group}",
        ),
        "signs.address_twice": (
            "Đường dây {line}: địa chỉ {address} bị dùng hai lần ({one}, {other}). Mỗi thiết bị cần địa chỉ riêng.",
            "Line {line}: the address {address} is used twice ({one}, {other}). Each device needs one of its own.",
        ),
        "signs.twice": (
            "“{what}” có hai lần trong tệp đấu nối.",
            "“{what}” stands twice in the wiring file.",
        ),
        "signs.frame": (
            "Khung của bảng {counter} sai: {problem}. Được dùng: " + _PLACES + ".",
            "The frame of {counter}'s sign is wrong: {problem}. Allowed: " + _PLACES + ".",
        ),
    }
)


class WiringError(MotcuaError, ValueError):
    """A wiring file whose parts do not fit together (keys ``signs.*``)."""


class UnitError(MotcuaError, OSError):
    """One unit could not be told, or asked. ``trouble`` is what the hub hears; the line goes on with the others."""

    def __init__(self, trouble: Trouble, detail: object = "", **more: object) -> None:
        self.trouble: Trouble = trouble
        MotcuaError.__init__(self, f"signs.{trouble}", detail=str(detail)[:160], **more)


class LineError(MotcuaError, OSError):
    """The line itself is gone. ``trouble``: away or forbidden."""

    def __init__(self, trouble: LineTrouble, **details: object) -> None:
        self.trouble: LineTrouble = trouble
        MotcuaError.__init__(self, f"signs.port_{trouble}", **details)
