"""mosquitto's configuration, from templates beside this module. The same serve tests, the demo and the appliance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from queue_core.wire.bus import MAX_INFLIGHT, MAX_PACKET_BYTES
from queue_kit.broker.errors import BrokerError


@dataclass(frozen=True, slots=True)
class TlsListener:
    """A listener for other machines: mutual TLS, the certificate's common name is the account.

    ``ca``, ``certificate``, ``key``: PEM files the broker can read; ``host``: address to listen on. ``denied``: the
    authority's list of denied certificates. One that has expired locks everybody out: it is judged before each start
    (:mod:`firmware_config.deny_list`).
    """

    port: int
    ca: Path
    certificate: Path
    key: Path
    denied: Path | None = None
    host: str = "0.0.0.0"  # noqa: S104 (other machines connect here, by certificate only)


def configuration(
    *,
    data: Path,
    passwords: Path,
    acl: Path,
    log: Path | None,
    port: int,
    host: str = "127.0.0.1",
    user: str | None = None,
    tls: Iterable[TlsListener] = (),
) -> str:
    """Text of ``mosquitto.conf``: one listener on ``host`` with passwords, and any with mutual TLS.

    ``log``: a file, or None for the standard error. ``user``: whom mosquitto becomes when root starts it; None leaves
    its own default.
    Raises :class:`BrokerError` ``broker.bad_value`` for a path that would break out of its line.
    """
    listeners = [_fill("listener.conf", port=port, host=host)]
    listeners += [
        _fill(
            "listener_tls.conf",
            port=one.port,
            host=one.host,
            ca=one.ca,
            certificate=one.certificate,
            key=one.key,
            denied=f"crlfile {one.denied}" if one.denied else "",
        )
        for one in tls
    ]
    return _fill(
        "mosquitto.conf",
        user=f"user {user}" if user else "",
        data=data,
        passwords=passwords,
        acl=acl,
        log="stderr" if log is None else f"file {log}",
        max_packet_bytes=MAX_PACKET_BYTES,
        max_inflight=MAX_INFLIGHT,
        listeners=_joined(listeners),
    )


def _joined(listeners: Sequence[str]) -> _Lines:
    return _Lines("\n".join(listeners))


class _Lines(str):
    """Several lines made here, which may hold line breaks."""

    __slots__ = ()


def _fill(template: str, **values: object) -> str:
    for name, value in values.items():
        if not isinstance(value, _Lines) and not str(value).isprintable():
            raise BrokerError("broker.bad_value", name=name, value=repr(str(value)), allowed="one printable line")
    text = files("queue_kit.broker").joinpath(template).read_text(encoding="utf-8")
    return Template(text).substitute({name: str(value) for name, value in values.items()})
