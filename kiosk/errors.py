"""What can be wrong with a kiosk's own devices and options, in words."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register

register(
    {
        "scanner.bad_address": (
            (
                "Địa chỉ máy quét “{address}” không đúng. Được phép: none:, keyboard:, serial:/dev/TÊN?baud=9600, "
                "hid:/dev/input/by-id/TÊN, camera:picamera2, camera:/dev/video0, camera:folder:/THƯ/MỤC."
            ),
            (
                "The scanner's address {address!r} is none. Allowed: none:, keyboard:, serial:/dev/NAME?baud=9600, "
                "hid:/dev/input/by-id/NAME, camera:picamera2, camera:/dev/video0, camera:folder:/FOLDER."
            ),
        ),
        "scanner.away": (
            "Không thấy máy quét {device}. Hãy cắm lại cáp; máy sẽ tự nhận.",
            "The scanner {device} is away. Plug its cable in; it is found by itself.",
        ),
        "scanner.no_permission": (
            (
                "Không được phép mở máy quét {device}. Thêm người dùng của kiosk vào nhóm “{group}”: "
                "sudo usermod -aG {group} TÊN, rồi khởi động lại."
            ),
            (
                "The scanner {device} may not be opened. Put the kiosk's user into the group {group!r}: "
                "sudo usermod -aG {group} NAME, then restart."
            ),
        ),
        "scanner.busy": (
            "Chương trình khác đang giữ máy quét {device}. Hãy đóng chương trình đó.",
            "Another program holds the scanner {device}. Close that program.",
        ),
        "scanner.no_scanner": (
            "{device} không phải máy quét kiểu bàn phím. Hãy xem tên trong /dev/input/by-id.",
            "{device} is no scanner that types. Look for its name in /dev/input/by-id.",
        ),
        "scanner.no_evdev": (
            "Chưa cài thư viện đọc máy quét USB. Hãy chạy: sudo apt install python3-evdev.",
            "The library that reads USB scanners is not installed. Run: sudo apt install python3-evdev.",
        ),
        "camera.bad_option": (
            "Tùy chọn của camera “{address}” không đúng: {what}.",
            "An option of the camera {address!r} is wrong: {what}.",
        ),
        "camera.away": (
            "Không thấy camera {device}. Hãy kiểm tra cáp; máy sẽ tự nhận.",
            "The camera {device} is away. Check its cable; it is found by itself.",
        ),
        "camera.no_permission": (
            (
                "Không được phép mở camera {device}. Thêm người dùng của kiosk vào nhóm “{group}”: "
                "sudo usermod -aG {group} TÊN, rồi khởi động lại."
            ),
            (
                "The camera {device} may not be opened. Put the kiosk's user into the group {group!r}: "
                "sudo usermod -aG {group} NAME, then restart."
            ),
        ),
        "camera.busy": (
            "Chương trình khác đang giữ camera {device}. Hãy đóng chương trình đó.",
            "Another program holds the camera {device}. Close that program.",
        ),
        "camera.no_camera": (
            "{device} không phải camera. Hãy xem tên trong /dev/v4l/by-id.",
            "{device} is no camera. Look for its name in /dev/v4l/by-id.",
        ),
        "camera.no_format": (
            "Camera {device} không có định dạng ảnh nào trong số: {formats}.",
            "The camera {device} has none of the picture formats: {formats}.",
        ),
        "camera.no_picamera2": (
            "Chưa cài thư viện camera của Raspberry Pi cho {device}. Hãy chạy: sudo apt install python3-picamera2.",
            "The Raspberry Pi's camera library is not installed for {device}. Run: sudo apt install python3-picamera2.",
        ),
        "camera.silent": (
            "Camera {device} không gửi ảnh. Hãy kiểm tra cáp và nguồn.",
            "The camera {device} sends no picture. Check its cable and its power.",
        ),
        "camera.process": (
            "Tiến trình camera {device} đã dừng ({why}) và được khởi động lại.",
            "The camera's process {device} ended ({why}) and is started again.",
        ),
    }
)


class KioskError(MotcuaError, ValueError):
    """An option of the kiosk that cannot be used."""
