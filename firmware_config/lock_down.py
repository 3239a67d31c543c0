"""No console, no keys that stop the machine, no way out of the screen; and the watchdog of the hardware.

A unit whose file in ``/etc`` is empty is masked, as one that links to ``/dev/null`` (systemd.unit(5)).
"""

from __future__ import annotations

from typing import Final

from firmware_config.boot_files import WATCHDOG_S
from firmware_config.device import Device

_BY: Final = "# Written by Motcua. Changes here are lost.\n"

#: consoles that would ask for a name and a password, and the keys that restart the machine
MASKED: Final = (
    "autovt@.service", "console-getty.service", "ctrl-alt-del.target", "debug-shell.service", "getty@.service",
    "serial-getty@.service",
)  # fmt: skip

_SYSCTL: Final = f"""\
{_BY}# The magic SysRq key does nothing (kernel's admin-guide/sysrq.rst), Ctrl-Alt-Del only tells the first process.
kernel.sysrq = 0
kernel.ctrl-alt-del = 0
# A failed kernel starts again after 10 s.
kernel.panic = 10
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 2
kernel.unprivileged_bpf_disabled = 1
kernel.yama.ptrace_scope = 2
fs.protected_fifos = 2
fs.protected_regular = 2
fs.suid_dumpable = 0
# It is a machine of an office, not a router.
net.ipv4.ip_forward = 0
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.all.rp_filter = 1
net.ipv6.conf.all.forwarding = 0
net.ipv6.conf.all.accept_redirects = 0
# What is written reaches the card within seconds, so that a power cut finds little on the way.
vm.dirty_expire_centisecs = 500
vm.dirty_writeback_centisecs = 200
vm.swappiness = 1
"""

_LOGIND: Final = f"""\
{_BY}# No login on any virtual terminal, and none kept for one (logind.conf(5)).
[Login]
NAutoVTs=0
ReserveVT=0
HandlePowerKey=ignore
HandleRebootKey=ignore
HandleSuspendKey=ignore
HandleHibernateKey=ignore
HandleLidSwitch=ignore
"""

_MANAGER: Final = f"""\
{_BY}# systemd feeds the board's watchdog: when it hangs, the board resets. The chip counts up to {WATCHDOG_S} s.
[Manager]
RuntimeWatchdogSec={WATCHDOG_S}
RebootWatchdogSec=2min
CtrlAltDelBurstAction=none
ShowStatus=no
DefaultTimeoutStopSec=30
"""

_JOURNAL: Final = f"""\
{_BY}# The ring that outlives a power cut: what Motcua's units say (LogNamespace=motcua), at most 16 MB, written
# together every ten minutes, at once only when something is critical. Read it by: journalctl --namespace=motcua
[Journal]
Storage=persistent
SystemMaxUse=16M
SystemMaxFileSize=2M
SystemKeepFree=64M
RuntimeMaxUse=4M
SyncIntervalSec=10min
MaxLevelStore=info
RateLimitIntervalSec=30s
RateLimitBurst=500
ForwardToConsole=no
ForwardToWall=no
"""

_BACKUP_MOUNT: Final = f"""\
{_BY}# The stick at the enrolled port; udev asks for it when it is there.
[Unit]
Description=Motcua: the device for backups

[Mount]
What=/dev/motcua-backup
Where=/var/backups/motcua
Options=noexec,nodev,nosuid,noatime
TimeoutSec=30
"""


def files(device: Device) -> dict[str, bytes]:
    """Path from the root → contents; an empty one masks the unit of its name."""
    texts = {
        "etc/sysctl.d/90-motcua.conf": _SYSCTL,
        "etc/systemd/logind.conf.d/motcua.conf": _LOGIND,
        "etc/systemd/system.conf.d/motcua.conf": _MANAGER,
        "etc/systemd/journald@motcua.conf": _JOURNAL,
        "etc/modules-load.d/motcua.conf": _modules(device),
    }
    if device.backup_port:
        texts["etc/systemd/system/var-backups-motcua.mount"] = _BACKUP_MOUNT
    masked = {f"etc/systemd/system/{unit}": b"" for unit in MASKED}
    return {path: text.encode() for path, text in texts.items()} | masked


def _modules(device: Device) -> str:
    """Drivers whose kind of device a unit names: it must be known before the unit starts, not at the plug."""
    wanted = []
    if device.draws:
        wanted += ["cdc_acm", "usbserial"]
    elif device.role == "signs":
        wanted += ["cdc_acm", "usbserial", *(["spidev"] if device.matrices else [])]
    if device.rtc:
        wanted.append("i2c-dev")
    return _BY + "".join(f"{name}\n" for name in wanted)
