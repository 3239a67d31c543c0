"""Central's errors and their words."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register

register(
    {
        "central.two_hubs": (
            "Bản ghi {seq} của “{office}” ở tỉnh khác hẳn: có hai máy hub cùng tên. Hãy tắt một máy, báo kỹ thuật.",
            "Record {seq} of “{office}” is other here: two hubs of that name. Switch one off, tell the technicians.",
        ),
        "central.two_journals": (
            "“{office}” gửi bản ghi {seq} từ nhật ký cũ khi đã có nhật ký mới: máy đã thay đang chạy lại. Hãy tắt nó.",
            "“{office}” sends record {seq} of an older journal: the machine that was replaced is on. Switch it off.",
        ),
        "central.busy": (
            "Tỉnh chưa xử lý xong lần gửi trước của “{office}”. Đơn vị sẽ tự gửi lại.",
            "The province is not done with what “{office}” sent before. The office sends again by itself.",
        ),
        "central.broken_chain": (
            "Nhật ký của “{office}” đứt ở bản ghi {seq}: {problem}. Hãy chạy “motcua journal verify” trên máy hub.",
            "The journal of “{office}” breaks at record {seq}: {problem}. Run “motcua journal verify” on its hub.",
        ),
        "central.store_away": (
            "Cơ sở dữ liệu của tỉnh chưa ghi được ({problem}). Đơn vị vẫn làm việc và sẽ tự gửi lại.",
            "The province's database cannot be written ({problem}). The office works on and sends again by itself.",
        ),
        "central.address": (
            "Không dùng được địa chỉ cơ sở dữ liệu ({problem}). Hãy viết như SQLAlchemy: postgresql+psycopg://…",
            "The database's address cannot be used ({problem}). Write it as SQLAlchemy takes it: postgresql+psycopg://…",
        ),
        "central.no_database": (
            "Không có cơ sở dữ liệu của tỉnh ở {place}. Hãy kiểm tra --data; “motcua central serve” sẽ tạo ra nó.",
            "There is no database of central at {place}. Check --data; “motcua central serve” makes it.",
        ),
        "central.too_old": (
            "Cơ sở dữ liệu này của phiên bản cũ ({found}). Hãy chạy “motcua central serve” để nâng cấp trước.",
            "This database is of an older version ({found}). “motcua central serve” brings it up: start that first.",
        ),
        "central.too_new": (
            "Cơ sở dữ liệu này do phiên bản mới hơn tạo ra ({found}). Hãy cài phiên bản mới hơn của Motcua.",
            "A newer version made this database ({found}). Install a newer version of Motcua.",
        ),
    }
)


class CentralError(MotcuaError):
    """What central does not take or cannot keep. Nothing of it was written."""
