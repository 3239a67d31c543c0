"""What each key of ``config.txt`` and each word of the kernel's line means, and which values are taken.

Only what Motcua writes, and what a stock Raspberry Pi OS card carries, is known: any other key is a hand's work.

Sources: Raspberry Pi's documentation (documentation/asciidoc/computers/config_txt/{boot,common,conditional}.adoc and
configuration/kernel-command-line-config.adoc), the firmware's boot/overlays/README, the kernel's
Documentation/admin-guide/kernel-parameters.txt and Documentation/fb/modedb.rst, kernel-command-line(7) of systemd,
pi-gen's stage1/00-boot-files/files/config.txt for the stock card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Key:
    """``says``: what it does, in a sentence; ``values``: a pattern of what is taken, ``allowed`` the same in words."""

    says: str
    values: str = "[01]"
    allowed: str = "0 or 1"

    def takes(self, value: str) -> bool:
        """Whether a value is taken."""
        return re.fullmatch(self.values, value) is not None


_NUMBER: Final = ("[0-9]{1,5}", "a whole number")

CONFIG: Final[dict[str, Key]] = {
    "arm_64bit": Key("starts the processor with the 64-bit kernel; there is no Kivy for 32 bits"),
    "arm_boost": Key("lets a later Pi 4 run as fast as its power supply allows"),
    "auto_initramfs": Key("loads the initial file system that belongs to the kernel"),
    "camera_auto_detect": Key("loads the driver of a recognised camera on the ribbon cable"),
    "disable_fw_kms_setup": Key("leaves the screen's mode to the kernel and its line"),
    "disable_overscan": Key("no black border for old televisions"),
    "disable_poe_fan": Key("does not look for a fan of a PoE board, which saves time"),
    "disable_splash": Key("no rainbow picture at the start"),
    "display_auto_detect": Key("loads the driver of a recognised display on the ribbon cable"),
    "enable_uart": Key("the serial line on pins 8 and 10; off unless a sign bus hangs there"),
    "kernel_watchdog_timeout": Key(
        "seconds after which the board resets when the kernel does not take the watchdog over", *_NUMBER
    ),
    "max_framebuffers": Key("how many screens the firmware prepares", "[0-2]", "0, 1 or 2"),
    "otg_mode": Key("the Compute Module's own USB is a host"),
    "dtoverlay": Key("a piece of hardware, see its name", ".*", "an overlay and its parameters"),
    "dtparam": Key("a switch of the board, see its name", ".+", "parameters"),
}

#: overlay → (what it is for, parameter → what it does)
OVERLAYS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "vc4-kms-v3d": (
        "the graphics driver, which draws without a desktop (KMS)",
        {"noaudio": "no sound by HDMI", "cma-256": "256 MB for pictures", "cma-512": "512 MB for pictures"},
    ),
    "vc4-kms-dsi-7inch": (
        "the official 7-inch touch display, 800×480",
        {
            "invx": "touches turned left to right",
            "invy": "touches turned top to bottom",
            "swapxy": "touches with both axes exchanged",
        },
    ),
    "i2c-rtc": ("a clock that goes on without power", {"ds3231": "the chip DS3231"}),
    "disable-bt": ("no Bluetooth: a keyboard by radio would be a way in; the good serial line is free for pins", {}),
    "dwc2": ("the USB controller of the Compute Module 5", {"dr_mode": "host or peripheral"}),
}

PARAMS: Final[dict[str, tuple[str, str]]] = {
    "audio": ("sound by the 3.5 mm socket", "on|off"),
    "i2c_arm": ("the I2C bus on pins 3 and 5", "on|off"),
    "spi": ("the SPI bus, for rows of LED matrices", "on|off"),
    "watchdog": ("the hardware's watchdog", "on|off"),
    "rtc": ("the Pi 5's own clock; off where a DS3231 is there, so that only one is asked", "on|off"),
}

FILTERS: Final[dict[str, str]] = {
    "all": "for every board, from here on",
    "pi4": "only on a Pi 4, Pi 400 or Compute Module 4",
    "pi5": "only on a Pi 5, Pi 500 or Compute Module 5",
    "cm4": "only on a Compute Module 4",
    "cm5": "only on a Compute Module 5",
    "pi02": "only on a Zero 2 W",
}

_ANY: Final = (r"[A-Za-z0-9_./,:@+-]+", "one word")
_FLAG: Final = ("", "nothing after it")
_LEVEL: Final = ("[0-7]", "0 to 7")
_BOOL: Final = ("true|false|yes|no|0|1|auto", "true or false")

KERNEL: Final[dict[str, Key]] = {
    "boot": Key("overlay: the root is read-only, what is written lies in memory", "overlay", "overlay"),
    "cfg80211.ieee80211_regdom": Key("the country whose radio rules hold", "[A-Z]{2}", "two letters, VN"),
    "console": Key(
        "where the kernel speaks; tty3 is shown by nobody", "tty[0-9]{1,2}", "tty1 to tty12; no serial line"
    ),
    "consoleblank": Key("seconds until the console goes dark; 0: never", *_NUMBER),
    "ds": Key("where cloud-init looks on a new card of Debian 13", "nocloud[A-Za-z0-9_./;=:-]*", "nocloud"),
    "fsck.repair": Key("a damaged file system is repaired without asking", "yes|preen|no", "yes, preen or no"),
    "init": Key(
        "the stock card's own first start",
        "/usr/lib/raspberrypi-sys-mods/firstboot|/sbin/init",
        "/usr/lib/raspberrypi-sys-mods/firstboot",
    ),
    "logo.nologo": Key("no raspberries at the start", *_FLAG),
    "loglevel": Key("how much the kernel says on the screen", *_LEVEL),
    "overlayroot": Key("the root is read-only, what is written lies in memory", "tmpfs[a-z0-9:=,]*|disabled", "tmpfs"),
    "panic": Key("seconds until a restart after the kernel has failed", *_NUMBER),
    "quiet": Key("the kernel says only what is bad", *_FLAG),
    "rd.systemd.show_status": Key("no list of what starts, in the initial file system", *_BOOL),
    "resize": Key("the stock card's root grows to the card's size at its first start", *_FLAG),
    "ro": Key("the root is mounted for reading only", *_FLAG),
    "root": Key("where the root file system is", r"[A-Za-z0-9_./=-]+", "PARTUUID=…, LABEL=… or /dev/…"),
    "rootflags": Key("options of the root's mount", *_ANY),
    "rootfstype": Key("the root's file system", "ext4|squashfs|erofs|btrfs", "ext4, squashfs, erofs or btrfs"),
    "rootwait": Key("a root that comes late is waited for", *_FLAG),
    "rw": Key("the root is mounted for writing", *_FLAG),
    "systemd.show_status": Key("no list of what starts, on the screen", *_BOOL),
    "udev.log_level": Key("how much udev says", *_LEVEL),
    "video": Key(
        "a screen's mode, by its plug; D: also while the television is off",
        r"(HDMI-A-[12]|DSI-[12]):[0-9]{3,4}x[0-9]{3,4}M?(@[0-9]{2})?[eDd]?(,rotate=(0|90|180|270))?",
        "HDMI-A-1:1920x1080@60D",
    ),
    "vt.global_cursor_default": Key("no blinking cursor", "[01]", "0 or 1"),
}
