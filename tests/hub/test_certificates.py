"""The office hears that its certificates end while there is time to do something."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from queue_hub.certificates import WARN_DAYS, end_soon, ends_at_ms
from queue_hub.process import Hub
from queue_hub.web.words import WORDS

NOW = dt.datetime(2026, 11, 26, 8, 0, tzinfo=dt.UTC)
NOW_MS = int(NOW.timestamp() * 1000)


def authority(path: Path, ends: dt.datetime) -> Path:
    """An authority's certificate as the province's are, but for its end."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Motcua · {path.stem}")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=9000))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("days", "said"), [(9000, False), (WARN_DAYS + 1, False), (WARN_DAYS - 1, True), (1, True), (-3, True)]
)
def test_it_is_said_two_months_ahead_and_stays_said(tmp_path: Path, days: int, said: bool) -> None:
    ca = authority(tmp_path / "ca.pem", NOW + dt.timedelta(days=days))
    assert ends_at_ms([ca]) == NOW_MS + days * 86_400_000
    assert end_soon([ca], NOW_MS) is said


def test_the_first_end_counts_and_what_cannot_be_read_is_no_end(tmp_path: Path) -> None:
    late = authority(tmp_path / "late.pem", NOW + dt.timedelta(days=9000))
    soon = authority(tmp_path / "soon.pem", NOW + dt.timedelta(days=5))
    both = tmp_path / "both.pem"
    both.write_bytes(late.read_bytes() + soon.read_bytes())
    assert end_soon([late, soon], NOW_MS)
    assert end_soon([both], NOW_MS)
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("none", encoding="utf-8")
    assert ends_at_ms([tmp_path / "away.pem", nonsense]) is None
    assert not end_soon([tmp_path / "away.pem", nonsense, late], NOW_MS)


def test_the_hub_tells_its_console_by_the_clock_that_it_believes(tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []
    ca = authority(tmp_path / "ca.pem", NOW + dt.timedelta(days=30))
    moment = SimpleNamespace(utc_ms=NOW_MS)
    hub = SimpleNamespace(
        options=SimpleNamespace(http_tls=(Path("c"), Path("k"), ca), broker_tls=SimpleNamespace(ca=ca)),
        engine=SimpleNamespace(moment=moment),
        _report=lambda kind, there: told.append((kind, there)),
        _body=frozenset(),
    )
    Hub._look_at_certificates(hub)  # type: ignore[arg-type]
    moment.utc_ms -= 60 * 86_400_000
    Hub._look_at_certificates(hub)  # type: ignore[arg-type]
    assert told == [("certificate_ends", True), ("certificate_ends", False)]
    assert f"{WARN_DAYS} ngày" in WORDS["alert.certificate_ends"][0]
    assert f"{WARN_DAYS} days" in WORDS["alert.certificate_ends"][1]


def test_two_who_look_at_certificates_do_not_take_back_each_others_word(tmp_path: Path) -> None:
    """The hub's daily look sees the authority; what health finds may be a process's own certificate."""
    told: dict[str, bool] = {}
    hub = SimpleNamespace(
        options=SimpleNamespace(http_tls=None, broker_tls=None),
        engine=SimpleNamespace(moment=SimpleNamespace(utc_ms=0)),
        _report=told.__setitem__, _body=frozenset(), _ends_soon=False,
    )  # fmt: skip
    found = frozenset({"certificate_ends", "backup_old"})
    Hub._on_body(hub, found)  # type: ignore[arg-type]
    Hub._look_at_certificates(hub)  # type: ignore[arg-type]
    assert told == {"certificate_ends": True, "backup_old": True}
    hub._ends_soon = True
    Hub._on_body(hub, frozenset())  # type: ignore[arg-type]
    assert told == {"certificate_ends": True, "backup_old": False}
    Hub._look_at_certificates(hub)  # type: ignore[arg-type]
    assert told == {"certificate_ends": False, "backup_old": False}
