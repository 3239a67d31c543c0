"""Everything a device boots with and is locked down by, as paths and contents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from firmware_config import boot_files, broker, firewall, lock_down, udev
from firmware_config.device import Device
from firmware_config.explain import explain_cmdline, explain_config
from queue_kit.broker.accounts import Account, office_accounts

#: where the boot partition lies on Raspberry Pi OS since Bookworm
BOOT = "boot/firmware"


def render(
    device: Device, *, accounts: Iterable[Account] | None = None, root: str = "motcua/v1/+/+", stock_cmdline: str = ""
) -> dict[str, bytes]:
    """Path from the device's root → contents, the same for the same device, without any secret.

    ``accounts``: who may connect to the broker; None: a usual office. ``root``: root of the office's topics.
    ``stock_cmdline``: the kernel's line of the card as it was written. An empty file masks the unit of its name.
    Whatever is rendered is explained as well: a line that nobody can explain is a mistake of this package.
    """
    files: dict[str, bytes] = {}
    config, line = boot_files.config_txt(device), boot_files.cmdline_txt(device, stock=stock_cmdline)
    if config is not None and line is not None:
        explain_config(config)
        explain_cmdline(line)
        files[f"{BOOT}/config.txt"] = config.encode()
        files[f"{BOOT}/cmdline.txt"] = line.encode()
    files["etc/udev/rules.d/71-motcua.rules"] = udev.rules(device).encode()
    files["etc/nftables.conf"] = firewall.nftables(device).encode()
    files |= lock_down.files(device)
    files |= broker.files(device, office_accounts() if accounts is None else accounts, root=root)
    return dict(sorted(files.items()))


def write(files: Mapping[str, bytes], out: Path) -> list[Path]:
    """Write below a folder; gives the files that changed. Running it again changes nothing."""
    changed = []
    for name, content in files.items():
        path = out / PurePosixPath(name)
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(content)
        part.replace(path)
        changed.append(path)
    return changed
