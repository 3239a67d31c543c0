"""How many days the certificates of this device are good for: its office's authority's and its processes' own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from queue_kit.doctor.check import Check, Doing, Outcome, absent, failed, ok
from queue_kit.doctor.described import described
from queue_kit.doctor.setting import Setting
from queue_kit.health.troubles import CERTIFICATE_DAYS

_ETC: Final = "etc/motcua"


def checks(setting: Setting) -> list[Check]:
    """The certificates that this device shows and trusts."""
    return [
        Check(
            name="certificates", code=24, vi="Chứng thư", en="Certificates",
            run=lambda _doing: _certificates(setting, _doing),
        )
    ]  # fmt: skip


def _certificates(setting: Setting, _doing: Doing) -> Outcome:
    device = described(setting.root)
    if device is None:
        return absent("doctor.no_device")
    # By name: nobody but root may list the folder of identities.
    places = [f"{_ETC}/ca.pem", *(f"{_ETC}/identity/{instance}/cert.pem" for instance in device.instances)]
    ends: dict[str, datetime] = {}
    missing = []
    for place in places:
        try:
            ends[place] = _end(setting.root / place)
        except (OSError, ValueError):
            missing.append(f"/{place}")
    if missing:
        return failed("doctor.certificate_away", files=", ".join(missing))
    place, end = min(ends.items(), key=lambda one: one[1])
    days = (end - datetime.now(UTC)).days
    if days < 0:
        return failed("doctor.certificate_ended", file=f"/{place}", date=f"{end:%d/%m/%Y}")
    if days < CERTIFICATE_DAYS:
        return failed("doctor.certificate_ends", file=f"/{place}", days=days)
    return ok("doctor.certificates", count=len(ends), days=days)


def _end(file: Path) -> datetime:
    """When the first certificate in a file ends. Raises OSError, ValueError."""
    from cryptography import x509

    return min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(file.read_bytes()))
