"""What can go wrong with a catalogue, in words."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register

register(
    {
        "catalogue.missing": (
            "Chưa có tệp danh mục thủ tục {file}. Hãy nhập bằng: motcua catalogue import.",
            "There is no catalogue {file} yet. Make it with: motcua catalogue import.",
        ),
        "catalogue.not_one": (
            "Tệp {file} không phải là danh mục thủ tục dùng được ({problem}). Danh mục cũ được giữ nguyên.",
            "{file} is not a usable catalogue ({problem}). The old one is kept.",
        ),
        "catalogue.newer_format": (
            "Danh mục {file} có định dạng {found}, máy này chỉ đọc được đến {known}. Hãy cập nhật phần mềm.",
            "The catalogue {file} has format {found}; this machine reads up to {known}. Update the software.",
        ),
        "catalogue.source_unreadable": (
            "Không đọc được {file}: {problem}. Cần tệp JSON, XLSX hoặc CSV theo tài liệu docs/catalogue.md.",
            "{file} cannot be read: {problem}. Give JSON, XLSX or CSV as docs/catalogue.md describes.",
        ),
        "catalogue.words_wrong": (
            "Tệp từ ngữ {file} chưa đúng ở {place}: {problem}.",
            "The words' file {file} is wrong at {place}: {problem}.",
        ),
        "catalogue.not_written": (
            "Không ghi được danh mục {file}: {problem}. Danh mục cũ được giữ nguyên.",
            "The catalogue {file} cannot be written: {problem}. The old one is kept.",
        ),
        "catalogue.unknown_code": (
            "Danh mục không có thủ tục mã {code}.",
            "The catalogue has no procedure {code}.",
        ),
        "catalogue.away": (
            "Chưa tải được danh mục mới ({problem}). Danh mục đang có vẫn dùng bình thường.",
            "The new catalogue could not be fetched ({problem}). The present one goes on being used.",
        ),
        "catalogue.too_large": (
            "Danh mục tải về lớn hơn {limit_mb} MB nên không nhận. Danh mục cũ được giữ nguyên.",
            "The catalogue offered is over {limit_mb} MB and was not taken. The old one is kept.",
        ),
        "catalogue.source_not_https": (
            "Địa chỉ {address} không dùng https nên không tải. Danh mục cũ được giữ nguyên.",
            "{address} is no https address and is not asked. The old list is kept.",
        ),
        "catalogue.source_empty": (
            "Danh mục mới không có thủ tục dùng được ({refused} bản ghi bị loại). Giữ bản cũ; báo nơi phát hành.",
            "The new list has no usable procedure ({refused} records refused). The old one stays; tell its publisher.",
        ),
        "catalogue.source_loses": (
            (
                "Danh mục mới thiếu {lost} trong {before} thủ tục đang có ({percent} %, cho phép {allowed} %): "
                "{codes}. Danh mục cũ được giữ nguyên. Nếu đúng là đã bãi bỏ, hãy nhập bằng motcua catalogue import."
            ),
            (
                "The new list lacks {lost} of the {before} procedures that are here ({percent} %, allowed {allowed} "
                "%): {codes}. The old one is kept. If they were really withdrawn, use motcua catalogue import."
            ),
        ),
        "catalogue.wrong_hash": (
            "Danh mục tải về không đúng mã kiểm tra. Danh mục cũ được giữ nguyên.",
            "The catalogue fetched does not have the announced hash. The old one is kept.",
        ),
    }
)


class CatalogueError(MotcuaError):
    """A catalogue, or a source of one, that cannot be used. Nothing was changed."""
