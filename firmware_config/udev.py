"""udev rules: stable names for what hangs on the device, and nothing else let in (udev(7)).

``/dev/motcua-printer``, ``/dev/motcua-scanner``, ``/dev/motcua-sign-bus`` and ``/dev/motcua-backup`` name places at the
computer, not makers: a replaced printer needs no new configuration.
"""

from __future__ import annotations

from firmware_config.device import Device
from queue_kit.usb_rules import usb_rules

#: USB's class of printers, as udev lists interfaces (``:070102:``)
_PRINTER_CLASS = "*:0701*:*"
#: the picture while the device starts comes as soon as the kernel has a frame buffer
_SPLASH = (
    'SUBSYSTEM=="graphics", KERNEL=="fb0", GROUP="video", MODE="0660", TAG+="systemd", '
    'ENV{SYSTEMD_WANTS}+="motcua-splash.service"'
)


def rules(device: Device) -> str:
    """The text of ``/etc/udev/rules.d/71-motcua.rules``."""
    storage = [*device.storage_ports, *([device.backup_port] if device.backup_port else [])]
    refused = usb_rules(
        panels=device.panel_ports,
        scanner=device.scanner_port,
        any_panel=device.panel_unknown,
        storage=storage,
    )
    lines = ["# Written by Motcua from the device's description. Changes here are lost.", refused.rstrip("\n")]
    if device.draws:
        lines.append(_SPLASH)
        lines += _printer(device.printer_port)
    if device.scanner_port:
        lines.append(_serial(device.scanner_port, "motcua-scanner"))
    if device.sign_bus_port:
        lines.append(_serial(device.sign_bus_port, "motcua-sign-bus"))
    if device.sign_bus_on_header:
        # With Bluetooth off the good serial line is on the pins: ttyAMA0, and on a Pi 5 as well.
        lines.append('SUBSYSTEM=="tty", KERNEL=="ttyAMA0", SYMLINK+="motcua-sign-bus", GROUP="dialout", MODE="0660"')
    if device.backup_port:
        lines.append(
            f'SUBSYSTEM=="block", ENV{{ID_FS_USAGE}}=="filesystem", KERNELS=="{device.backup_port}:*", '
            'SYMLINK+="motcua-backup", TAG+="systemd", ENV{SYSTEMD_WANTS}+="var-backups-motcua.mount"'
        )
    return "\n".join(lines) + "\n"


def _printer(port: str | None) -> list[str]:
    """By its device file, by its raw USB device (as pyusb opens it), or on a serial line: any, or the one on a port."""
    place, at = (f'KERNELS=="{port}:*", ', f'KERNEL=="{port}", ') if port else ("", "")
    group = 'GROUP="lp", MODE="0660"'
    of_class = f'ENV{{ID_USB_INTERFACES}}=="{_PRINTER_CLASS}"'
    lines = [
        f'SUBSYSTEM=="usbmisc", KERNEL=="lp[0-9]*", {place}SYMLINK+="motcua-printer", {group}',
        f'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {at}{of_class}, {group}',
    ]
    return [*lines, _serial(port, "motcua-printer")] if port else lines


def _serial(port: str, name: str) -> str:
    return f'SUBSYSTEM=="tty", KERNELS=="{port}:*", SYMLINK+="{name}", GROUP="dialout", MODE="0660"'
