"""The words of the voice's keyed errors. Importing this module registers them."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register


class VoicePackError(MotcuaError, ValueError):
    """A voice pack that cannot be used (keys ``voice.*``)."""


class AudioError(MotcuaError, OSError):
    """The sound could not be played (keys ``audio.*``). What was to be heard is shown all the same."""


register(
    {
        "voice.no_pack": (
            "Không có bộ giọng đọc ở {folder}. Hãy chạy make setup, hoặc chọn --voice none.",
            "There is no voice pack in {folder}. Run make setup, or choose --voice none.",
        ),
        "voice.manifest": (
            "Tệp {file} của bộ giọng đọc bị sai: {problem}. Hãy sửa theo docs/voice hoặc tạo lại bộ giọng.",
            "The voice pack's file {file} is wrong: {problem}. Correct it, or make the pack again.",
        ),
        "voice.incomplete": (
            "Bộ giọng đọc {folder} còn thiếu hoặc sai {count} mục: {problems}. Hãy thu âm bổ sung.",
            "The voice pack {folder} lacks or has wrong {count} clips: {problems}. Record them again.",
        ),
        "voice.maker_missing": (
            "Chưa cài espeak-ng nên chưa tạo được giọng đọc. Hãy chạy make setup.",
            "espeak-ng is not installed, so the clips cannot be made. Run make setup.",
        ),
        "voice.maker_failed": (
            "espeak-ng không đọc được “{text}”: {problem}. Hãy cài lại gói espeak-ng.",
            "espeak-ng could not speak “{text}”: {problem}. Install the package espeak-ng again.",
        ),
        "voice.exists": (
            "Thư mục {folder} đã có. Hãy chọn thư mục mới, hoặc xoá thư mục cũ trước.",
            "The folder {folder} is there already. Choose a new one, or remove it first.",
        ),
        "voice.no_recordings": (
            "Không có bản thu nào trong {folder}. Hãy đặt tên tệp như motcua voice list in ra.",
            "There is no recording in {folder}. Name the files as motcua voice list prints them.",
        ),
        "voice.rates": (
            "Các bản thu có tần số lấy mẫu {rates} Hz. Tất cả phải cùng là {allowed} Hz.",
            "The recordings have {rates} Hz. All of them must have the same {allowed} Hz.",
        ),
        "voice.recording": (
            "Không đọc được bản thu {file}: {problem}. Hãy lưu lại dạng WAV, mono, 16 bit.",
            "The recording {file} cannot be read: {problem}. Save it as WAV, mono, 16 bits.",
        ),
        "audio.away": (
            "Loa chưa phát được ({problem}). Hãy kiểm tra dây loa và thiết bị âm thanh.",
            "The loudspeaker does not play ({problem}). Check its cable and the sound device.",
        ),
        "audio.late": (
            "Thiết bị âm thanh không phát xong sau {seconds} giây và đã được khởi động lại.",
            "The sound device did not finish within {seconds} s and was started again.",
        ),
        "audio.unknown": (
            "Không có cách phát “{text}”. Cho phép: none, alsa, alsa:THIẾT-BỊ, wav:TỆP.",
            "There is no audio “{text}”. Allowed: none, alsa, alsa:DEVICE, wav:FILE.",
        ),
    }
)
