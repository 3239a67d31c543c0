"""``config.txt`` and ``cmdline.txt`` of a Raspberry Pi, from a device's description.

The picture is not turned here: the kernel's ``rotate=`` turns the text console only, and what draws by DRM is not
turned (Raspberry Pi's documentation, accessories/touch-display-2/about.adoc). The kiosk turns itself, with its touches.
"""

from __future__ import annotations

from typing import Final

from firmware_config.boot_keys import KERNEL
from firmware_config.device import Device

#: the firmware reads so much of a line (config_txt/common.adoc)
LINE_LIMIT: Final = 98
#: the longest time the chip's watchdog can count
WATCHDOG_S: Final = 15
_HEAD: Final = "# Written by Motcua; motcua firmware explain says what each line is for. Changes here are lost."
#: how a touch on the official display is turned (boot/overlays/README, vc4-kms-dsi-7inch)
_TOUCHES: Final = {0: "", 90: ",swapxy,invx", 180: ",invx,invy", 270: ",swapxy,invy"}
#: kept from the card as it was written: where its root is, and what its first start does
_CARRIED: Final = frozenset({
    "root", "rootfstype", "rootflags", "rootwait", "fsck.repair", "ds", "init", "resize", "ro", "rw", "overlayroot",
    "boot",
})  # fmt: skip


def config_txt(device: Device) -> str | None:
    """The text; None for a board without such a file."""
    if device.board == "amd64":
        return None
    lines = [_HEAD, "arm_64bit=1", "auto_initramfs=1", "disable_splash=1", "disable_overscan=1"]
    lines += [f"enable_uart={int(device.sign_bus_on_header)}", "disable_poe_fan=1", "dtoverlay=disable-bt"]
    lines += _watchdog(device) + _screen(device) + _extras(device)
    return "\n".join(lines) + "\n"


def _watchdog(device: Device) -> list[str]:
    lines = ["dtparam=watchdog=on"]
    # A boot loader's key: the Zero 2 W has none of its own; there the watchdog begins with systemd.
    return lines if device.board == "zero2w" else [*lines, f"kernel_watchdog_timeout={WATCHDOG_S}"]


def _screen(device: Device) -> list[str]:
    lines = [f"camera_auto_detect={int(device.camera)}", "display_auto_detect=0"]
    if device.draws:
        lines += ["dtoverlay=vc4-kms-v3d", "max_framebuffers=2", "disable_fw_kms_setup=1"]
    if device.screen == "touch-display":
        lines.append(f"dtoverlay=vc4-kms-dsi-7inch{_TOUCHES[device.touch_rotation]}")
    if device.draws and device.board in {"pi4", "cm4"}:
        lines.append("dtparam=audio=on")
    return lines


def _extras(device: Device) -> list[str]:
    lines = []
    if device.rtc:
        lines += ["dtparam=i2c_arm=on", "dtoverlay=i2c-rtc,ds3231"]
        if device.board == "pi5":
            lines.append("dtparam=rtc=off")
    if device.matrices:
        lines.append("dtparam=spi=on")
    if device.board == "pi4":
        lines.append("arm_boost=1")
    if device.board == "cm4":
        lines.append("otg_mode=1")
    return lines


def cmdline_txt(device: Device, *, stock: str = "") -> str | None:
    """The kernel's one line; None for a board without such a file.

    ``stock``: the line of the card as it was written; where its root is, and what its first start does, is kept of it,
    all else is dropped. Without it ``device.root`` is taken.
    """
    if device.board == "amd64":
        return None
    carried = [word for word in stock.split() if word.partition("=")[0] in _CARRIED and _known(word)]
    names = {word.partition("=")[0] for word in carried}
    usual = [f"root={device.root}", "rootfstype=ext4", "fsck.repair=yes", "rootwait"]
    words = ["console=tty3", *(word for word in usual if word.partition("=")[0] not in names), *carried]
    words += ["quiet", "loglevel=3", "logo.nologo", "vt.global_cursor_default=0", "consoleblank=0"]
    words += ["systemd.show_status=false", "rd.systemd.show_status=false", "udev.log_level=3", "panic=10"]
    words.append("cfg80211.ieee80211_regdom=VN")
    if device.screen.endswith("1080p"):
        words.append("video=HDMI-A-1:1920x1080@60D")
    return " ".join(words) + "\n"


def _known(word: str) -> bool:
    name, _, value = word.partition("=")
    return KERNEL[name].takes(value)
