"""The files of mutual TLS."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Files of mutual TLS: the office's authority, this client's certificate and key."""

    ca: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """A client's context that checks the broker's name. Raises :class:`OSError` when a file cannot be used.

        Read again at each connection, so a renewed certificate needs no restart.
        """
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(self.ca))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(str(self.certificate), str(self.key))
        return context


def broker_tls(ca: Path | None, certificate: Path | None, key: Path | None) -> TlsFiles | None:
    """What ``--tls-ca``, ``--tls-cert`` and ``--tls-key`` say; None when none is given.

    Raises :class:`ValueError` when only some are: half an identity would silently be none.
    """
    if ca and certificate and key:
        return TlsFiles(ca, certificate, key)
    if ca or certificate or key:
        raise ValueError("tls-ca, tls-cert and tls-key belong together")
    return None
