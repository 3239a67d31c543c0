"""The words of an update's keyed errors. Importing this module registers them."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register


class UpdateError(MotcuaError):
    """An update that was not begun, or that did not go as it should."""


register(
    {
        "update.settings": (
            "Tệp {file}: {problem}. Cho phép: window là 'HH:MM-HH:MM' hoặc never, settle_s từ 5 đến 1800.",
            "{file}: {problem}. Allowed: window as 'HH:MM-HH:MM' or never, settle_s from 5 to 1800.",
        ),
        "update.read_only": (
            "Phân vùng hệ thống chỉ đọc và không mở ra ghi được: {detail}. Chưa cập nhật. Hãy khởi động lại thiết bị.",
            "The root is read-only and cannot be opened for writing: {detail}. Nothing changed; restart the device.",
        ),
        "update.refresh": (
            "Không đọc được kho phần mềm: {detail}. Vẫn chạy bản cũ; hãy kiểm tra USB, mạng và chữ ký của kho.",
            "The repository cannot be read: {detail}. Nothing was changed; check stick, network and signature.",
        ),
        "update.download": (
            "Không lấy được bản {version}: {detail}. Thiết bị vẫn chạy bản cũ.",
            "Version {version} cannot be fetched: {detail}. The device goes on as it is.",
        ),
        "update.no_room": (
            "Không đủ chỗ để cập nhật ở {folder}: cần {needed_mb} MB, còn {free_mb} MB. Máy vẫn chạy bản cũ.",
            "No room for the update at {folder}: {needed_mb} MB are needed, {free_mb} MB free. Nothing was changed.",
        ),
        "update.no_way_back": (
            "Không giữ được bản đang chạy để quay lại: {detail}. Chưa cập nhật. Hãy chạy: dpkg --verify motcua",
            "The running version cannot be kept as a way back: {detail}. Nothing changed; run: dpkg --verify motcua",
        ),
        "update.install": (
            "Không cài được gói: {detail}. Gọi kỹ thuật viên.",
            "The package cannot be installed: {detail}. Call a technician.",
        ),
        "update.journal": (
            "Nhật ký hàng đợi không đọc được trọn vẹn: {detail}. Hãy chạy: motcua journal verify",
            "The journal is not whole: {detail}. Run: motcua journal verify",
        ),
        "update.rolled_back": (
            "Bản {version} không giữ được ({detail}). Đã quay lại bản {previous}, nhật ký nguyên vẹn. Báo nơi gửi.",
            "Version {version} did not hold ({detail}). Back at {previous}, the journal whole. Tell the publisher.",
        ),
        "update.stuck": (
            "Bản {version} không chạy được, không quay lại được {previous}: {detail}. Gọi kỹ thuật viên; gói {file}",
            "Version {version} did not hold, {previous} does not come back: {detail}. Call a technician: {file}",
        ),
    }
)
