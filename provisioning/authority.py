"""The province's certificate authority: a folder with keys and a book, on the province's own computer.

Every office has a signing key of its own, and its devices trust that one alone: a client's name in a certificate
(``kiosk-1``) says nothing about the office, so with one key for all, a kiosk of one commune could speak as the kiosk of
another. The province's root vouches for the enrolment service and for the cards.

Validity is long, begins at the software's build, and the deny list never runs out: an office that is cut off never
stops because of a date (RFC 5280 sets no limit). Keys: EC P-256.
"""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from provisioning.apply import put
from provisioning.authority_book import Book, Issued
from provisioning.device_tree import Authority as PublicPart
from provisioning.errors import ProvisionError
from provisioning.inventory import Place
from provisioning.inventory_model import CENTRAL
from provisioning.processes import UPLINK, processes
from provisioning.secrets_file import OTHERS
from queue_core.clock import BUILD_FLOOR_MS

YEARS: Final = 25
#: everything is valid from the build of the software that made the authority: a device that knows no time sets its
#: clock to its own build, which is as late or later, so that certificates are good there at once
BEGINS: Final = datetime.fromtimestamp(BUILD_FLOOR_MS / 1000, UTC)
TOKEN_DAYS: Final = 14
#: an office's hub lives in a private network (RFC 1918, RFC 4193); its key vouches for nothing else
_PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")
_SHA: Final = hashes.SHA256()


@dataclass(frozen=True, slots=True)
class Signer:
    """A key and its own certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


class Authority:
    """An authority's folder, opened."""

    def __init__(self, folder: Path, passphrase: bytes | None) -> None:
        self.folder = folder
        self._passphrase = passphrase
        self.root = self._load(folder / "root", "authority.away")
        self.book = Book(folder / "book.db")

    @classmethod
    def make(cls, folder: Path, province: str, *, passphrase: bytes | None = None) -> Self:
        """A new authority. Raises authority.exists: one is never made over."""
        if (folder / "root.key").exists() or (folder / "root.pem").exists():
            raise ProvisionError("authority.exists", folder=str(folder))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        root = _self_signed(f"Motcua · {province}", None)
        _save(folder / "root", root, passphrase)
        put(folder / "province", f"{province}\n".encode(), mode=0o600)
        return cls(folder, passphrase)

    @classmethod
    def open(cls, folder: Path, *, passphrase: bytes | None = None) -> Self:
        """One that is there. Raises authority.away, authority.readable, authority.locked."""
        return cls(folder, passphrase)

    def check_province(self, province: str) -> None:
        """Refuse another province's inventory: authority.other_province."""
        found = (self.folder / "province").read_text(encoding="utf-8").strip()
        if found != province:
            raise ProvisionError("authority.other_province", found=found, province=province)

    def office(self, office: str, domain: str = "motcua.internal") -> Signer:
        """An office's signing key, made when it is first asked for."""
        stem = self.folder / "offices" / office
        if not stem.with_name(f"{office}.pem").exists():
            stem.parent.mkdir(exist_ok=True, mode=0o700)
            _save(stem, _self_signed(f"Motcua · {office}", domain), self._passphrase)
        return self._load(stem, "authority.away")

    def public(self, place: Place) -> PublicPart:
        """What a device of the office is given."""
        domain = place.province.inventory.domain
        own, root = self.office(place.office.id, domain), pem(self.root.certificate)
        central = pem(self.office(CENTRAL, domain).certificate) if place.sends else None
        return PublicPart(pem(own.certificate), self.denied(place.office.id), root, central)

    def denied(self, office: str) -> bytes:
        """The office's deny list, PEM: the same bytes until somebody is denied.

        Its dates are the signing key's own: a list that ran out, or begins after a dead clock's date, would lock
        everybody out.
        """
        kept = self.folder / "offices" / f"{office}.denied.pem"
        signer, serials = self.office(office), self.book.denied(office)
        if kept.exists() and _covers(kept.read_bytes(), serials):
            return kept.read_bytes()
        begin, end = signer.certificate.not_valid_before_utc, signer.certificate.not_valid_after_utc
        builder = x509.CertificateRevocationListBuilder().issuer_name(signer.certificate.subject)
        builder = builder.last_update(begin).next_update(end)
        builder = builder.add_extension(x509.CRLNumber(len(serials) + 1), critical=False)
        for serial in serials:
            revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(begin).build()
            builder = builder.add_revoked_certificate(revoked)
        data = builder.sign(signer.key, _SHA).public_bytes(serialization.Encoding.PEM)
        put(kept, data, mode=0o644)
        return data

    def token(self, place: Place, *, days: float = TOKEN_DAYS) -> str:
        """A one-time token for a device: 256 random bits; only its SHA-256 is kept."""
        self.public(place)
        wish = {
            "hub_name": place.hub_name,
            "hub_address": place.office.hub.address,
            "instances": [process.instance for process in processes(place)],
        }
        return self.book.new_token(place.name, wish, days=days)

    def enrol(self, token: str, device: str, requests: Mapping[str, bytes]) -> dict[str, bytes]:
        """Certificates (PEM) for a device's requests (instance → PEM), for a token that is good.

        The same token with the same keys gives the same certificates again: an answer that was lost on the way locks
        nobody out. Raises TokenError enrol.token_unknown, enrol.token_expired,
        enrol.token_used; ProvisionError enrol.bad_request.
        """
        loaded = {instance: _request(instance, data) for instance, data in requests.items()}
        prints = {instance: _fingerprint(request) for instance, request in loaded.items()}

        def sign(wish: Mapping[str, object]) -> dict[str, Issued]:
            instances = wish["instances"]
            if not isinstance(instances, list) or sorted(instances) != sorted(requests):
                raise ProvisionError("enrol.bad_request", problem=f"{', '.join(sorted(requests))} asked for")
            names = (str(wish["hub_name"]), str(wish["hub_address"]))
            return {one: self._sign(device.partition("/")[0], one, loaded[one], names) for one in instances}

        return self.book.spend(token, device, prints, sign)

    def deny(self, device: str, *, instance: str | None = None) -> int:
        """Put a device's certificates on its office's deny list; gives how many. Raises deny.unknown."""
        count = self.book.deny(device, instance)
        if count == 0:
            raise ProvisionError("deny.unknown", name=device if instance is None else f"{device} {instance}")
        for office in {device.partition("/")[0], *self.province_wide}:
            self.denied(office)
        return count

    @property
    def province_wide(self) -> tuple[str, ...]:
        """Central, where there is one: whatever is denied to an office's hub may be denied there too."""
        return (CENTRAL,) if (self.folder / "offices" / f"{CENTRAL}.pem").exists() else ()

    def serve_files(self, names: Sequence[str]) -> tuple[Path, Path]:
        """Certificate and key of the enrolment service under its names, signed by the root."""
        key = ec.generate_private_key(ec.SECP256R1())
        usages = [ExtendedKeyUsageOID.SERVER_AUTH]
        certificate = _leaf(self.root, key.public_key(), names[0], alternatives(names), usages)
        put(self.folder / "service.pem", pem(certificate), mode=0o644)
        put(self.folder / "service.key", _key_pem(key, None), mode=0o600)
        return self.folder / "service.pem", self.folder / "service.key"

    def seal(self, data: bytes) -> bytes:
        """A signature of the root: that a card is as it was made."""
        return self.root.key.sign(data, ec.ECDSA(_SHA))

    def _sign(
        self, office: str, instance: str, request: x509.CertificateSigningRequest, hub: tuple[str, str]
    ) -> Issued:
        names, usages = [], [ExtendedKeyUsageOID.CLIENT_AUTH]
        # At central an office comes under its own name, and central's key vouches for it.
        signed_by, name = (CENTRAL, office) if instance == UPLINK else (office, instance)
        if instance in {"broker", "hub"}:
            names, usages = [*hub, "127.0.0.1"], [ExtendedKeyUsageOID.SERVER_AUTH, *usages]
        key = request.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ProvisionError("enrol.bad_request", problem=f"{instance}: not an EC key")
        certificate = _leaf(self.office(signed_by), key, name, alternatives(names), usages)
        return Issued(certificate.serial_number, pem(certificate), signed_by)

    def _load(self, stem: Path, missing: str) -> Signer:
        key_path, pem_path = stem.with_name(f"{stem.name}.key"), stem.with_name(f"{stem.name}.pem")
        try:
            mode = stat.S_IMODE(key_path.stat().st_mode)
            if mode & OTHERS:
                raise ProvisionError("authority.readable", file=str(key_path), mode=f"{mode:o}")
            data = key_path.read_bytes()
            certificate = x509.load_pem_x509_certificate(pem_path.read_bytes())
        except OSError as error:
            raise ProvisionError(missing, folder=str(self.folder)) from error
        try:
            encrypted = b"ENCRYPTED" in data
            key = serialization.load_pem_private_key(data, password=self._passphrase if encrypted else None)
        except (ValueError, TypeError) as error:
            raise ProvisionError("authority.locked", file=str(key_path)) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ProvisionError("authority.locked", file=str(key_path))
        return Signer(key, certificate)


def pem(certificate: x509.Certificate) -> bytes:
    """A certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def sealed(root_pem: bytes, data: bytes, seal: bytes) -> bool:
    """Whether the root of ``root_pem`` signed ``data``."""
    key = x509.load_pem_x509_certificate(root_pem).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(seal, data, ec.ECDSA(_SHA))
    except InvalidSignature:
        return False
    return True


def alternatives(names: Sequence[str]) -> list[x509.GeneralName]:
    """Host names and addresses as a certificate's alternative names."""
    found: list[x509.GeneralName] = []
    for name in dict.fromkeys(names):
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _request(instance: str, data: bytes) -> x509.CertificateSigningRequest:
    try:
        request = x509.load_pem_x509_csr(data)
        whole = request.is_signature_valid
    except (ValueError, TypeError) as error:
        raise ProvisionError("enrol.bad_request", problem=f"{instance}: no signing request") from error
    if not whole:
        raise ProvisionError("enrol.bad_request", problem=f"{instance}: not signed by its own key")
    return request


def _fingerprint(request: x509.CertificateSigningRequest) -> str:
    digest = hashes.Hash(_SHA)
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest.update(request.public_key().public_bytes(*form))
    return digest.finalize().hex()


def _self_signed(name: str, domain: str | None) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(BEGINS + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if domain is not None:
        # Officers' browsers trust it too: stolen, it must not be able to play the citizen's bank.
        permitted = [x509.DNSName(domain), x509.DNSName("localhost")]
        networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in _PRIVATE]
        limits = x509.NameConstraints(permitted_subtrees=[*permitted, *networks], excluded_subtrees=None)
        builder = builder.add_extension(limits, critical=True)
    return Signer(key, builder.sign(key, _SHA))


def _leaf(
    signer: Signer,
    key: ec.EllipticCurvePublicKey,
    name: str,
    alts: Sequence[x509.GeneralName],
    usages: Sequence[x509.ObjectIdentifier],
) -> x509.Certificate:
    ca = signer.certificate
    identifier = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name[:64])]))
        .issuer_name(ca.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(ca.not_valid_before_utc)
        .not_valid_after(ca.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(issuer, critical=False)
    )
    if alts:
        builder = builder.add_extension(x509.SubjectAlternativeName(alts), critical=False)
    return builder.sign(signer.key, _SHA)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, key_cert_sign=signs, crl_sign=signs, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _covers(crl: bytes, serials: Sequence[int]) -> bool:
    return {one.serial_number for one in x509.load_pem_x509_crl(crl)} == set(serials)


def _key_pem(key: ec.EllipticCurvePrivateKey, passphrase: bytes | None) -> bytes:
    how: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        how = serialization.BestAvailableEncryption(passphrase)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def _save(stem: Path, signer: Signer, passphrase: bytes | None) -> None:
    # The certificate last: without it nothing has been made, and a cut in between is made over.
    put(stem.with_name(f"{stem.name}.key"), _key_pem(signer.key, passphrase), mode=0o600)
    put(stem.with_name(f"{stem.name}.pem"), pem(signer.certificate), mode=0o644)
