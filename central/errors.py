"""Central's errors and their words."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register

register(
    {
        "central.two_hubs": (
            "Bản ghi {seq} của “{office}” ở tỉnh khác hẳn: có hai máy hub cùng tên. Hãy tắt một máy, báo kỹ thuật.",
            "Record {seq} of “{office}” is other here: two hubs of that name. Switch one off, tell the technicians.",
        ),
        "central.broken_chain": (
            "Nhật ký của “{office}” đứt ở bản ghi {seq}: {problem}. Hãy chạy “motcua journal verify” trên máy hub.",
            "The journal of “{office}” breaks at record {seq}: {problem}. Run “motcua journal verify” on its hub.",
        ),
        "central.store_away": (
            "Cơ sở dữ liệu của tỉnh chưa ghi được ({problem}). Đơn vị vẫn làm việc và sẽ tự gửi lại.",
            "The province's database cannot be written ({problem}). The office works on and sends again by itself.",
        ),
        "central.too_new": (
            "Cơ sở dữ liệu này do phiên bản mới hơn tạo ra ({found}). Hãy cài phiên bản mới hơn của Motcua.",
            "A newer version made this database ({found}). Install a newer version of Motcua.",
        ),
    }
)


class CentralError(MotcuaError):
    """What central does not take or cannot keep. Nothing of it was written."""
