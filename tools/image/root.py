"""The root file system of an image: Debian, the package, what a read-only root asks for. Needs root's rights.

What makes the device (software, settings, keys) lies on the root and is mounted read-only; what the office makes (the
journal, the ring, caches) lies on the state. So a power cut has nothing of the first to break.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from firmware_config.lock_down import MASKED as CONSOLES
from provisioning.authority import Authority
from provisioning.inventory import read_inventory
from tools.deb.targets import MACHINES, Target

HERE: Final = Path(__file__).parent
STATE: Final = "var/lib/motcua"
#: below the state: what of the system outlives a start; the folder's name there → its place
KEPT: Final = {
    "journal": "var/log/journal",
    "cache": "var/cache/motcua",
    "network": "var/lib/NetworkManager",
    "timers": "var/lib/systemd/timers",
    "timesync": "var/lib/systemd/timesync",
    "rfkill": "var/lib/systemd/rfkill",
    "backlight": "var/lib/systemd/backlight",
}
#: places in memory, with their options
_IN_MEMORY: Final = {
    "tmp": "nodev,nosuid,mode=1777,size=20%",
    "var/tmp": "nodev,nosuid,mode=1777,size=10%",
    "var/log": "nodev,nosuid,noexec,mode=0755,size=16M",
}
#: a missing or broken state must not end in a dark machine that waits for a keyboard: no part of Motcua starts then,
#: all else does; but nothing starts before it was tried
_CAREFUL: Final = "noatime,nodev,nosuid,noexec,errors=remount-ro"
_TRIED: Final = "nofail,x-systemd.before=local-fs.target"
#: nobody's work on a root that is read-only: Debian's own updates, and questions at a console. Consoles are closed here
#: too, because an image without a role has nothing from provisioning that closes them.
_MASKED: Final = (
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer",
    "systemd-firstboot.service", "getty.target", *CONSOLES,
)  # fmt: skip
_UNITS: Final = ("motcua-first-start.service", "motcua-enrol.service")
_NOBODY_READS: Final = (
    "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    # or its own files would be missing, and an update would find no good way back
    "--dpkgopt=path-include=/usr/share/doc/motcua/*",
)  # fmt: skip
_SSHD: Final = "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin no\nAllowUsers technician\n"


class ImageError(Exception):
    """An image that cannot be made, in a sentence."""


@dataclass(frozen=True, slots=True)
class Role:
    """The device that an image is for. ``secrets``, ``authority``: as ``motcua provision apply`` takes them."""

    inventory: Path
    device: str
    secrets: Path | None = None
    authority: Path | None = None


def make(target: Target, package: Path, root: Path, *, disk_id: str, epoch: int, mirror: str | None = None) -> None:
    """A device without a role in the new folder ``root``.

    ``disk_id``: eight hexadecimal digits, by which the kernel finds its partitions; ``mirror``: an address or a file
    of sources. Raises :class:`ImageError`.
    """
    if root.exists():
        raise ImageError(f"{root} is there already")
    early = root.with_name(f"{root.name}.early")
    shutil.rmtree(early, ignore_errors=True)
    shutil.copytree(HERE / "tree/etc", early / "etc")
    # The initial file system takes along what checks the root, by what is written here.
    (early / "etc/fstab").write_text(fstab(disk_id), encoding="ascii")
    words = [
        "mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--architectures={target.architecture}",
        f"--include={','.join(packages(target.architecture))}", *_NOBODY_READS,
        f'--essential-hook=cp -a {early}/. "$1"/',
        f'--customize-hook=cp {package} "$1/motcua.deb"',
        '--customize-hook=chroot "$1" apt-get install -q -y --no-install-recommends /motcua.deb',
        '--customize-hook=rm "$1/motcua.deb"',
        target.suite.name, str(root), *([mirror] if mirror else []),
    ]  # fmt: skip
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "DEBIAN_FRONTEND": "noninteractive", "LANG": "C.UTF-8"},
    )  # fmt: skip
    if done.returncode:
        raise ImageError(f"mmdebstrap ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    shutil.rmtree(early)
    _settle(root, target, disk_id)
    _refuse_passwords(root)


def packages(architecture: str) -> list[str]:
    """What Debian adds on this architecture."""
    found = []
    for line in (HERE / "packages.txt").read_text(encoding="utf-8").splitlines():
        name, _, only = line.split("#")[0].strip().partition(" ")
        if name and only.strip("[] ") in {"", architecture}:
            found.append(name)
    return found


def fstab(disk_id: str) -> str:
    """``/etc/fstab``: the root read-only, the state, what of the system lies on it, and what lives in memory."""
    lines = [
        "# Written by Motcua's image. The root is read-only: docs/image.md says who opens it, and when.",
        f"PARTUUID={disk_id}-02 / ext4 ro,noatime,errors=remount-ro 0 1",
        f"PARTUUID={disk_id}-01 /boot/firmware vfat ro,noatime,umask=0077,nofail,x-systemd.device-timeout=10s 0 0",
        f"PARTUUID={disk_id}-03 /{STATE} ext4 {_CAREFUL},{_TRIED},x-systemd.device-timeout=30s 0 2",
        *(f"tmpfs /{place} tmpfs {options} 0 0" for place, options in _IN_MEMORY.items()),
        *(f"/{STATE}/system/{name} /{place} none bind,{_TRIED} 0 0" for name, place in KEPT.items()),
    ]
    return "\n".join(lines) + "\n"


def kernel_line(disk_id: str) -> str:
    """The kernel's line of an image without a role; provisioning joins a Pi's own words to it."""
    return (
        f"root=PARTUUID={disk_id}-02 rootfstype=ext4 rootwait ro fsck.repair=yes quiet loglevel=3 logo.nologo "
        "vt.global_cursor_default=0 systemd.show_status=false panic=10\n"
    )


def give_role(root: Path, role: Role) -> None:
    """Make the root a device of the inventory, as ``motcua provision apply`` does; with an authority a token too.

    SSH is there only when the inventory has technicians' keys. Raises :class:`ImageError`, what provisioning raises.
    """
    words = [sys.executable, "-m", "motcua", "provision", "apply", str(role.inventory), "--device", role.device]
    words += ["--root", str(root)]
    for option, value in (("--secrets", role.secrets), ("--authority", role.authority)):
        words += [option, str(value)] if value else []
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        raise ImageError(f"provision apply: {done.stderr.strip()[-2000:]}")
    place = read_inventory(role.inventory).find(role.device)
    if role.authority is not None:
        _write(root / "etc/motcua/token", Authority.open(role.authority).token(place) + "\n", mode=0o600)
    if keys := place.province.inventory.technician_keys:
        _technician(root, keys)
    _refuse_passwords(root)


def _settle(root: Path, target: Target, disk_id: str) -> None:
    """What comes after Debian and the package."""
    shutil.copytree(HERE / "tree", root, dirs_exist_ok=True)
    for path in (HERE / "tree").rglob("*"):
        os.chown(root / path.relative_to(HERE / "tree"), 0, 0)
    _write(root / "etc/fstab", fstab(disk_id))
    _write(root / "etc/hostname", "motcua\n")
    # Empty: systemd makes a number for each start, and the first start keeps one.
    _write(root / "etc/machine-id", "", mode=0o444)
    _link(root / "var/lib/dbus/machine-id", "/etc/machine-id")
    # systemd-logind makes it at its start, and fails where it cannot.
    (root / "var/lib/systemd/linger").mkdir(exist_ok=True)
    _link(root / "etc/resolv.conf", "/run/NetworkManager/resolv.conf")
    for unit in _MASKED:
        _link(root / "etc/systemd/system" / unit, "/dev/null")
    for unit in _UNITS:
        _link(root / "etc/systemd/system/multi-user.target.wants" / unit, f"/usr/lib/systemd/system/{unit}")
    # What the installers left there would never be seen, and is different each time.
    for place in (*_IN_MEMORY, "var/cache/ldconfig", "var/lib/apt/lists", "var/cache/apt/archives"):
        shutil.rmtree(root / place, ignore_errors=True)
    kept = (*KEPT.values(), *_IN_MEMORY, STATE)
    # The last is where a technician mounts a stick with newer packages (docs/packages.md).
    for place in (*kept, "boot/firmware", "var/lib/apt/lists", "var/cache/apt/archives", "media/motcua"):
        (root / place).mkdir(parents=True, exist_ok=True)
    firmware = root / "boot/firmware"
    _write(firmware / "cmdline.txt", kernel_line(disk_id))
    if target.architecture == "amd64":
        # A Pi's own kernel packages put theirs there by themselves.
        shutil.copy(max((root / "boot").glob("vmlinuz-*")), firmware / "vmlinuz")
        shutil.copy(max((root / "boot").glob("initrd.img-*")), firmware / "initrd.img")


def _technician(root: Path, keys: Sequence[str]) -> None:
    """A login for those keys alone, as a card's first start makes it (:mod:`provisioning.card`)."""
    commands = (
        "apt-get install -q -y --no-install-recommends openssh-server sudo",
        "useradd --create-home --shell /bin/bash --groups sudo technician",
        "passwd --lock technician",
        "rm -f /etc/ssh/ssh_host_*_key*",
        "install -d -m 700 -o technician -g technician /home/technician/.ssh",
    )
    shutil.copy("/etc/resolv.conf", root / "resolv.tmp")
    _link(root / "etc/resolv.conf", "/resolv.tmp")
    try:
        script = " && ".join(["apt-get update -q", *commands, "apt-get clean", "rm -rf /var/lib/apt/lists/*"])
        done = subprocess.run(["chroot", str(root), "sh", "-ec", script], check=False, capture_output=True, text=True)
    finally:
        _link(root / "etc/resolv.conf", "/run/NetworkManager/resolv.conf")
        (root / "resolv.tmp").unlink()
    if done.returncode:
        raise ImageError(f"SSH: {done.stderr.strip()[-2000:]}")
    home = root / "home/technician"
    _write(home / ".ssh/authorized_keys", "".join(f"{key}\n" for key in keys), mode=0o600)
    os.chown(home / ".ssh/authorized_keys", home.stat().st_uid, home.stat().st_gid)
    _write(root / "etc/sudoers.d/technician", "technician ALL=(ALL) NOPASSWD: ALL\n", mode=0o440)
    _write(root / "etc/ssh/sshd_config.d/motcua.conf", _SSHD)


def _refuse_passwords(root: Path) -> None:
    """Nobody's account has a password. Raises :class:`ImageError`."""
    for line in (root / "etc/shadow").read_text(encoding="utf-8").splitlines():
        name, secret = line.split(":")[:2]
        if not secret.startswith(("*", "!")):
            raise ImageError(f"the account {name} can be logged in to with {'a' if secret else 'no'} password")


def native(target: Target) -> bool:
    """Whether this computer can run the target's programs by itself."""
    return platform.machine() == MACHINES[target.architecture]


def _write(path: Path, text: str, *, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def _link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)
