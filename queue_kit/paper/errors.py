"""What can go wrong with paper, in words for the citizen's screen and the officer's console."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register

register(
    {
        "paper.none": (
            "Máy này không có máy in. Mời chụp ảnh hoặc ghi lại số.",
            "This machine has no printer. Please photograph or write down the number.",
        ),
        "paper.out": (
            "Máy in hết giấy. Mời chụp ảnh màn hình; cán bộ hãy thay cuộn giấy.",
            "The printer is out of paper. Please photograph the screen; officers, change the roll.",
        ),
        "paper.cover_open": (
            "Nắp máy in đang mở. Cán bộ hãy đóng nắp lại.",
            "The printer's cover is open. Officers, please close it.",
        ),
        "paper.fault": (
            "Máy in báo lỗi (dao cắt hoặc đầu in). Hãy tắt, gỡ giấy kẹt, bật lại.",
            "The printer reports a fault (cutter or head). Switch it off, clear the paper, switch it on.",
        ),
        "paper.offline": (
            "Máy in đang tạm ngừng. Hãy kiểm tra đèn báo và nút trên máy in.",
            "The printer is off line. Check its lamp and its button.",
        ),
        "paper.unreachable": (
            "Không kết nối được máy in ở {address}. Hãy kiểm tra nguồn điện và dây.",
            "The printer at {address} cannot be reached. Check its power and cable.",
        ),
        "paper.no_permission": (
            "Không có quyền dùng máy in {address}. Hãy thêm tài khoản của máy vào nhóm {group} rồi khởi động lại.",
            "No permission to use the printer {address}. Add the process's user to the group {group}, then restart.",
        ),
        "paper.silent": (
            "Máy in không trả lời. Hãy tắt rồi bật lại máy in.",
            "The printer does not answer. Switch it off and on again.",
        ),
        "paper.garbled": (
            "Máy in trả lời sai. Hãy kiểm tra dây, tốc độ cổng và loại máy in.",
            "The printer's answer makes no sense. Check the cable, the port's speed and the model.",
        ),
        "paper.unfinished": (
            "Phiếu in dở dang: máy in không báo xong sau {deadline_s} giây. Hãy kiểm tra máy in rồi in lại.",
            "The slip is unfinished: the printer did not report the end within {deadline_s} s. Check it, then reprint.",
        ),
        "paper.busy": ("Máy in đang in phiếu khác.", "The printer is busy with another slip."),
        "paper.address": (
            "Địa chỉ máy in “{address}” không hợp lệ: {problem}. Ví dụ: tcp://192.168.1.50:9100",
            "The printer address “{address}” is not valid: {problem}. Example: tcp://192.168.1.50:9100",
        ),
        "paper.driver_missing": (
            "Thiếu thư viện {package} để dùng máy in {address}. Hãy cài đặt rồi khởi động lại.",
            "The library {package} for the printer {address} is missing. Install it, then restart.",
        ),
        "paper.too_wide": (
            "Phiếu rộng {width} chấm, máy in chỉ in được {limit} chấm. Hãy sửa khổ giấy trong cấu hình.",
            "The slip is {width} dots wide, the printer prints {limit}. Correct the roll's width in the configuration.",
        ),
        "spool.unknown": (
            "Sổ in không có yêu cầu {request_id}.",
            "The print record has no request {request_id}.",
        ),
        "spool.wrong_state": (
            "Yêu cầu {request_id} đang ở bước “{state}”, không chuyển sang “{wanted}” được.",
            "Request {request_id} is “{state}” and cannot become “{wanted}”.",
        ),
        "spool.unwritable": (
            "Không ghi được sổ in {file}: {problem}. Không in khi chưa ghi được; hãy kiểm tra thẻ nhớ.",
            "The print record {file} cannot be written: {problem}. Nothing is printed unrecorded; check the card.",
        ),
    }
)


class PaperError(MotcuaError):
    """Something about paper. ``may_have_printed``: part of the slip, or all of it, may be on paper."""

    def __init__(self, key: str, *, may_have_printed: bool = False, **details: object) -> None:
        super().__init__(key, **details)
        self.may_have_printed = may_have_printed


class PrinterNotReady(PaperError):
    """The printer answers and says why it cannot print: out, cover_open, fault, offline, busy, too_wide, none."""


class PrinterUnreachable(PaperError, ConnectionError):
    """No connection, no answer, or an answer without sense: unreachable, no_permission, silent, garbled."""


class PrintUnfinished(PaperError, TimeoutError):
    """The end of the slip was not confirmed before the deadline (key ``paper.unfinished``)."""


class PrinterAddressError(PaperError, ValueError):
    """The configured address cannot be used: address, driver_missing."""


class SpoolError(PaperError):
    """The kiosk's record of its requests: spool.unknown, spool.wrong_state, spool.unwritable."""
