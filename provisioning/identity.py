"""The device's side of its identities: keys made here, requests, certificates checked before they take their place.

A key never leaves the device; it is there, on disk, before anybody is asked, so a cut at any moment goes on with the
same key.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from provisioning.apply import Target, put
from provisioning.errors import ProvisionError
from provisioning.processes import UPLINK
from provisioning.tree import Entry, Name, Tree
from queue_core.errors import ConfigError
from queue_core.office import Id
from queue_core.office_file import load_marked, plain

IDENTITY: Final = "etc/motcua/identity"
SETTING: Final = "etc/motcua/device.yaml"
CA: Final = "etc/motcua/ca.pem"
DENIED: Final = "etc/motcua/denied.pem"
#: what vouches for the uplink, which comes to central under its office's name
CENTRAL_CA: Final = "etc/motcua/central.pem"
ROOT: Final = "etc/motcua/authority.pem"
KEY_MODE: Final = 0o400


class _Found(BaseModel):
    """What a device knows of itself; more may stand in the file."""

    model_config = ConfigDict(extra="ignore")


class EnrolSetting(_Found):
    """Where the province's authority is reached."""

    url: str


class Setting(_Found):
    """``device.yaml`` as far as identities need it. ``instances``: process instance → its unit's user."""

    office: Id
    device: Id
    instances: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")], Name]
    authority: EnrolSetting | None = None

    @property
    def name(self) -> str:
        """``office/device``."""
        return f"{self.office}/{self.device}"


def read_setting(root: Path) -> Setting:
    """The device's own setting. Raises enrol.no_setting."""
    try:
        return Setting.model_validate(plain(load_marked(root / SETTING)))
    except (ConfigError, ValidationError) as error:
        raise ProvisionError("enrol.no_setting", file=f"/{SETTING}") from error


def make_requests(target: Target, instances: Mapping[str, str]) -> dict[str, bytes]:
    """A signing request (PEM) for each instance; its key is made where there is none."""
    return {instance: _request(instance, _key(target, instance, user)) for instance, user in instances.items()}


def _request(instance: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, instance)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM)


def _key(target: Target, instance: str, user: str) -> ec.EllipticCurvePrivateKey:
    path = target.root / IDENTITY / instance / "key.pem"
    with contextlib.suppress(OSError, ValueError, TypeError):
        there = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(there, ec.EllipticCurvePrivateKey):
            return there
    key = ec.generate_private_key(ec.SECP256R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    put(path, key.private_bytes(*form), mode=KEY_MODE, owner=_owner(target, user))
    return key


def _owner(target: Target, user: str) -> tuple[int, int] | None:
    return target.ids(Entry(path=IDENTITY, user=user, group=user)) if target.owners else None


def install(target: Target, instances: Mapping[str, str], certificates: Mapping[str, bytes]) -> None:
    """Put certificates beside their keys, all checked first. Raises enrol.wrong_answer; nothing is changed then."""
    for instance in instances:
        data = certificates.get(instance)
        problem = "none came" if data is None else _problem(target.root, instance, data)
        if problem:
            raise ProvisionError("enrol.wrong_answer", instance=instance, problem=problem)
    for instance, user in instances.items():
        path = target.root / IDENTITY / instance / "cert.pem"
        put(path, certificates[instance], mode=0o644, owner=_owner(target, user))


def install_denied(target: Target, data: bytes) -> bool:
    """Take a deny list, when the office's own authority signed it and it is newer; gives whether it was taken."""
    ca = _public(target.root)
    try:
        fresh = x509.load_pem_x509_crl(data)
    except ValueError:
        return False
    path = target.root / DENIED
    if ca is None or not fresh.is_signature_valid(ca) or (path.exists() and path.read_bytes() == data):
        return False
    with contextlib.suppress(OSError, ValueError):
        if _number(x509.load_pem_x509_crl(path.read_bytes())) > _number(fresh):
            return False
    put(path, data, mode=0o644, owner=(0, 0) if target.owners else None)
    return True


def _number(crl: x509.CertificateRevocationList) -> int:
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


@dataclass(frozen=True, slots=True)
class IdentityProblem:
    """What is wrong with one instance's identity."""

    instance: str
    problem: str

    def words(self) -> str:
        """One line."""
        return f"{IDENTITY}/{self.instance}: {self.problem}"


def identity_problems(target: Target, tree: Tree) -> list[IdentityProblem]:
    """Every instance whose key and certificate are not as they must be; the denied ones too."""
    return [
        IdentityProblem(instance, problem)
        for instance, user in tree.identities.items()
        for problem in _identity(target, instance, user)
    ]


def _identity(target: Target, instance: str, user: str) -> list[str]:
    folder = target.root / IDENTITY / instance
    try:
        there = (folder / "key.pem").lstat()
        data = (folder / "cert.pem").read_bytes()
    except OSError as error:
        return [f"{Path(str(error.filename)).name} missing: not enrolled"]
    found = []
    if stat.S_IMODE(there.st_mode) != KEY_MODE:
        found.append(f"key.pem mode {stat.S_IMODE(there.st_mode):o}, wanted {KEY_MODE:o}")
    if (owner := _owner(target, user)) and (there.st_uid, there.st_gid) != owner:
        found.append(f"key.pem belongs to {there.st_uid}:{there.st_gid}, wanted {user}")
    problem = _problem(target.root, instance, data)
    return [*found, problem] if problem else found


def _problem(root: Path, instance: str, data: bytes) -> str | None:
    """Why a certificate is not this instance's; None when it is."""
    uplink = instance == UPLINK
    try:
        certificate = x509.load_pem_x509_certificate(data)
        key = serialization.load_pem_private_key((root / IDENTITY / instance / "key.pem").read_bytes(), password=None)
        ca = x509.load_pem_x509_certificate((root / (CENTRAL_CA if uplink else CA)).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        return f"cannot be read ({type(error).__name__})"
    form: Any = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if certificate.public_key().public_bytes(*form) != key.public_key().public_bytes(*form):
        return "certificate of another key"
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    if [name.value for name in names] != [read_setting(root).office if uplink else instance]:
        return "certificate of another name"
    try:
        certificate.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError, TypeError):
        return f"not signed by {'central' if uplink else 'this office'}'s authority"
    return "on the deny list" if certificate.serial_number in _denied(root) else None


def _denied(root: Path) -> set[int]:
    with contextlib.suppress(OSError, ValueError):
        return {one.serial_number for one in x509.load_pem_x509_crl((root / DENIED).read_bytes())}
    return set()


def _public(root: Path) -> Any:
    with contextlib.suppress(OSError, ValueError):
        return x509.load_pem_x509_certificate((root / CA).read_bytes()).public_key()
    return None
