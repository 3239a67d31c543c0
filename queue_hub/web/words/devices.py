"""What is said of devices and their troubles."""

from __future__ import annotations

from typing import Final

DEVICES: Final[dict[str, tuple[str, str]]] = {
    "device.hub": ("Máy chủ", "The hub"),
    "device.kiosk": ("Máy lấy số {n}", "Kiosk {n}"),
    "device.board": ("Màn hình gọi số {n}", "Board {n}"),
    "device.signs": ("Bảng quầy {n}", "Counter signs {n}"),
    "printer.hub": ("Máy in tại quầy", "The office's printer"),
    "print.sent": ("Đang in {number} ở {name}…", "Printing {number} at {name}…"),
    "print.printed": ("Đã in {number} ở {name}", "{number} is printed at {name}"),
    "print.failed": ("{name} chưa in được {number}: {why}", "{name} did not print {number}: {why}"),
    "print.silent": (
        "{name} chưa trả lời về phiếu {number}. Hãy xem máy, hoặc in ở nơi khác.",
        "{name} has not answered for {number}. Look at it, or print elsewhere.",
    ),
    "alert.paper_out": ("hết giấy in, hãy thay cuộn giấy", "out of paper: change the roll"),
    "alert.paper_near_end": ("sắp hết giấy in", "paper runs low"),
    "alert.paper_cover_open": ("nắp máy in đang mở", "printer cover open"),
    "alert.paper_fault": ("máy in báo lỗi dao cắt hoặc kẹt giấy", "printer fault: cutter or paper jam"),
    "alert.paper_offline": ("máy in đang tạm ngừng", "printer off line"),
    "alert.paper_unreachable": ("không kết nối được máy in", "printer cannot be reached"),
    "alert.paper_no_permission": (
        "máy lấy số không có quyền dùng máy in, hãy gọi kỹ thuật",
        "no permission to use the printer: call the technician",
    ),
    "alert.paper_silent": ("máy in không trả lời", "printer does not answer"),
    "alert.paper_unfinished": (
        "phiếu in dở dang, hãy kiểm tra rồi in lại",
        "a slip is unfinished: check, then reprint",
    ),
    "alert.paper_too_wide": ("khổ giấy trong cấu hình quá rộng", "the configured paper is too wide"),
    "alert.paper_busy": ("máy in đang bận", "printer busy"),
    "alert.paper_garbled": ("máy in trả lời sai, hãy kiểm tra dây", "printer answers rubbish: check the cable"),
    "alert.paper_address": ("địa chỉ máy in trong cấu hình bị sai", "the printer's configured address is wrong"),
    "alert.paper_driver_missing": ("thiếu thư viện của máy in", "printer's library is missing"),
    "alert.signs_line_away.at": (
        "mất cổng nối bảng quầy ({place}), hãy kiểm tra dây USB",
        "the port of the counter signs ({place}) is gone: check its USB cable",
    ),
    "alert.signs_line_forbidden.at": (
        "không được phép mở cổng bảng quầy ({place}), hãy gọi kỹ thuật",
        "the port of the counter signs ({place}) may not be opened: call the technician",
    ),
    "alert.signs_line_silent.at": (
        "không bảng quầy nào trên đường dây {place} trả lời, hãy kiểm tra nguồn và dây A/B",
        "no counter sign on the line {place} answers: check its power and the wires A and B",
    ),
    "alert.sign_away.at": ("bảng quầy {place} không trả lời", "the sign of counter {place} does not answer"),
    "alert.sign_garbled.at": (
        "bảng quầy {place} trả lời sai, hãy kiểm tra dây và tốc độ",
        "the sign of counter {place} answers rubbish: check cable and speed",
    ),
    "alert.sign_narrow.at": (
        "bảng quầy {place} không hiện đủ số đang gọi nên để trống",
        "the sign of counter {place} cannot show the number called and stays blank",
    ),
    "alert.sign_driver.at": (
        "thiếu thư viện của bảng quầy {place}",
        "the library of the sign of counter {place} is missing",
    ),
    "alert.keypad_away.at": ("bàn phím quầy {place} không trả lời", "the keypad of counter {place} does not answer"),
    "alert.keypad_garbled.at": (
        "bàn phím quầy {place} trả lời sai, hãy kiểm tra dây",
        "the keypad of counter {place} answers rubbish: check its cable",
    ),
    "alert.keypad_stuck.at": ("bàn phím quầy {place} bị kẹt phím", "a key of the keypad of counter {place} is stuck"),
    "alert.keypad_pins.at": (
        "không dùng được chân GPIO của bàn phím quầy {place}",
        "the GPIO pins of the keypad of counter {place} cannot be used",
    ),
    "alert.door_open": ("cửa máy đang mở", "its door is open"),
    "alert.panel_away": ("bảng nút và đèn báo không hoạt động", "its buttons and status light do not work"),
    "alert.paper_slow": ("máy in rất chậm", "the printer is very slow"),
    "alert.paper_second": (
        "phiếu đang in bằng máy in thứ hai, hãy xem máy thứ nhất",
        "slips come from the second printer: look at the first",
    ),
    "alert.second": ("máy in thứ hai: {trouble}", "second printer: {trouble}"),
    "alert.temperature_high": (
        "máy quá nóng, hãy kiểm tra quạt và lỗ thoáng",
        "too hot: look at the fan and the vents",
    ),
    "alert.undervoltage": ("nguồn điện yếu, hãy thay bộ nguồn hoặc dây", "weak power supply: change it or its cable"),
    "alert.disk_full": ("thẻ nhớ sắp đầy", "the card is nearly full"),
    "alert.disk_readonly": (
        "không ghi được vào thẻ nhớ, hãy gọi kỹ thuật ngay",
        "the card cannot be written: call the technician",
    ),
    "alert.disk_errors": ("thẻ nhớ có lỗi, hãy chuẩn bị thay", "the card has errors: have another one ready"),
    "alert.scanner_away": ("mất máy quét, hãy kiểm tra dây", "the scanner is away: check its cable"),
    "alert.camera_away": ("mất camera, hãy kiểm tra dây", "the camera is away: check its cable"),
    "alert.sound_away": ("không phát được âm thanh", "no sound"),
    "alert.copy_failed": (
        "không ghi được bản sao nhật ký (thẻ nhớ đầy hoặc hỏng)",
        "the copy of the journal cannot be written (card)",
    ),
    "alert.media_broken": ("có hình hoặc video không chiếu được", "a picture or film cannot be shown"),
    "alert.new_letter": (
        "sổ nhật ký hỏng và không còn ai biết các số đã cấp: hôm nay cấp tiếp bằng chữ khác",
        "the journal was damaged and nobody knows the numbers given: today they go on at other letters",
    ),
    "alert.slip_fault": ("không tạo được phiếu, hãy gọi kỹ thuật", "a slip could not be made: call the technician"),
    "alert.paper_none": ("chưa có máy in", "there is no printer"),
    "alert.print_late": (
        "lệnh in đến quá muộn nên không in",
        "the order came too late, nothing was printed",
    ),
    "alert.kiosk_restarted": ("máy vừa khởi động lại", "it has just restarted"),
    "alert.internal": ("máy gặp lỗi bất ngờ", "an unexpected error"),
    "alert.lost": ("mất kết nối", "not connected"),
    "alert.backup_failed": ("không sao lưu được, hãy kiểm tra USB", "backup failed: check the USB stick"),
    "alert.backup_same_device": (
        "bản sao lưu nằm trên cùng thẻ nhớ, hãy cắm USB",
        "the backup lies on the same card: plug in a USB stick",
    ),
    "alert.central_away": (
        "dữ liệu chưa gửi được về tỉnh hơn một giờ; đơn vị vẫn làm việc bình thường",
        "nothing has reached the province for more than an hour; the office works on",
    ),
    "alert.central_refuses": (
        "tỉnh từ chối nhật ký của đơn vị, hãy báo kỹ thuật của tỉnh",
        "the province refuses the office's journal: tell the province's technicians",
    ),
    "alert.journal_broken": (
        "chuỗi nhật ký bị đứt, hãy gọi kỹ thuật ngay",
        "the journal's chain is broken: call the technician",
    ),
    "alert.certificate_ends": (
        "chứng thư của đơn vị còn dưới 60 ngày, hãy báo kỹ thuật của tỉnh ngay",
        "the office's certificates end within 60 days: tell the province's technicians now",
    ),
    "alert.unit_failed.at": (
        "tiến trình {place} bị lỗi: hãy khởi động lại thiết bị, nếu vẫn vậy gọi kỹ thuật",
        "the unit {place} failed: restart the device; if it stays so, call the technician",
    ),
    "alert.unit_failed.motcua-backup": (
        "sao lưu ban đêm bị lỗi, hãy kiểm tra USB sao lưu",
        "the nightly backup failed: look at the stick for backups",
    ),
    "alert.unit_failed.motcua-catalogue": (
        "danh mục thủ tục mới của tỉnh không dùng được, vẫn dùng danh mục cũ: hãy báo kỹ thuật của tỉnh",
        "the province's new list of procedures cannot be used, the old one stays: tell the province's technicians",
    ),
    "alert.unit_failed.motcua-update": (
        "máy không tự tìm bản cập nhật được, vẫn chạy như cũ: hãy báo kỹ thuật",
        "the device cannot look for updates, it runs on as it is: tell the technician",
    ),
    "alert.unit_failed.motcua-install": (
        "cập nhật phần mềm không thành, máy vẫn dùng bản cũ: hãy báo kỹ thuật",
        "the software's update did not hold, the device runs the version before: tell the technician",
    ),
    "alert.unit_away.at": (
        "tiến trình {place} không chạy: hãy khởi động lại thiết bị, nếu vẫn vậy gọi kỹ thuật",
        "the unit {place} is not running: restart the device; if it stays so, call the technician",
    ),
    "alert.unit_away.motcua-kiosk": (
        "màn hình lấy số không chạy: hãy khởi động lại thiết bị, nếu vẫn vậy gọi kỹ thuật",
        "the lobby's touch screen is not running: restart the device; if it stays so, call the technician",
    ),
    "alert.backup_old": (
        "nhiều ngày không có bản sao lưu: hãy cắm USB sao lưu và để máy chạy qua 21 giờ",
        "no backup for days: plug in the stick for backups, and leave the device on until past 21:00",
    ),
    "alert.clock_wrong": (
        "ngày giờ của máy không thể đúng: hãy đặt lại giờ hoặc nối mạng",
        "the device's date cannot be right: set it or connect a network",
    ),
    "alert.network_down": (
        "không có tín hiệu mạng: hãy kiểm tra dây và bộ chia mạng",
        "no network has a signal: check the cable and the switch",
    ),
    "alert.health_silent": (
        "máy đã ngừng tự kiểm tra: hãy khởi động lại thiết bị, nếu vẫn vậy gọi kỹ thuật",
        "the device has stopped to look after itself: restart it; if it stays so, call the technician",
    ),
    "alert.health_failed.at": (
        "phép kiểm tra “{place}” báo lỗi: kỹ thuật chạy motcua health để xem",
        "the check “{place}” failed: a technician sees why by motcua health",
    ),
    "alert.file_refused": (
        "tệp cấu hình mới không áp dụng được",
        "the changed configuration file was not applied",
    ),
}
