"""Commands of common scanners' makers for what the kiosk needs: USB keyboard, US layout, Enter after each code.

From the makers' own guides, one list a family; a scanner takes them from Code 128 that begins with FNC3 ("reader
initialisation", ISO/IEC 15417). Families whose guides show pictures only have no commands here: their page names the
settings to look for. Nothing here was tried on every model: each sheet ends with codes that show whether it worked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """One code to scan. ``command`` is empty where the maker's guide must be used."""

    vi: str
    en: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Maker:
    """A family of scanners. ``guide``: whose chapter it is from, for whoever wants to look it up."""

    name: str
    models: str
    guide: str
    steps: tuple[Step, ...]


_KEYBOARD: Final = ("Kết nối kiểu bàn phím USB", "USB keyboard interface")
_LAYOUT: Final = ("Bố cục bàn phím: Mỹ (US)", "Keyboard layout: US")
_ENTER: Final = ("Thêm Enter sau mỗi mã", "Enter after each code")
_FACTORY: Final = ("Trở về cài đặt của hãng", "Back to the maker's settings")

MAKERS: Final[dict[str, Maker]] = {
    "honeywell": Maker(
        "Honeywell",
        "Voyager, Xenon, Hyperion, Orbit, Genesis",
        "User's Guide: Programming the Interface; Data Editing (menu commands)",
        (
            Step(*_FACTORY, "DEFALT."),
            Step(*_KEYBOARD, "PAP124."),
            Step(*_LAYOUT, "KBDCTY0."),
            Step(*_ENTER, "VSUFCR."),
        ),
    ),
    "newland": Maker(
        "Newland",
        "HR, FR, FM (dòng lệnh @)",
        "User Guide: Setup; Terminating Character Suffix (commands with @)",
        (
            Step("Bắt đầu cài đặt", "Enter set-up", "@SETUPE1"),
            Step(*_LAYOUT, "@KBWCTY0"),
            Step("Cho phép ký tự kết thúc", "Allow the ending character", "@TSUENA1"),
            Step(*_ENTER, "@TSUSET0D"),
            Step("Kết thúc cài đặt", "Leave set-up", "@SETUPE0"),
        ),
    ),
    "zebra": Maker(
        "Zebra / Symbol",
        "LS, LI, DS",
        "Product Reference Guide",
        (
            Step("Set Defaults (trở về cài đặt của hãng)", "Set Defaults"),
            Step("USB Device Type: HID Keyboard Emulation", "USB Device Type: HID Keyboard Emulation"),
            Step("USB Country Keyboard Type: North American", "USB Country Keyboard Type: North American"),
            Step("Scan Options: Data Suffix; Suffix 7013 (Enter)", "Scan Options: Data Suffix; Suffix 7013 (Enter)"),
        ),
    ),
    "datalogic": Maker(
        "Datalogic",
        "QuickScan, Gryphon, Magellan",
        "Product Reference Guide",
        (
            Step("USB-KBD (bàn phím USB)", "USB-KBD"),
            Step("Country Mode: U.S.", "Country Mode: U.S."),
            Step("Global Suffix: 0D (Enter)", "Global Suffix: 0D (Enter)"),
        ),
    ),
    "other": Maker(
        "Máy quét khác",
        "mọi hãng",
        "",
        (
            Step("Kết nối: bàn phím USB (USB HID Keyboard)", "Interface: USB HID keyboard"),
            Step("Bố cục bàn phím: Mỹ (US, QWERTY)", "Keyboard layout: US, QWERTY"),
            Step("Ký tự kết thúc: Enter (CR)", "Suffix: Enter (CR)"),
            Step("Không thêm tiền tố, không đổi chữ hoa", "No prefix, no change of case"),
            Step("Bật Code 128 và QR", "Code 128 and QR enabled"),
        ),
    ),
}

#: what a sheet's last codes say; each shows one mistake
TRIALS: Final = (
    ("H55.242-261110-0003", "Code 128"),
    ("qwertyz-AZQM.:/_;?", "Code 128: layout"),
    ("MOTCUA-BOOKING:402918", "QR"),
)
