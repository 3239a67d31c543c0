"""One virtual machine: its start, a hand inside it, its plugs and keys from outside (QMP)."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from tests.rig.kernel import Kernel

ROOT: Final = Path(__file__).resolve().parents[2]
PYTHON: Final = ROOT / ".venv/bin/python"
WIDTH, HEIGHT = 540, 960
#: emulated, and beside other work
BOOT_S: Final = 180
#: A real processor without AVX. QEMU 7.2 emulates AVX2's gather wrongly (every lane reads the first one's place), and
#: Mesa 25 draws with it, and dies. ``max`` without AVX2 is a processor that none is: libgcrypt 1.10 dies on it.
PROCESSOR: Final = "Westmere,+rdrand"
#: the computer outside, as the virtual machine sees it (QEMU's user network)
OUTSIDE: Final = "10.0.2.2"
#: loaded inside, in this order
MODULES: Final = (
    "virtio_net", "virtio_gpu", "xhci_pci", "usbhid", "hid_generic", "evdev", "uinput", "ftdi_sio", "cdc_acm", "usblp",
    "snd_aloop", "i6300esb", "dummy_hcd", "libcomposite", "usb_f_printer", "vivid",
)  # fmt: skip

_INSIDE: Final = """
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp/home XDG_RUNTIME_DIR=/run/user LANG=C.UTF-8
mkdir -p $HOME $XDG_RUNTIME_DIR
chmod 700 $XDG_RUNTIME_DIR
ip link set lo up 2>/dev/null || /bin/busybox ip link set lo up
for module in {modules}; do modprobe -d {folder} $module || echo "rig: no module $module"; done
mount -t configfs config /sys/kernel/config 2>/dev/null
/lib/systemd/systemd-udevd --daemon && udevadm trigger --action=add && udevadm settle --timeout=60
for card in /sys/class/net/e*; do
    /bin/busybox ip link set ${{card##*/}} up
    /bin/busybox ip addr add 10.0.2.15/24 dev ${{card##*/}}
done
/bin/busybox ip route add default via 10.0.2.2
for port in /dev/vport*; do break; done
exec {python} {inside} $port
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended inside."""

    code: int
    out: str
    err: str


class MachineError(RuntimeError):
    """The virtual machine did not do what was asked."""


class Lines:
    """JSON lines over a Unix socket."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._file = self._socket.makefile("rb")

    def write(self, value: Mapping[str, Any]) -> None:
        self._socket.sendall(json.dumps(value).encode() + b"\n")

    def read(self, timeout_s: float) -> dict[str, Any]:
        """The next line. Raises TimeoutError, and :class:`MachineError` at the end."""
        self._socket.settimeout(timeout_s)
        line = self._file.readline()
        if not line:
            raise MachineError("the virtual machine has ended")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        self._file.close()
        self._socket.close()


class Machine:
    """A virtual machine; use it as a context manager. ``folder`` is ``/rig`` inside; both sides may write there."""

    #: the panel's pixels
    panel: tuple[int, int] = (WIDTH, HEIGHT)

    def __init__(self, kernel: Kernel, folder: Path, *, memory_mb: int = 2048, boot_s: int = BOOT_S) -> None:
        self.kernel, self.folder = kernel, folder
        self._boot_s = boot_s
        self._memory_mb = memory_mb
        #: further words for QEMU, to be added before it is started
        self.devices: list[str] = []
        # A Unix socket's path may have 107 letters.
        self._sockets = Path(tempfile.mkdtemp(prefix="rig-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._hand: Lines | None = None
        self._qmp: Lines | None = None
        self._lock = threading.Lock()
        self.events: list[dict[str, Any]] = []

    @property
    def console(self) -> Path:
        """What the kernel printed."""
        return self.folder / "console.log"

    def socket(self, name: str) -> Path:
        """Where a device's other end is, for a ``chardev`` of this name."""
        return self._sockets / name

    def __enter__(self) -> Self:
        inside = _INSIDE.format(
            modules=" ".join(MODULES), folder=self.kernel.modules, python=PYTHON, inside=ROOT / "tests/rig/inside.py"
        )
        (self.folder / "inside.sh").write_text(inside, encoding="utf-8")
        with (self.folder / "qemu.log").open("wb") as log:
            self._process = subprocess.Popen(
                self._words(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
            )
        try:
            self._qmp = Lines(self._appears("qmp"))
            self._qmp.read(10)
            self.qmp("qmp_capabilities")
            self._hand = Lines(self._appears("hand"))
            self._hand.read(self._boot_s)
        except BaseException as error:
            self._end()
            if isinstance(error, OSError | MachineError):
                raise MachineError(f"the virtual machine did not boot; see {self.console}") from error
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        for line in (self._qmp, self._hand):
            if line is not None:
                line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _words(self) -> list[str]:
        share = "security_model=none,multidevs=remap"
        return [
            "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", PROCESSOR,
            "-smp", "2", "-m", str(self._memory_mb),
            "-nodefaults", "-no-user-config", "-display", "none",
            # Neither a reset nor its end takes the machine away before its last words were heard.
            "-action", "watchdog=reset,reboot=shutdown,shutdown=pause",
            "-kernel", str(self.kernel.image), "-initrd", str(self.kernel.initrd),
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off",
            "-serial", f"file:{self.console}",
            "-qmp", f"unix:{self.socket('qmp')},server=on,wait=off",
            "-virtfs", f"local,path=/,mount_tag=host,readonly=on,{share}",
            "-virtfs", f"local,path={self.folder},mount_tag=rig,{share}",
            "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=hand,path={self.socket('hand')},server=on,wait=off",
            "-device", "virtserialport,chardev=hand,name=motcua.rig",
            "-netdev", "user,id=net,restrict=off", "-device", "virtio-net-pci,netdev=net",
            "-vga", "none", "-device", f"virtio-gpu-pci,xres={WIDTH},yres={HEIGHT}",
            # Each device has its own port by number: QEMU would put a hub in where it thinks that they run short.
            "-device", "qemu-xhci,id=usb,p2=8,p3=8",
            "-device", "usb-tablet,id=finger,bus=usb.0,port=1",
            "-device", "i6300esb",
            *self.devices,
        ]  # fmt: skip

    def _appears(self, name: str) -> Path:
        path = self.socket(name)
        until_s = time.monotonic() + 20
        while not path.exists():
            if time.monotonic() > until_s or (self._process is not None and self._process.poll() is not None):
                raise MachineError(f"QEMU did not start; see {self.folder / 'qemu.log'}")
            time.sleep(0.05)
        return path

    # ------------------------------------------------------------------ inside
    def _order(self, order: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        if self._hand is None:
            raise MachineError("the virtual machine is not running")
        with self._lock:
            self._hand.write(order)
            return self._hand.read(timeout_s)

    def run(self, *words: str | Path, timeout_s: float = 60, env: Mapping[str, str] | None = None) -> Ended:
        """Run a program inside and wait for its end."""
        order = {"run": [str(word) for word in words], "timeout_s": timeout_s, "env": dict(env or {})}
        return Ended(**self._order(order, timeout_s + 30))

    def python(self, program: str, *words: str, timeout_s: float = 120) -> str:
        """Run a few lines of Python inside; gives what they printed. Raises :class:`MachineError`."""
        ended = self.run(PYTHON, "-c", program, *words, timeout_s=timeout_s)
        if ended.code:
            raise MachineError(f"inside: code {ended.code}: {ended.err.strip()[-2000:]}")
        return ended.out

    @contextlib.contextmanager
    def started(self, name: str, *words: str | Path, env: Mapping[str, str] | None = None) -> Iterator[Path]:
        """A program that runs inside meanwhile; gives its log, as seen from outside."""
        order = {"start": [str(word) for word in words], "log": f"{name}.log", "env": dict(env or {})}
        pid = int(self._order(order, 30)["pid"])
        try:
            yield self.folder / f"{name}.log"
        finally:
            self._order({"stop": pid}, 60)

    # ------------------------------------------------------------------ outside
    def qmp(self, command: str, **arguments: Any) -> Any:
        """One command of QEMU's machine protocol; what happened meanwhile is kept in ``events``."""
        if self._qmp is None:
            raise MachineError("the virtual machine is not running")
        self._qmp.write({"execute": command, "arguments": arguments})
        while True:
            said = self._qmp.read(30)
            if "event" in said:
                self.events.append(said)
            elif "error" in said:
                raise MachineError(f"{command}: {said['error']['desc']}")
            else:
                return said["return"]

    def heard(self) -> list[dict[str, Any]]:
        """What has happened to the machine so far."""
        self.qmp("query-status")
        return self.events

    def tap(self, x_px: float, y_px: float) -> None:
        """A finger on the panel, down and up."""
        # By way of the middle: the kernel passes no place on that is the last one's, and a kiosk that began since then
        # does not know that one.
        for across, along in ((0.5, 0.5), (x_px / self.panel[0], y_px / self.panel[1])):
            place = [
                {"type": "abs", "data": {"axis": axis, "value": round(value * 32767)}}
                for axis, value in (("x", across), ("y", along))
            ]
            self.qmp("input-send-event", events=place)
            # QEMU's tablet tells only the last of two moves that follow each other faster than it is asked.
            time.sleep(0.1)
        for down in (True, False):
            time.sleep(0.15)
            self.qmp("input-send-event", events=[{"type": "btn", "data": {"button": "left", "down": down}}])

    def type(self, text: str) -> None:
        """Type as a scanner's keyboard does; the last key is Enter."""
        for letter in text:
            self._key(*_keys(letter))
        self._key("ret")

    def _key(self, *names: str) -> None:
        self.qmp("send-key", keys=[{"type": "qcode", "data": name} for name in names], **{"hold-time": 20})
        time.sleep(0.03)

    def picture(self, name: str) -> Path:
        """What the panel shows, as a PNG in ``folder``."""
        path = self.folder / f"{name}.png"
        self.qmp("screendump", filename=str(path), format="png")
        return path


_SIGNS: Final = {".": ("dot",), "-": ("minus",), "/": ("slash",), ":": ("shift", "semicolon"), " ": ("spc",)}


def _keys(letter: str) -> tuple[str, ...]:
    if letter in _SIGNS:
        return _SIGNS[letter]
    if letter.isupper():
        return ("shift", letter.lower())
    return (letter,)


def wait_until(true: Any, what: str, timeout_s: float) -> Any:
    """Ask again until the answer is something. Raises :class:`MachineError`."""
    until_s = time.monotonic() + timeout_s
    while time.monotonic() < until_s:
        if found := true():
            return found
        time.sleep(0.1)
    raise MachineError(f"no {what} within {timeout_s:.0f} s")


def usable() -> str | None:
    """What is missing on this computer, in a sentence; None when nothing is."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return "the rig's kernel and machine are amd64 Linux's"
    return None
