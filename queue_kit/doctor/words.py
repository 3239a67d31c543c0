"""What checks say, in both languages; a failure says what to do. Registered at import."""

from __future__ import annotations

from queue_core.errors import register

register(
    {
        "doctor.ok": ("Tốt", "Well"),
        "doctor.unknown": ("Không biết được trên máy này", "Cannot be known on this machine"),
        "doctor.absent": ("Không lắp", "Not fitted"),
        "doctor.no_answer": (
            "Không kiểm tra xong trong {seconds} giây; thiết bị có thể đang treo.",
            "Not finished within {seconds} s; the device may hang.",
        ),
        "doctor.broke": (
            "Phép kiểm tra bị lỗi: {problem}. Hãy gửi báo cáo cho người bảo trì.",
            "The check itself failed: {problem}. Send the report to the maintainer.",
        ),
        "doctor.clock_ntp": ("{time}, theo giờ mạng", "{time}, kept by network time"),
        "doctor.clock_rtc": ("{time}, theo đồng hồ trong máy", "{time}, from the machine's own clock"),
        "doctor.clock_floor": (
            "{time}, không có nguồn giờ nào xác nhận. Hãy nối mạng hoặc lắp đồng hồ (RTC); trung tâm sẽ hỏi ngày.",
            "{time}, confirmed by nothing. Connect a network or fit a clock (RTC); the hub will ask for the date.",
        ),
        "doctor.clock_wrong": (
            "Máy nói {time}, không thể đúng. Hãy đặt lại giờ hoặc nối mạng.",
            "The machine says {time}, which cannot be. Set the time or connect a network.",
        ),
        "doctor.network": ("{names}", "{names}"),
        "doctor.network_down": (
            "Không dây mạng hay Wi-Fi nào có tín hiệu ({names}). Hãy kiểm tra dây và bộ chia mạng.",
            "No cable or Wi-Fi has a signal ({names}). Check the cable and the switch.",
        ),
        "doctor.network_alone": ("Máy làm việc một mình, không cần mạng", "Works alone, needs no network"),
        "doctor.broker": ("{host}:{port} trả lời sau {ms} ms", "{host}:{port} answered in {ms} ms"),
        "doctor.broker_away": (
            "Không kết nối được {host}:{port}: {problem}. Hãy kiểm tra trung tâm và mạng.",
            "{host}:{port} cannot be reached: {problem}. Check the hub and the network.",
        ),
        "doctor.broker_refused": (
            "{host}:{port} không nhận tài khoản {username}. Hãy kiểm tra mật khẩu và danh tính.",
            "{host}:{port} refuses the account {username}. Check its password and identity.",
        ),
        "doctor.hub": ("Trung tâm hoạt động", "The hub is at work"),
        "doctor.hub_silent": (
            "Không nghe thấy trung tâm trong {seconds} giây. Hãy kiểm tra tiến trình motcua hub.",
            "The hub was not heard for {seconds} s. Check the process motcua hub.",
        ),
        "doctor.hub_unasked": (
            "Cần tài khoản ở máy chủ tin (--broker-username) để nghe trung tâm",
            "Hearing the hub takes an account at the broker (--broker-username)",
        ),
        "doctor.disk": ("Ghi được, còn {free_mb} MB", "Writes; {free_mb} MB free"),
        "doctor.disk_readonly": (
            "Không ghi được vào {folder}. Hãy sao lưu ngay và thay thẻ nhớ.",
            "{folder} cannot be written. Back up at once and change the card.",
        ),
        "doctor.disk_full": (
            "Chỉ còn {free_mb} MB trong {folder}. Hãy dọn hoặc thay thẻ nhớ lớn hơn.",
            "Only {free_mb} MB left in {folder}. Make room or fit a larger card.",
        ),
        "doctor.disk_errors": (
            "Hệ thống tệp đã gặp {count} lỗi. Hãy sao lưu và thay thẻ nhớ.",
            "The file system has met {count} errors. Back up and change the card.",
        ),
        "doctor.no_device": (
            "Máy này không phải thiết bị do tỉnh thiết lập (không có /etc/motcua/device.yaml)",
            "This computer is no provisioned device (there is no /etc/motcua/device.yaml)",
        ),
        "doctor.device": (
            "Tệp {file} không mô tả được thiết bị ({problem}). Hãy chạy lại motcua provision apply.",
            "{file} does not describe the device ({problem}). Run motcua provision apply again.",
        ),
        "doctor.units": ("{count} tiến trình và hẹn giờ đang chạy", "{count} units and timers are up"),
        "doctor.units_down": (
            "Không chạy được: {units}. Hãy khởi động lại thiết bị; nếu vẫn vậy, xem journalctl --namespace=+motcua.",
            "Failed or not running: {units}. Restart the device; if it stays so, see journalctl --namespace=+motcua.",
        ),
        "doctor.units_unasked": (
            "Không hỏi được systemd ({problem})", "systemd could not be asked ({problem})",
        ),
        "doctor.backup": ("Bản sao lưu ban đêm đã có {hours} giờ", "The nightly copy is {hours} h old"),
        "doctor.backup_no_stick": (
            "Không có USB sao lưu nào được khai báo cho thiết bị này",
            "No stick for backups was named for this device",
        ),
        "doctor.backup_soon": (
            "Chưa có bản sao lưu mới; thiết bị vừa được thiết lập hoặc vừa khởi động",
            "No newer copy yet; the device is new or has just started",
        ),
        "doctor.backup_ahead": (
            "Bản sao lưu mang ngày ở tương lai: đồng hồ chưa đúng", "The copy is of a day to come: the clock is wrong",
        ),
        "doctor.backup_old": (
            "Đã {days} ngày không có bản sao lưu mới. Hãy kiểm tra USB sao lưu và để máy chạy qua 21 giờ.",
            "No new backup for {days} days. Look at the stick, and leave the device on until past 21:00.",
        ),
        "doctor.backup_none": (
            "Không có bản sao lưu {file}. Hãy cắm USB sao lưu vào đúng cổng.",
            "There is no backup {file}. Plug the stick for backups into its port.",
        ),
        "doctor.certificates": (
            "{count} chứng thư, còn ít nhất {days} ngày", "{count} certificates, good for {days} days at least",
        ),
        "doctor.certificate_away": (
            "Không đọc được chứng thư {files}. Hãy chạy: motcua provision enrol.",
            "The certificates {files} cannot be read. Run: motcua provision enrol.",
        ),
        "doctor.certificate_ends": (
            "{file} còn {days} ngày. Hãy báo kỹ thuật của tỉnh cấp lại ngay.",
            "{file} ends in {days} days. Tell the province's technicians now.",
        ),
        "doctor.certificate_ended": (
            "{file} đã hết hạn ngày {date}. Hãy kiểm tra ngày giờ của máy, rồi báo kỹ thuật của tỉnh.",
            "{file} ended on {date}. Check the machine's date, then tell the province's technicians.",
        ),
        "doctor.temperature": ("{celsius} °C", "{celsius} °C"),
        "doctor.hot": (
            "{celsius} °C: quá nóng. Hãy kiểm tra quạt và lỗ thoáng.",
            "{celsius} °C: too hot. Look at the fan and the vents.",
        ),
        "doctor.undervoltage": (
            "Nguồn điện sụt áp. Hãy dùng bộ nguồn 5 V chính hãng và dây ngắn.",
            "The supply is too weak. Use the maker's 5 V supply and a short cable.",
        ),
        "doctor.printer": ("Sẵn sàng, {width_dots} chấm", "Ready, {width_dots} dots"),
        "doctor.printer_low": (
            "In được, giấy sắp hết: hãy chuẩn bị cuộn mới", "Prints; the roll is near its end: have a new one ready",
        ),
        "doctor.printer_unconfirmed": (
            "Máy in này không trả lời: không biết được tình trạng", "This printer never answers: its state is not known"
        ),
        "doctor.printed": (
            "Đã in phiếu thử. Thước phải đúng 40 mm, dấu phải đủ, điện thoại phải đọc được mã.",
            "The trial slip is out. Its ruler must be 40 mm, its accents whole, its code readable by a phone.",
        ),
        "doctor.printed_unconfirmed": (
            "Đã gửi phiếu thử; máy in này không báo đã in xong. Hãy nhìn giấy.",
            "The trial slip was sent; this printer does not confirm. Look at the paper.",
        ),
        "doctor.handed_over": (
            "Đã in biên bản bàn giao. Hai bên ký, mỗi bên giữ một bản.",
            "The hand-over sheet is out. Both sides sign; print it once for each.",
        ),
        "doctor.handed_over_unconfirmed": (
            "Đã gửi biên bản bàn giao; máy in này không báo đã in xong. Hãy nhìn giấy.",
            "The hand-over sheet was sent; this printer does not confirm. Look at the paper.",
        ),
        "doctor.sound": ("Có {count} thiết bị: {names}", "{count} devices: {names}"),
        "doctor.no_sound": (
            "Không có thiết bị âm thanh. Hãy kiểm tra dây loa, USB hoặc HDMI.",
            "There is no sound device. Check the loudspeaker's cable, USB or HDMI.",
        ),
        "doctor.said": (
            "Đã phát “{words}”. Ở giữa phòng phải nghe rõ.", "Played “{words}”. It must be clear in the room.",
        ),
        "doctor.display": ("{screens}", "{screens}"),
        "doctor.no_display": (
            "Không màn hình nào được nối ({screens}). Hãy kiểm tra dây và nguồn màn hình.",
            "No screen is connected ({screens}). Check its cable and power.",
        ),
        "doctor.touch": ("{names}", "{names}"),
        "doctor.no_touch": (
            "Không thấy màn hình cảm ứng. Hãy kiểm tra dây USB của màn hình.",
            "No touch panel is seen. Check the panel's USB cable.",
        ),
    }
)  # fmt: skip
