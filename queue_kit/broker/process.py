"""mosquitto as a child process: configured, started, awaited, stopped, killed, started again on the same port."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from queue_kit.broker.accounts import Account, acl_file, password_file
from queue_kit.broker.config import TlsListener, configuration
from queue_kit.broker.errors import BrokerError

HOST: Final = "127.0.0.1"
#: Debian keeps it out of an ordinary user's PATH
_PLACES: Final = ("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/opt/homebrew/sbin")
_TRIES: Final = 5
#: MQTT 5 CONNECT (clean start, keep-alive 5 s, client id "probe"), no user name
_STRANGER: Final = b"\x10\x12\x00\x04MQTT\x05\x02\x00\x05\x00\x00\x05probe"
_CONNACK: Final = b"\x20"
_PORTS: Final = range(20_000, 32_000)


def find_mosquitto() -> str:
    """Path of the program. Raises :class:`BrokerError` ``broker.missing``, which names the package."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path=os.pathsep.join(_PLACES))
    if found is None:
        raise BrokerError("broker.missing")
    return found


class Broker:
    """A mosquitto of our own on loopback. A context manager; not thread-safe.

    ``directory``: a folder of its own (made when missing) for configuration, passwords, data and log.
    ``accounts``: who may connect. ``port``: 0 takes a free one; see :attr:`port` after :meth:`start`.
    ``tls``: further listeners for other machines. ``root``: root of the topics that the access list speaks of.
    ``access``: another access list than an office's. ``ready_s``: how long the start may take.
    """

    def __init__(
        self,
        directory: Path,
        *,
        accounts: Iterable[Account],
        port: int = 0,
        tls: Sequence[TlsListener] = (),
        root: str = "motcua/v1/+/+",
        access: str | None = None,
        ready_s: float = 10.0,
    ) -> None:
        self.host = HOST
        self.port = port
        self.directory = directory.absolute()
        self.log = self.directory / "mosquitto.log"
        self.accounts = {account.name: account for account in accounts}
        self._tls = tuple(tls)
        self._root, self._access = root, access
        self._ready_s = ready_s
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ------------------------------------------------------------------ what clients need
    def password(self, client: str) -> str:
        """The client's password. Raises :class:`KeyError` for a client without account."""
        return self.accounts[client].password

    def password_path(self, client: str) -> Path:
        """A file, readable by its owner only, with the client's password and nothing else."""
        return self.directory / "secrets" / self.accounts[client].name

    @property
    def pid(self) -> int | None:
        """Process id of the running broker."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """Whether the child lives."""
        return self._process is not None and self._process.poll() is None

    # ------------------------------------------------------------------ life
    def start(self) -> None:
        """Write the configuration, start, wait until connections are accepted.

        Raises :class:`BrokerError`: ``broker.missing``, ``broker.port_taken``, ``broker.not_started``.
        """
        if self.running:
            return
        program = find_mosquitto()
        choose = self.port == 0
        for left in reversed(range(_TRIES if choose else 1)):
            port = free_port() if choose else self.port
            if not choose:
                _check_free(port)
            try:
                self._start_on(program, port)
            except BrokerError:
                if not left:  # a chosen port may be taken between the look and the start: choose again
                    raise
            else:
                self.port = port
                return

    def stop(self, timeout_s: float = 5.0) -> None:
        """Let it write its retained messages down and end; killed when that takes longer than ``timeout_s``."""
        self._end(signal.SIGTERM, timeout_s)

    def kill(self) -> None:
        """As a power cut or an out-of-memory kill would."""
        self._end(signal.SIGKILL, 5.0)

    def restart(self) -> None:
        """Stop when running, and start on the same port with the same data."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze it: connections stay open and nobody answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after :meth:`pause`."""
        self._signal(signal.SIGCONT)

    # ------------------------------------------------------------------ inside
    def _start_on(self, program: str, port: int) -> None:
        path = self._write(port)
        with (self.directory / "mosquitto.out").open("wb") as out:
            # A session of its own: Ctrl-C in the terminal reaches us, who say goodbye before the broker goes.
            self._process = subprocess.Popen(
                [program, "-c", str(path)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline_s = time.monotonic() + self._ready_s
        pause = threading.Event()
        while self.running and time.monotonic() < deadline_s:
            if _answers(port) and self.running:
                return
            pause.wait(0.01)
        self.kill()
        raise BrokerError("broker.not_started", detail=self._last_words(), log=self.log)

    def _write(self, port: int) -> Path:
        data = self.directory / "data"
        for folder in (self.directory, data, self.directory / "secrets"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        passwords = self._put("passwords", password_file(self.accounts.values()))
        acl = self._put("acl", self._access or acl_file(self.accounts.values(), root=self._root))
        for account in self.accounts.values():
            self._put(f"secrets/{account.name}", account.password)
        # Started by root, mosquitto becomes another user who may not pass the folders above a private one.
        user = "root" if os.geteuid() == 0 else None
        text = configuration(
            data=data, passwords=passwords, acl=acl, log=self.log, port=port, host=self.host, user=user, tls=self._tls
        )
        return self._put("mosquitto.conf", text)

    def _put(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def _end(self, how: signal.Signals, timeout_s: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
            if how is not signal.SIGKILL:
                process.send_signal(signal.SIGCONT)  # a frozen one cannot say goodbye
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5.0)

    def _signal(self, what: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(what)

    def _last_words(self) -> str:
        said: list[str] = []
        for path in (self.directory / "mosquitto.out", self.log):
            with contextlib.suppress(OSError):
                said += path.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line for line in said if "error" in line.lower()]
        return " / ".join((errors or said)[-4:])[:400] or "no word from it"


def free_port() -> int:
    """A port nobody listens on, below the system's range for outgoing connections.

    From within that range, a client that tries again while a server is down may be given the server's own port.
    """
    while True:
        port = _PORTS.start + secrets.randbelow(len(_PORTS))
        with contextlib.suppress(BrokerError):
            _check_free(port)
            return port


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise BrokerError("broker.port_taken", host=HOST, port=port) from None


def _answers(port: int) -> bool:
    """Whether a broker works there: it refuses a client without account.

    That a connection is accepted says nothing yet: mosquitto listens first and reads its certificates afterwards.
    """
    try:
        with socket.create_connection((HOST, port), timeout=1.0) as probe:
            probe.sendall(_STRANGER)
            return probe.recv(1) == _CONNACK
    except OSError:
        return False
