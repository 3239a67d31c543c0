"""The errors of the dossier book and of looking up."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register


class DossierError(MotcuaError):
    """A look-up or a change that was refused; nothing has changed."""


class RegistryError(DossierError, OSError):
    """A registry that is away, slow or talks nonsense."""


register(
    {
        "dossier.unknown": (
            "Không tìm thấy hồ sơ này. Mời kiểm tra lại mã trên Giấy tiếp nhận, hoặc hỏi quầy hướng dẫn.",
            "This dossier was not found. Please check the code on the receipt, or ask at the guidance counter.",
        ),
        "dossier.not_offered": (
            "Trung tâm chưa tra cứu hồ sơ tại máy này. Mời hỏi quầy hướng dẫn.",
            "Dossiers cannot be looked up here. Please ask at the guidance counter.",
        ),
        "dossier.code_invalid": ("{said}", "{said_en}"),
        "dossier.slow_down": (
            "Máy này vừa tra cứu quá nhiều lần. Mời thử lại sau {minutes} phút, hoặc hỏi quầy hướng dẫn.",
            "Too many look-ups at this machine. Please try again in {minutes} min, or ask at the guidance counter.",
        ),
        "dossier.day_limit": (
            "Hôm nay Trung tâm đã hết lượt tra cứu tự động. Mời hỏi quầy hướng dẫn.",
            "Today's automatic look-ups are used up. Please ask at the guidance counter.",
        ),
        "dossier.secret_wrong": (
            "Mã tra cứu chưa đúng. Mời xem lại 4 ký tự trên Giấy tiếp nhận.",
            "The 4 characters are not right. Please look at the receipt again.",
        ),
        "dossier.secret_wait": (
            "Đã nhập sai nhiều lần. Mời thử lại sau {seconds} giây.",
            "Too many wrong tries. Please try again in {seconds} s.",
        ),
        "dossier.no_secret": (
            "Hồ sơ này không có mã tra cứu. Mời hỏi quầy hướng dẫn.",
            "This dossier has no 4-character code. Please ask at the guidance counter.",
        ),
        "dossier.registry_away": (
            "Hệ thống hồ sơ chưa trả lời. Mời thử lại sau ít phút, hoặc hỏi quầy hướng dẫn.",
            "The dossier system does not answer. Please try again in minutes, or ask at the guidance counter.",
        ),
        "dossier.registry_wrong": (
            "Hệ thống hồ sơ trả lời không đúng mẫu ({problem}). Hãy báo cán bộ kỹ thuật.",
            "The dossier system's answer is not usable ({problem}). Please tell the technician.",
        ),
        "dossier.exists": ("Sổ đã có hồ sơ mã này.", "The book already has a dossier of this code."),
        "dossier.wrong_state": (
            "Hồ sơ đang ở trạng thái “{state}”, không chuyển sang “{wanted}” được.",
            "The dossier is “{state_en}”; it cannot become “{wanted_en}”.",
        ),
        "dossier.use_own_action": (
            "Trạng thái “{wanted}” có nút riêng: hãy dùng yêu cầu bổ sung, nhận bổ sung hoặc trả kết quả.",
            "“{wanted_en}” has an action of its own: ask for papers, take papers, or give the result back.",
        ),
        "dossier.ended": (
            "Hồ sơ đã kết thúc ({state}), không thay đổi được nữa.",
            "The dossier has ended ({state_en}) and changes no more.",
        ),
        "dossier.no_card_here": (
            "Ô này có số căn cước. Chỉ ghi họ tên, địa chỉ, điện thoại; không lưu số căn cước.",
            "There is an identity number in this field. Enter name, address, telephone only; it is not kept.",
        ),
        "dossier.no_clock": (
            "Máy chưa biết ngày giờ nên chưa tính được ngày hẹn. Hãy nhập ngày ở bàn làm việc trước.",
            "The machine does not know the date, so nothing can be due. Please enter the date in the console first.",
        ),
    }
)
