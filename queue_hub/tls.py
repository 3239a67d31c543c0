"""The office's own CA and the hub's certificate: HTTPS everywhere but 127.0.0.1.

The certificate names what the inventory calls the hub (its fixed name and addresses, as SAN). Validity is long and
begins at the CA's date, so that an office with a dead clock or without a network never stops because of a date.
``cryptography`` is imported only where something is made; serving uses the standard library.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from queue_core.errors import ConfigError, register

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

CA_YEARS: Final = 25
#: the first instant a certificate of this project can be from; a clock before it is certainly wrong
BUILD_DATE: Final = datetime(2026, 1, 1, tzinfo=UTC)
_NAME: Final = re.compile(r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$")

register(
    {
        "tls.name": (
            "Tên hoặc địa chỉ máy chủ “{name}” không hợp lệ.",
            "The hub's name or address “{name}” is not valid.",
        ),
        "tls.needed": (
            "Địa chỉ {host} nằm ngoài máy này nên cần chứng thư (HTTPS). Chỉ 127.0.0.1 được dùng HTTP.",
            "The address {host} is reached from other machines and needs a certificate (HTTPS). HTTP is for 127.0.0.1.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Paths of a server's certificate chain and key (PEM), and of the CA that browsers are given."""

    cert: Path
    key: Path
    ca: Path


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def local_names(host: str) -> list[str]:
    """What browsers may call this machine: the bound address, its host name, the addresses of that name."""
    name = socket.gethostname().lower()
    usable = [name] if _NAME.match(name) else []
    names = [] if host in {"0.0.0.0", "::"} else [host]  # noqa: S104 -- compared, not bound
    try:
        found = {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return [*names, *usable, *sorted(found - set(names))]


def office_tls(folder: Path, names: Sequence[str], *, office: str) -> TlsFiles:
    """The CA and the server certificate in ``folder``, made when missing; the certificate anew when names changed.

    ``names``: host names and IP addresses of the hub; ``office``: what the CA calls itself. Raises tls.name.
    """
    alts = [_alternative(name) for name in dict.fromkeys([*names, "127.0.0.1", "localhost"])]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = TlsFiles(cert=folder / "hub.crt", key=folder / "hub.key", ca=folder / "ca.crt")
    ca_key_path = folder / "ca.key"
    if not (files.ca.exists() and ca_key_path.exists()):
        _make_ca(files.ca, ca_key_path, office)
        files.cert.unlink(missing_ok=True)
    if not (files.cert.exists() and files.key.exists() and _names_of(files.cert) == {str(a.value) for a in alts}):
        _make_server(files, ca_key_path, alts)
    return files


def _alternative(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    if not _NAME.match(name):
        raise ConfigError("tls.name", name=name[:64], path="tls.names")
    return x509.DNSName(name)


def _names_of(cert: Path) -> set[str]:
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(cert.read_bytes())
        alts = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return set()
    return {str(a.value) for a in alts}


def _common_name(text: str) -> str:
    """At most 64 bytes (RFC 5280, ub-common-name, as cryptography counts it): a Vietnamese letter is up to three."""
    return text.encode()[:64].decode(errors="ignore")


def _make_ca(cert_path: Path, key_path: Path, office: str) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, _common_name(f"Motcua CA · {office}"))])
    begin = max(datetime.now(UTC).replace(microsecond=0) - timedelta(days=1), BUILD_DATE)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365 * CA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(ca=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_path, key)
    _write(cert_path, _pem(certificate), 0o644)


def _make_server(files: TlsFiles, ca_key_path: Path, alts: Sequence[x509.GeneralName]) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    ca = x509.load_pem_x509_certificate(files.ca.read_bytes())
    ca_key = serialization.load_pem_private_key(ca_key_path.read_bytes(), password=None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise ConfigError("tls.name", name=ca_key_path.name, path="tls.ca")
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, _common_name(str(alts[0].value)))]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ca.not_valid_before_utc)
        .not_valid_after(ca.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName(alts), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    _write_key(files.key, key)
    _write(files.cert, _pem(certificate) + _pem(ca), 0o644)


def _usage(*, ca: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=ca, crl_sign=ca, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    from cryptography.hazmat.primitives import serialization

    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(path, pem, 0o600)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all: a new file beside it, on disk, then renamed."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
