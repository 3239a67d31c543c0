"""The words of the wire's keyed errors. Importing this module registers them."""

from __future__ import annotations

from queue_core.errors import WireError, register

__all__ = ["WireError"]

register(
    {
        # --- the connection
        "wire.away": (
            "Máy này chưa kết nối được với hệ thống. Mời thử lại sau ít giây hoặc báo cán bộ.",
            "This machine is not connected to the system. Please try again in seconds or tell an officer.",
        ),
        "wire.timeout": (
            "Hệ thống chưa trả lời sau {seconds} giây. Mời thử lại.",
            "The system has not answered within {seconds} s. Please try again.",
        ),
        "wire.cut": (
            "Mất kết nối trong lúc chờ trả lời. Mời thử lại; số đã cấp sẽ không bị cấp lần hai.",
            "The connection broke before the answer came. Please try again; a number already given is not given twice.",
        ),
        "wire.refused": (
            "Hệ thống từ chối máy này ({reason}). Cán bộ kỹ thuật cần kiểm tra tài khoản và chứng thư của máy.",
            "The system refuses this machine ({reason}). A technician must check its account and certificate.",
        ),
        # --- a message that breaks the contract
        "wire.malformed": (
            "Thông điệp sai ở “{path}”: {problem}. Cần gửi JSON UTF-8 đúng theo tài liệu của hệ thống.",
            "The message is wrong at “{path}”: {problem_en}. Send UTF-8 JSON as the contract says.",
        ),
        "wire.too_large": (
            "Thông điệp quá lớn ({size_bytes} byte, tối đa {limit_bytes} byte). Hãy gửi ít dữ liệu hơn.",
            "The message is too large ({size_bytes} bytes, at most {limit_bytes}). Send less.",
        ),
        "wire.version": (
            "Phiên bản thông điệp {got} không được hỗ trợ (cần {known}). Hãy cập nhật phần mềm của máy.",
            "Message version {got} is not supported ({known} is). Update the machine's software.",
        ),
        "wire.unknown_verb": (
            "Không có yêu cầu “{verb}”. Cho phép: {allowed}.",
            "There is no request “{verb}”. Allowed: {allowed}.",
        ),
        "wire.foreign_reply": (
            "Máy này chỉ được nhận trả lời tại {allowed}. Hãy sửa cấu hình của máy.",
            "This machine may be answered at {allowed} only. Correct its configuration.",
        ),
        "wire.too_many": (
            "Máy này gửi quá nhiều yêu cầu. Mời thử lại sau {seconds} giây.",
            "This machine sends too many requests. Please try again in {seconds} s.",
        ),
    }
)
