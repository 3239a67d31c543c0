"""The province's list of denied certificates (a CRL, RFC 5280), and whether the broker may be given it.

mosquitto hands the list to OpenSSL, which refuses *every* client when the list has expired, is not yet valid, or is
not there for the authority that signed the client. An office that is cut off for a year must not stop for that. So a
list is used only when it cannot do so: signed by each authority that issues, already valid, and valid for as long as
the authority itself. Otherwise the last good one is used, or none, and that is said.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes, PublicKeyTypes

from firmware_config.errors import FirmwareError

_LARGEST_BYTES: Final = 8 * 1024 * 1024
_LIST: Final = re.compile(rb"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)


def check(denied: Path, ca: Path, now: dt.datetime) -> list[x509.CertificateRevocationList]:
    """The lists of a file that may be given to the broker; ``ca``: its authorities; ``now`` with a time zone.

    Raises :class:`FirmwareError` ``firmware.deny_list`` with what would lock the office out.
    """
    try:
        authorities = x509.load_pem_x509_certificates(ca.read_bytes())
        content = denied.read_bytes()
        if len(content) > _LARGEST_BYTES:
            raise _problem(denied, f"over {_LARGEST_BYTES} bytes")
        lists = [x509.load_pem_x509_crl(one) for one in _LIST.findall(content)]
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _problem(denied, str(error) or type(error).__name__) from error
    for authority in _issuing(authorities):
        _judge(denied, authority, lists, now)
    return lists


def usable(denied: Path, ca: Path, kept: Path, now: dt.datetime) -> tuple[Path | None, FirmwareError | None]:
    """The file to give to the broker, and what is wrong with the newest one.

    ``kept``: where the last good list lies; a good one is copied there, and from there it is used, so that a bad one
    that comes later does not take it away. (None, None): there is no list at all.
    """
    trouble = None
    if denied.exists():
        try:
            check(denied, ca, now)
        except FirmwareError as error:
            trouble = error
        else:
            if not kept.exists() or kept.read_bytes() != denied.read_bytes():
                _copy(denied, kept)
    if not kept.exists():
        return None, trouble
    try:
        check(kept, ca, now)
    except FirmwareError as error:
        return None, trouble or error
    return kept, trouble


def _issuing(authorities: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Those whose certificates clients hold: OpenSSL asks for the list of a client's own issuer only."""
    above = {one.issuer for one in authorities if one.issuer != one.subject}
    return [one for one in authorities if one.subject not in above]


def _judge(
    file: Path, authority: x509.Certificate, lists: Sequence[x509.CertificateRevocationList], now: dt.datetime
) -> None:
    name = authority.subject.rfc4514_string()
    own = [one for one in lists if one.issuer == authority.subject and _signed(one, authority.public_key())]
    if not own:
        raise _problem(file, f"no list signed by {name}")
    for one in own:
        if one.last_update_utc > now:
            raise _problem(file, f"valid only from {one.last_update_utc:%Y-%m-%d}; this clock says {now:%Y-%m-%d}")
        until = one.next_update_utc
        if until is not None and until < authority.not_valid_after_utc:
            end = authority.not_valid_after_utc
            raise _problem(file, f"it ends on {until:%Y-%m-%d}, and must not before {name} does, {end:%Y-%m-%d}")


def _signed(one: x509.CertificateRevocationList, key: PublicKeyTypes) -> bool:
    try:
        return one.is_signature_valid(cast("CertificateIssuerPublicKeyTypes", key))
    except (InvalidSignature, TypeError, UnsupportedAlgorithm):
        return False


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    with part.open("wb") as file:
        file.write(source.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


def _problem(file: Path, problem: str) -> FirmwareError:
    return FirmwareError("firmware.deny_list", file=str(file), problem=problem)
