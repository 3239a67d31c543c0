"""A booted device: systemd as process 1 in a container, on its own end of the office's wire."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

BOOT_S: Final = 120
_RESTARTS: Final = 133
_T = TypeVar("_T")


class ContainerError(AssertionError):
    """What a device was expected to do and did not."""


def wait_until(true: Callable[[], _T | None], what: str, timeout_s: float) -> _T:
    """Ask again until the answer is something. Raises :class:`ContainerError`."""
    until_s = time.monotonic() + timeout_s
    while time.monotonic() < until_s:
        if found := true():
            return found
        time.sleep(0.2)
    raise ContainerError(f"no {what} within {timeout_s:.0f} s")


class Container:
    """A device that runs. ``name`` is its host name, ``root`` its file system as seen from outside."""

    def __init__(self, name: str, root: Path, *, namespace: str | None = None, words: Sequence[str] = ()) -> None:
        self.name, self.root = name, root
        self._namespace, self._words = namespace, list(words)
        self._process: subprocess.Popen[bytes] | None = None
        self._log = root.parent / "console.log"

    def start(self, *kernel_words: str, settled: bool = True) -> None:
        """Switch it on, and wait until systemd has nothing more to do, or only until it runs (``settled``).

        ``kernel_words``: of the kernel's line, which in a container are the first process's own.
        """
        network = (
            [f"--network-namespace-path=/run/netns/{self._namespace}"] if self._namespace else ["--private-network"]
        )
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={self.root}", "--boot",
                 "--console=read-only", f"--machine={self.name}", "--timezone=off", "--capability=CAP_NET_ADMIN",
                 "--link-journal=no", "--suppress-sync=yes", "--resolv-conf=off", *network, *self._words,
                 *kernel_words],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            )  # fmt: skip
        wait_until(self._is_up, f"{self.name} up", BOOT_S)
        if not settled:
            return
        # "starting" goes on as long as a part is started; a watchdog or a back-off may make that longer
        self.run("systemctl", "is-system-running", "--wait", timeout_s=BOOT_S)

    def _is_up(self) -> bool:
        # Asked before systemd listens, its own tool says "offline", and does not wait either.
        return self.run("systemctl", "is-system-running").out not in {"", "offline", "unknown"}

    def restarts(self, timeout_s: float) -> bool:
        """Wait until it switches itself off to begin again; whether it did within the time."""
        process = self._process
        if process is None:
            raise ContainerError(f"{self.name} does not run")
        try:
            # systemd-nspawn(1), --keep-unit: a restart is left to whoever started it, by this code
            return process.wait(timeout_s) == _RESTARTS
        except subprocess.TimeoutExpired:
            return False

    def console(self) -> str:
        """What it said on its screen, from the first start on: the first process's words before there is a journal."""
        said = self._log.read_text(encoding="utf-8", errors="replace")
        if "running in system mode" not in said:
            raise ContainerError(f"{self.name}: its first process is not heard: {said[-500:]}")
        return said

    def first(self) -> int | None:
        """Its process 1, as this computer counts."""
        if self._process is None or self._process.poll() is not None:
            return None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return int(children[0]) if children else None

    def first_root(self) -> Path:
        """Its files as its own processes see them, ``/run`` too."""
        return Path(f"/proc/{self.first()}/root")

    def run(self, *words: str, timeout_s: float = 60, user: str | None = None) -> Ended:
        """Run a program inside; as root unless ``user`` is named."""
        first = self.first()
        if first is None:
            return Ended(127, "", f"{self.name} does not run; see {self._log}")
        account = ["/sbin/runuser", "-u", user, "--"] if user else []
        try:
            done = subprocess.run(
                ["nsenter", "--target", str(first), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--",
                 *account, *words],
                capture_output=True, text=True, errors="replace", check=False, timeout=timeout_s,
                stdin=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Ended(124, "", f"no end within {timeout_s} s: {' '.join(words)}")
        return Ended(done.returncode, done.stdout.strip(), done.stderr.strip())

    def ok(self, *words: str, timeout_s: float = 60, user: str | None = None) -> str:
        """The same, and it has to succeed. Raises :class:`ContainerError`; gives what it printed."""
        done = self.run(*words, timeout_s=timeout_s, user=user)
        if done.code:
            raise ContainerError(f"{self.name}: {' '.join(words)} ended with {done.code}: {done.err or done.out}")
        return done.out

    def property(self, unit: str, name: str) -> str:
        """A unit's property, as ``systemctl show`` has it."""
        return self.ok("systemctl", "show", "--value", f"--property={name}", unit)

    def active(self, unit: str, timeout_s: float = 90) -> None:
        """Wait until the unit is active. Raises :class:`ContainerError` with its log."""
        try:
            wait_until(lambda: self.run("systemctl", "is-active", unit).out == "active", f"active {unit}", timeout_s)
        except ContainerError as error:
            raise ContainerError(f"{self.name}: {error}\n{self.said(unit)}") from None

    def said(self, unit: str) -> str:
        """The end of the unit's log."""
        words = ("journalctl", "--no-pager", "--lines=40", "--output=cat", f"--unit={unit}")
        return f"{self.run(*words, '--namespace=motcua').out}\n{self.run(*words).out}"

    def stop(self) -> None:
        """Switch it off as a person would; by force after a minute."""
        process, first = self._process, self.first()
        if process is None or first is None:
            return
        os.kill(first, signal.SIGRTMIN + 4)  # systemd(1): start poweroff.target
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(30)

    def pull_the_plug(self) -> None:
        """Every process ends at once, as in a power cut; what the kernel holds is written later all the same."""
        process, first = self._process, self.first()
        if process is None or first is None:
            raise ContainerError(f"{self.name} does not run")
        os.kill(first, signal.SIGKILL)  # process 1 of a namespace takes all others along
        process.wait(60)

    @contextlib.contextmanager
    def running(self) -> Iterator[Container]:
        """Switched on, and off at the end."""
        try:
            self.start()
            yield self
        finally:
            self.stop()


class Ended:
    """How a program ended inside: ``code``, ``out``, ``err``."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextlib.contextmanager
def wire(names: Sequence[str], prefix: str = "10.77.0") -> Iterator[dict[str, str]]:
    """A bridge with a network namespace for each name; gives the addresses. This computer is ``.1``."""
    addresses = {name: f"{prefix}.{number}" for number, name in enumerate(names, 10)}
    with contextlib.ExitStack() as stack:
        _ip("link", "add", "motcua0", "type", "bridge")
        stack.callback(_ip, "link", "del", "motcua0")
        _ip("addr", "add", f"{prefix}.1/24", "dev", "motcua0")
        _ip("link", "set", "motcua0", "up")
        for number, (name, address) in enumerate(addresses.items()):
            space = f"motcua-{name}"
            _ip("netns", "add", space)
            stack.callback(_ip, "netns", "del", space)
            _ip("link", "add", f"motcua-v{number}", "type", "veth", "peer", "name", "eth0", "netns", space)
            stack.callback(subprocess.run, ["ip", "link", "del", f"motcua-v{number}"], check=False, capture_output=True)
            _ip("link", "set", f"motcua-v{number}", "master", "motcua0", "up")
            for device in ("eth0", "lo"):
                _ip("-n", space, "link", "set", device, "up")
            plugged_in(name, address)
        yield addresses


def plugged_in(name: str, address: str | None) -> None:
    """Give an end of the wire its address, or take it away: then the device has to find it by itself."""
    _ip("-n", f"motcua-{name}", "addr", "flush", "dev", "eth0", "scope", "global")
    if address is not None:
        _ip("-n", f"motcua-{name}", "addr", "add", f"{address}/24", "dev", "eth0")
