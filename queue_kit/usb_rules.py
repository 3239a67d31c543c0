"""udev rules for a kiosk: of all USB input only the enrolled touch panel and the scanner on its enrolled port live.

A stranger's keyboard in a lobby is a way in. The kernel itself refuses it: an interface of the class HID anywhere else
loses its authorisation (Documentation/usb/authorization.rst), so no driver is bound, and neither the console nor the
kiosk sees a key of it. The scanner is no keyboard to anybody but who opens it by its name, ``/dev/motcua/scanner``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from queue_core.errors import MotcuaError, register


class UsbPortError(MotcuaError, ValueError):
    """No USB port."""


register(
    {
        "scanner.bad_port": (
            "“{port}” không phải cổng USB. Xem tên cổng bằng: motcua scanner list, ví dụ 1-1.3.",
            "{port!r} is no USB port. See the ports' names with: motcua scanner list, for example 1-1.3.",
        ),
    }
)

#: a place at the computer: bus, then ports (``1-1.3``), as in ``/sys/bus/usb/devices``
_PORT: Final = re.compile(r"[1-9][0-9]?-[1-9][0-9]?(\.[1-9][0-9]?){0,6}")
_HID: Final = "03"
_STORAGE: Final = "08"

_RULES: Final = """\
# {what}: refused everywhere but at the ports named here.
ACTION!="add", GOTO="motcua_names"
SUBSYSTEM!="usb", GOTO="motcua_names"
ENV{{DEVTYPE}}!="usb_interface", GOTO="motcua_names"
{classes}
{enrolled}ATTR{{authorized}}="0"
LABEL="motcua_names"
# SDL reads whatever it may open and knows nothing of libinput's marks: so no USB input may be opened but what follows.
SUBSYSTEM=="input", SUBSYSTEMS=="usb", GROUP="root", MODE="0600", TAG-="uaccess"
{names}"""

_CLASSES: Final = 'ATTR{{bInterfaceClass}}!="{classes}", GOTO="motcua_names"'
_ENROLLED: Final = 'ATTR{{bInterfaceClass}}=="{kind}", KERNEL=="{port}:*", GOTO="motcua_names"\n'
_SCANNER: Final = (
    'SUBSYSTEM=="input", KERNEL=="event*", KERNELS=="{port}:*", SYMLINK+="motcua/scanner", SYMLINK+="motcua-scanner", '
    'GROUP="input", MODE="0660", ENV{{ID_INPUT_KEYBOARD}}="", ENV{{ID_INPUT_KEY}}="", '
    'ENV{{LIBINPUT_IGNORE_DEVICE}}="1"\n'
)
#: a panel whose port is not known yet: by its kind, which a keyboard is not of
_ANY_PANEL: Final = (
    'SUBSYSTEM=="input", KERNEL=="event*", SUBSYSTEMS=="usb", ENV{ID_INPUT_TOUCHSCREEN}=="1", GROUP="input", '
    'MODE="0660"\n'
)
_PANEL: Final = (
    'SUBSYSTEM=="input", KERNEL=="event*", KERNELS=="{port}:*", SYMLINK+="motcua/panel", GROUP="input", MODE="0660"\n'
)


def usb_rules(
    *,
    panels: Sequence[str] = (),
    scanner: str | None = None,
    any_panel: bool = False,
    storage: Sequence[str] | None = None,
) -> str:
    """The text of ``/etc/udev/rules.d/71-motcua-usb.rules``: after udev has told what each input is.

    ``panels``: ports of touch panels (none, where the panel is not on USB); ``scanner``: the port of the one that
    types; ``any_panel``: the panel's port is not known yet, so the kernel refuses no input, but only touch screens may
    be opened; ``storage``: ports at which a disk or a stick lives, all others are refused; None leaves storage alone.
    Raises :class:`UsbPortError` for what is no port.
    """
    inputs = [*panels, *([scanner] if scanner is not None else [])]
    for port in (*inputs, *(storage or ())):
        if not is_port(port):
            raise UsbPortError("scanner.bad_port", port=port)
    names = _ANY_PANEL if any_panel else "".join(_PANEL.format(port=port) for port in panels)
    if scanner is not None:
        names += _SCANNER.format(port=scanner)
    refused = ([] if any_panel else [_HID]) + ([] if storage is None else [_STORAGE])
    enrolled = [] if any_panel else [_ENROLLED.format(kind=_HID, port=port) for port in inputs]
    enrolled += [_ENROLLED.format(kind=_STORAGE, port=port) for port in storage or ()]
    told = {_HID: "USB input", _STORAGE: "USB storage"}
    return _RULES.format(
        what=" and ".join(told[one] for one in refused) or "Nothing",
        classes=_CLASSES.format(classes="|".join(refused) or "none"),
        enrolled="".join(enrolled),
        names=names,
    )


def is_port(text: str) -> bool:
    """Whether it is a place at the computer."""
    return _PORT.fullmatch(text) is not None
