"""A device that starts from the image: QEMU on its disk, a hand inside, and a plug that can be pulled.

Behind the plug stands nbdkit's cache: what the virtual machine did not flush is gone with it, as on a card.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.rig.kernel import Kernel
from tests.rig.machine import PROCESSOR, Ended, Machine, MachineError, wait_until

#: from the kernel to the hand: a whole system under emulation, beside other work
BOOT_S: Final = 420
#: the name of the port that the hand listens at, and the office's broker as the device has it
PORT: Final = "motcua.rig"
BROKER: Final = 8883
#: what the parts of this device run as, for checks that need no kiosk or no hub
WITHOUT_KIOSK: Final = "systemd.mask=motcua-kiosk.service"


@dataclass(frozen=True, slots=True)
class Boot:
    """What a firmware would read from the boot partition: kernel, initial file system, the kernel's line."""

    kernel: Path
    initrd: Path
    line: str


class Device(Machine):
    """One start of the device. ``now``: what its hardware clock says, UTC; ``broker_port``: 0 for no network at all."""

    #: lying, as the kernel sees it; the device hangs upright and turns its picture by a quarter
    panel = (960, 540)

    def __init__(
        self,
        folder: Path,
        disk: Path,
        boot: Boot,
        *,
        now: str,
        broker_port: int = 0,
        words: Sequence[str] = (),
        through_nbd: bool = False,
    ) -> None:
        super().__init__(Kernel(boot.kernel, boot.initrd, Path(), ""), folder, boot_s=BOOT_S)
        folder.mkdir(exist_ok=True)
        self._disk, self._line = disk, " ".join([boot.line.strip(), "console=ttyS0", *words])
        self._now, self._port = now, broker_port
        self._nbd: subprocess.Popen[bytes] | None = None
        if through_nbd:
            self._plug(disk)

    def _plug(self, disk: Path) -> None:
        socket = self.socket("nbd")
        # What is cached lies in a file without a name beside the disk: gone when nbdkit is.
        self._nbd = subprocess.Popen(
            ["nbdkit", "--foreground", "--unix", str(socket), "--filter=cache", "file", str(disk), "cache=writeback"],
            stdin=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(disk.parent)},
        )  # fmt: skip
        wait_until(socket.exists, "nbdkit", 20)

    def _words(self) -> list[str]:
        drive = f"nbd:unix:{self.socket('nbd')}" if self._nbd else str(self._disk)
        network = f"user,id=net,hostfwd=tcp:127.0.0.1:{self._port}-:{BROKER}"
        return [
            "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", PROCESSOR, "-smp", "2", "-m", "2048",
            "-nodefaults", "-no-user-config", "-display", "none",
            "-action", "reboot=shutdown,shutdown=poweroff", "-rtc", f"base={self._now}",
            "-kernel", str(self.kernel.image), "-initrd", str(self.kernel.initrd), "-append", self._line,
            "-drive", f"file={drive},format=raw,if=virtio,cache=writeback",
            "-serial", f"file:{self.console}",
            "-qmp", f"unix:{self.socket('qmp')},server=on,wait=off",
            "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=hand,path={self.socket('hand')},server=on,wait=off",
            "-device", f"virtserialport,chardev=hand,name={PORT}",
            *(["-netdev", network, "-device", "virtio-net-pci,netdev=net"] if self._port else ["-nic", "none"]),
            "-vga", "none", "-device", f"virtio-gpu-pci,xres={self.panel[0]},yres={self.panel[1]}",
            "-device", "qemu-xhci,id=usb", "-device", "usb-tablet,bus=usb.0,port=1",
            *self.devices,
        ]  # fmt: skip

    # ------------------------------------------------------------------ inside
    def ok(self, *words: str, timeout_s: float = 120) -> str:
        """Run a program inside as root, and it has to succeed. Raises :class:`MachineError`; gives what it printed."""
        done = self.run(*words, timeout_s=timeout_s)
        if done.code:
            raise MachineError(f"{' '.join(words)} ended with {done.code}: {done.err.strip() or done.out.strip()}")
        return done.out.strip()

    def until(self, words: Sequence[str], what: str, timeout_s: float) -> None:
        """Run it until it succeeds. Raises :class:`MachineError`."""

        def done() -> bool:
            time.sleep(1)  # each look costs an emulated processor more than it tells
            return self.run(*words).code == 0

        wait_until(done, what, timeout_s)

    def active(self, unit: str, timeout_s: float = 600) -> None:
        """Wait until the unit is active. Raises :class:`MachineError` with its last words."""
        try:
            self.until(("systemctl", "--quiet", "is-active", unit), f"active {unit}", timeout_s)
        except MachineError as error:
            raise MachineError(f"{error}\n{self.said(unit)}") from None

    def settled(self) -> None:
        """Wait until systemd has nothing more to do; nothing has failed. Raises :class:`MachineError`."""
        state = self.run("systemctl", "is-system-running", "--wait", timeout_s=900).out.strip()
        if state != "running":
            failed = self.ok("systemctl", "--failed", "--no-legend", "--plain").split()
            raise MachineError(f"{state}: {failed}\n{self.said(failed[0]) if failed else ''}")

    def said(self, unit: str) -> str:
        """The end of the unit's log."""
        return self._log("--namespace=motcua", unit).out + self._log("--boot", unit).out

    def _log(self, where: str, unit: str) -> Ended:
        return self.run("journalctl", "--no-pager", "--lines=30", "--output=cat", where, f"--unit={unit}")

    # ------------------------------------------------------------------ outside
    def cut(self) -> None:
        """The power is gone: the disk's cache first, then the machine."""
        for process in (self._nbd, self._process):
            if process is None:
                raise MachineError("there is no plug to pull")
            process.kill()
        self._end()

    def off(self) -> None:
        """Switched off as a person would. Raises :class:`MachineError` when it does not go."""
        if self._process is None:
            return
        self.run("systemctl", "poweroff", "--no-block")
        try:
            self._process.wait(180)
        except subprocess.TimeoutExpired as error:
            raise MachineError("it does not switch itself off") from error
        finally:
            self._end()

    def _end(self) -> None:
        super()._end()
        self._hand = self._qmp = None
        if self._nbd is not None:
            self._nbd.kill()
            self._nbd.wait()

    @contextlib.contextmanager
    def running(self) -> Iterator[Device]:
        """Switched on; off at the end, unless its power was cut meanwhile."""
        with self:
            try:
                yield self
            except MachineError:
                with contextlib.suppress(MachineError, OSError):
                    self.picture("failed")
                raise
            if self._process is not None and self._process.poll() is None:
                self.off()
