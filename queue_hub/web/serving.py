"""The web front as the hub's process starts it: console and public page on their listeners, certificates, first run."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from queue_core.state import State
from queue_core.tickets import Ticket
from queue_hub.accounts import Accounts
from queue_hub.follow import Estimate, Follower
from queue_hub.tls import TlsFiles, is_loopback, office_tls
from queue_hub.web.app import make_app, make_public_app
from queue_hub.web.context import WebSettings
from queue_hub.web.server import Listener, WebThread

if TYPE_CHECKING:
    from queue_hub.engine import Engine


class WebOptions(Protocol):
    """What of the hub's options the web front reads; a port of 0 means: not served."""

    @property
    def data(self) -> Path: ...  # noqa: D102
    @property
    def http_host(self) -> str: ...  # noqa: D102
    @property
    def http_port(self) -> int: ...  # noqa: D102
    @property
    def public_host(self) -> str: ...  # noqa: D102
    @property
    def public_port(self) -> int: ...  # noqa: D102


class WebFront:
    """The console and the public page of one hub."""

    def __init__(
        self,
        engine: Engine,
        options: WebOptions,
        print_slip: Callable[[State, Ticket], None] | None = None,
        *,
        estimate: Estimate | None = None,
        accounts: Accounts | None = None,
    ) -> None:
        """Make certificates and bind the ports. Raises ConfigError: web.port_taken, tls.name."""
        self.accounts = accounts or Accounts(options.data)
        listeners: list[Listener] = []
        if options.http_port:
            tls = _tls(engine, options, options.http_host)
            settings = WebSettings(data=options.data, tls=tls is not None, print_slip=print_slip)
            app = make_app(engine, self.accounts, settings)
            listeners.append(Listener(app=app, host=options.http_host, port=options.http_port, tls=tls))
        if options.public_port:
            app = make_public_app(engine, Follower(options.data, engine.epoch), estimate)
            tls = _tls(engine, options, options.public_host)
            listeners.append(Listener(app=app, host=options.public_host, port=options.public_port, tls=tls))
        self._threads = WebThread(listeners)

    def start(self) -> None:
        """Serve; a new office's one-time code is printed."""
        self._threads.start()
        if code := self.accounts.first_run_code():
            sys.stdout.write(f"\n  Mã thiết lập lần đầu · First-run code:  {code}\n\n")
            sys.stdout.flush()

    def stop(self) -> None:
        """End streams and listeners, close the accounts."""
        self._threads.stop()
        self.accounts.close()


def _tls(engine: Engine, options: WebOptions, host: str) -> TlsFiles | None:
    """The certificate for an address that other machines reach; None for this machine's own."""
    if is_loopback(host):
        return None
    return office_tls(options.data / "tls", local_names(host), office=engine.state.setup.id)


def local_names(host: str) -> list[str]:
    """What browsers may call this machine: the bound address, its host name, the addresses of that name."""
    name = socket.gethostname().lower()
    names = [] if host in {"0.0.0.0", "::"} else [host]  # noqa: S104 -- compared, not bound
    try:
        found = {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return [*names, name, *sorted(found - set(names))]
