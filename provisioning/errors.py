"""What can go wrong while a device is made ready, in words."""

from __future__ import annotations

from queue_core.errors import MotcuaError, register

register(
    {
        # --- the inventory
        "inventory.invalid": (
            "Bảng kê sai ở {path} (dòng {line}, thiết bị {device}): {problem}. Cho phép: {allowed}.",
            "The inventory is wrong at {path} (line {line}, device {device}): {problem_en}. Allowed: {allowed_en}.",
        ),
        "inventory.office_file": (
            "Cấu hình của đơn vị {office} không dùng được ({file}): {problem}",
            "The configuration of office {office} cannot be used ({file}): {problem_en}",
        ),
        "inventory.file_away": (
            "{path}: không đọc được tệp {file} ({problem}).",
            "{path}: the file {file} cannot be read ({problem}).",
        ),
        "inventory.no_device": (
            "Không có thiết bị “{device}” trong bảng kê. Ghi đơn-vị/thiết-bị, ví dụ: {near}.",
            "There is no device “{device}” in the inventory. Write office/device, for example: {near}.",
        ),
        "inventory.many_devices": (
            "Có nhiều thiết bị tên “{device}”. Hãy ghi rõ một trong: {near}.",
            "There are several devices “{device}”. Name one of: {near}.",
        ),
        # --- secrets
        "secrets.readable": (
            "Tệp bí mật {file} đang để người khác đọc được ({mode}). Hãy chạy: chmod 600 {file}, hoặc mã hoá bằng age.",
            "The secrets file {file} can be read by others ({mode}). Run: chmod 600 {file}, or encrypt it with age.",
        ),
        "secrets.no_tool": (
            "Chưa cài {tool} để mở {file}. Hãy cài: sudo apt install {package}.",
            "{tool}, which opens {file}, is not installed. Run: sudo apt install {package}.",
        ),
        "secrets.locked": (
            "Không mở được {file}: {problem}. Với tệp .age hãy chỉ khoá bằng --age-identity.",
            "{file} cannot be opened: {problem}. For an .age file name its key with --age-identity.",
        ),
        "secrets.missing": (
            "Thiếu mật khẩu của mạng Wi-Fi “{network}” (thiết bị {device}). Hãy thêm vào wifi: trong tệp bí mật.",
            "The passphrase of the Wi-Fi “{network}” (device {device}) is missing. Add it under wifi: in the secrets.",
        ),
        # --- applying
        "apply.link": (
            "{path} đi qua một liên kết; không ghi gì. Hãy kiểm tra thư mục đích.",
            "{path} leads through a link; nothing was written. Look at the target folder.",
        ),
        "apply.kind": (
            "{path} không phải loại tệp như mong đợi ({found}); không ghi gì. Hãy dọn rồi chạy lại.",
            "{path} is not the kind of file expected ({found}); nothing was written. Remove it, then run again.",
        ),
        "apply.no_root": ("Không có thư mục {root}.", "There is no folder {root}."),
        "apply.failed": (
            "Không ghi được {path}: {problem}. Hãy sửa rồi chạy lại; chạy lại là an toàn.",
            "{path} could not be written: {problem}. Mend it and run again; running again is safe.",
        ),
        # --- the authority
        "authority.exists": (
            "Thư mục {folder} đã có cơ quan chứng thực. Không tạo đè.",
            "The folder {folder} holds an authority already. It is never made over.",
        ),
        "authority.away": (
            "Thư mục {folder} chưa có cơ quan chứng thực của tỉnh. Tạo bằng: motcua provision authority.",
            "The folder {folder} holds no authority of a province. Make one with: motcua provision authority.",
        ),
        "authority.readable": (
            "Khoá {file} đang để người khác đọc được ({mode}). Hãy chạy: chmod 600 {file}.",
            "The key {file} can be read by others ({mode}). Run: chmod 600 {file}.",
        ),
        "authority.locked": (
            "Không mở được khoá {file}: thiếu hoặc sai mật khẩu (--passphrase-file).",
            "The key {file} cannot be opened: its passphrase is missing or wrong (--passphrase-file).",
        ),
        "authority.other_province": (
            "Cơ quan chứng thực này của tỉnh “{found}”, không phải “{province}”.",
            "This authority belongs to the province “{found}”, not “{province}”.",
        ),
        # --- enrolment
        "enrol.bad_request": (
            "Yêu cầu cấp chứng thư không hợp lệ: {problem}. Hãy làm lại thẻ của thiết bị.",
            "The request for a certificate is not valid: {problem}. Make the device's card again.",
        ),
        "enrol.token_unknown": (
            "Mã đăng ký không đúng. Hãy tạo mã mới: motcua provision token.",
            "The token is not known. Make a new one: motcua provision token.",
        ),
        "enrol.token_expired": (
            "Mã đăng ký đã hết hạn. Hãy tạo mã mới: motcua provision token.",
            "The token has expired. Make a new one: motcua provision token.",
        ),
        "enrol.token_used": (
            (
                "Mã đăng ký đã được dùng. Nếu không phải chính thiết bị này dùng, hãy báo ngay người quản trị. "
                "Tạo mã mới: motcua provision token."
            ),
            (
                "The token has been used. If not by this device, tell the administrator at once. "
                "Make a new one: motcua provision token."
            ),
        ),
        "enrol.away": (
            "Không tới được nơi cấp chứng thư {url}: {problem}. Máy sẽ thử lại; không có mạng thì dùng USB (--folder).",
            (
                "The authority {url} cannot be reached: {problem}. It is tried again; without a network use a stick "
                "(--folder)."
            ),
        ),
        "enrol.wrong_answer": (
            "Chứng thư nhận được cho “{instance}” không dùng được: {problem}. Khoá và chứng thư cũ giữ nguyên.",
            "The certificate received for “{instance}” cannot be used: {problem}. Key and old certificate stay.",
        ),
        "enrol.waiting": (
            (
                "Yêu cầu đã ghi vào {folder}. Mang USB đến máy của tỉnh, chạy: motcua provision sign {folder}, "
                "rồi cắm lại và chạy lại lệnh này."
            ),
            (
                "The requests are in {folder}. Take the stick to the province's computer, run: motcua provision sign "
                "{folder}, then plug it in here and run this again."
            ),
        ),
        "enrol.no_setting": (
            "Thiết bị chưa được cấu hình (thiếu {file}). Hãy chạy motcua provision apply trước.",
            "The device has not been set up ({file} is missing). Run motcua provision apply first.",
        ),
        # --- the card
        "card.not_boot": (
            "{where} không phải phân vùng khởi động của Raspberry Pi OS (thiếu {missing}). Không ghi gì.",
            "{where} is not the boot volume of a Raspberry Pi OS (no {missing}). Nothing was written.",
        ),
        "card.not_lite": (
            "{where} là bản có màn hình nền; hãy dùng Raspberry Pi OS Lite (64-bit). Không ghi gì.",
            "{where} is the edition with a desktop; use Raspberry Pi OS Lite (64-bit). Nothing was written.",
        ),
        "card.own_disk": (
            "{where} thuộc ổ đĩa mà máy tính này đang chạy. Không ghi gì; hãy chọn thẻ.",
            "{where} is on the disk this computer runs from. Nothing was written; choose the card.",
        ),
        "card.mounted": (
            "{where} đang được gắn ở {mounted}. Hãy tháo (umount), hoặc chỉ thư mục đó. Không ghi gì.",
            "{where} is mounted at {mounted}. Unmount it, or name that folder. Nothing was written.",
        ),
        "card.too_small": (
            "{where} quá nhỏ: cần {needed_mb} MB, có {there_mb} MB. Không ghi gì.",
            "{where} is too small: {needed_mb} MB needed, {there_mb} MB there. Nothing was written.",
        ),
        "card.not_fat32": (
            "{where}: không đọc được phân vùng FAT32 ({problem}). Không ghi gì.",
            "{where}: no FAT32 volume can be read ({problem}). Nothing was written.",
        ),
        "card.wrong_board": (
            "{where} không khởi động được bo mạch {board} (thiếu {missing}). Hãy dùng bản Raspberry Pi OS mới hơn.",
            "{where} cannot start the board {board} (no {missing}). Use a newer Raspberry Pi OS.",
        ),
        "card.changed": (
            "Có người đã sửa các tệp sau trên thẻ: {files}. Không ghi, không chạy gì từ đó. Hãy ghi lại thẻ trắng.",
            (
                "Somebody has changed these files on the card: {files}. Nothing is used or written. Begin again with "
                "a blank card."
            ),
        ),
        "card.other_device": (
            "Thẻ này đã làm cho {device}. Hãy ghi lại thẻ trắng, tránh hai máy trùng tên.",
            "This card was made for {device}. Start from a blank card, so that no two devices carry one name.",
        ),
        "card.used": (
            "Thẻ này đã khởi động một lần ({device}). Hãy ghi lại thẻ trắng.",
            "This card has started already ({device}). Start from a blank card.",
        ),
        "card.bad_package": (
            "{file} không phải gói Debian (.deb). Không ghi gì.",
            "{file} is not a Debian package (.deb). Nothing was written.",
        ),
        "card.no_card": (
            "{where} không phải thẻ do motcua provision card làm (thiếu {file}).",
            "{where} is not a card made by motcua provision card (no {file}).",
        ),
        "card.bad_bundle": (
            "Dữ liệu trên thẻ không hợp lệ: {problem}. Hãy làm lại thẻ.",
            "The data on the card is not valid: {problem}. Make the card again.",
        ),
        # --- replacing
        "replace.journal": (
            "Bản sao nhật ký {file} không dùng được: {problem}. Không có gì thay đổi.",
            "The journal's backup {file} cannot be used: {problem}. Nothing has changed.",
        ),
        "replace.not_hub": (
            "Thiết bị {device} không giữ nhật ký; hãy bỏ --journal.",
            "The device {device} keeps no journal; leave --journal out.",
        ),
        "replace.journal_there": (
            "Ở {root} đã có nhật ký {file}. Không ghi đè số đã phát; hãy bắt đầu từ thẻ trắng.",
            "There is a journal {file} in {root} already. Given numbers are never written over; take a blank card.",
        ),
        "replace.never_enrolled": (
            "Thiết bị {device} chưa từng được cấp chứng thư; hãy dùng motcua provision card.",
            "The device {device} was never given a certificate; use motcua provision card.",
        ),
        "deny.unknown": (
            "Chưa từng cấp chứng thư cho “{name}”.",
            "No certificate was ever given to “{name}”.",
        ),
        # --- the glue
        "provision.no_firmware": (
            "Chưa có phần firmware_config nên không có tệp khởi động (config.txt, udev, broker). Các tệp khác vẫn đủ.",
            (
                "The part firmware_config is not installed, so there are no boot files (config.txt, udev, broker). All "
                "other files are there."
            ),
        ),
    }
)


class ProvisionError(MotcuaError, ValueError):
    """A device, a card or an identity that cannot be made so. Nothing was written, or it can be run again."""


class CardError(ProvisionError):
    """A card or image that is not written."""


class TokenError(ProvisionError):
    """A one-time token that is not taken."""
