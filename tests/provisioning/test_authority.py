"""Identities: a key that stays on the device, a one-time token, a certificate that is worth something in one office."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import ssl
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from provisioning.apply import Target
from provisioning.authority import Authority
from provisioning.enrolment import MAX_MESSAGE_BYTES, enrol
from provisioning.errors import ProvisionError, TokenError
from provisioning.identity import install_denied
from queue_core.clock import BUILD_FLOOR_MS
from tests.provisioning.conftest import Office, Service

IDENTITY = "etc/motcua/identity"


@pytest.fixture
def root(office: Office, tmp_path: Path) -> Path:
    office.applied("kiosk-1", tmp_path / "kiosk")
    return tmp_path / "kiosk"


def token_for(office: Office, device: str, *words: object) -> str:
    said = office.run("token", office.inventory, "--device", device, "--authority", office.ca, *words)
    return said.stdout.strip()


def names(root: Path, instance: str) -> tuple[str, list[str]]:
    certificate = x509.load_pem_x509_certificate((root / IDENTITY / instance / "cert.pem").read_bytes())
    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    try:
        alts = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return str(name.value), []
    return str(name.value), [str(alt.value) for alt in alts]


# --- over HTTPS, the service a process


def test_a_device_gets_its_identities_over_https_and_verify_agrees(
    office: Office, root: Path, service: Service, tmp_path: Path
) -> None:
    secret = tmp_path / "token"
    secret.write_text(token_for(office, "kiosk-1"))
    said = office.run("enrol", "--root", root, "--token-file", secret, "--url", service.url)
    assert said.stdout == "enrolled\n"
    hub = "hub.xa-mau-son.motcua.internal"
    assert names(root, "kiosk-1") == ("kiosk-1", [])
    assert names(root, "hub") == ("hub", [hub, "192.168.10.10", "127.0.0.1"])
    assert names(root, "broker") == ("broker", [hub, "192.168.10.10", "127.0.0.1"])
    for instance in ("broker", "hub", "kiosk-1"):
        assert stat.S_IMODE((root / IDENTITY / instance / "key.pem").stat().st_mode) == 0o400
    assert "as the inventory says" in office.verified("kiosk-1", root).output
    before = (root / IDENTITY / "hub/key.pem").read_bytes()
    assert "nothing to enrol" in office.run("enrol", "--root", root, "--url", service.url).stdout
    assert (root / IDENTITY / "hub/key.pem").read_bytes() == before


def test_a_service_that_the_provinces_root_does_not_vouch_for_is_not_believed(
    office: Office, root: Path, service: Service, tmp_path: Path
) -> None:
    Authority.make(tmp_path / "other", "tinh-mau")
    shutil.copy(tmp_path / "other/root.pem", root / "etc/motcua/authority.pem")
    with pytest.raises(ProvisionError) as caught:
        enrol(Target.at(root), token_for(office, "kiosk-1"), url=service.url)
    assert caught.value.key == "enrol.away"
    assert not (root / IDENTITY / "hub/cert.pem").exists()


def test_tokens_that_are_wrong_expired_or_used_are_refused(
    office: Office, root: Path, service: Service, tmp_path: Path
) -> None:
    def refused(token: str, where: Path = root) -> str:
        with pytest.raises(TokenError) as caught:
            enrol(Target.at(where), token, url=service.url)
        return caught.value.key

    assert refused("nobodys-token") == "enrol.token_unknown"
    assert refused(token_for(office, "board-1")) == "enrol.token_unknown", "another device's"
    late = token_for(office, "kiosk-1")
    with sqlite3.connect(office.ca / "book.db") as book:
        words = "UPDATE token SET expires_at_s = 1 WHERE device = 'xa-mau-son/kiosk-1' AND used_at_s IS NULL"
        assert book.execute(words).rowcount == 1
    book.close()
    assert refused(late) == "enrol.token_expired"
    earlier, good = token_for(office, "kiosk-1"), token_for(office, "kiosk-1")
    assert refused(earlier) == "enrol.token_unknown", "a newer one makes it void"
    assert enrol(Target.at(root), good, url=service.url) == "enrolled"
    thief = tmp_path / "thief"
    office.applied("kiosk-1", thief)
    assert refused(good, thief) == "enrol.token_used"
    assert not (thief / IDENTITY / "hub/cert.pem").exists()


def test_a_token_is_kept_as_its_hash_alone(office: Office) -> None:
    token = token_for(office, "kiosk-1")
    assert stat.S_IMODE((office.ca / "book.db").stat().st_mode) == 0o600
    for path in office.ca.rglob("*"):
        assert path.is_dir() or token.encode() not in path.read_bytes()


def test_an_answer_lost_on_the_way_locks_nobody_out(office: Office, root: Path, service: Service) -> None:
    token = token_for(office, "kiosk-1")
    target = Target.at(root)
    enrol(target, token, url=service.url)
    first = (root / IDENTITY / "hub/cert.pem").read_bytes()
    for instance in ("hub", "broker", "kiosk-1"):
        (root / IDENTITY / instance / "cert.pem").unlink()
    assert enrol(target, token, url=service.url) == "enrolled", "the same keys, the same token"
    assert (root / IDENTITY / "hub/cert.pem").read_bytes() == first
    office.run("deny", office.inventory, "--device", "kiosk-1", "--authority", office.ca)
    (root / IDENTITY / "hub/cert.pem").unlink()
    with pytest.raises(TokenError, match=r"enrol\.token_used"):
        enrol(target, token, url=service.url)


def test_a_service_that_is_away_is_told_and_the_key_stays(office: Office, root: Path) -> None:
    with pytest.raises(ProvisionError) as caught:
        enrol(Target.at(root), token_for(office, "kiosk-1"), url="https://localhost:1")
    assert caught.value.key == "enrol.away"
    key = (root / IDENTITY / "hub/key.pem").read_bytes()
    with pytest.raises(ProvisionError):
        enrol(Target.at(root), token_for(office, "kiosk-1"), url="https://localhost:1")
    assert (root / IDENTITY / "hub/key.pem").read_bytes() == key


def ask(service: Service, office: Office, data: bytes) -> tuple[int, str]:
    context = ssl.create_default_context(cafile=str(office.ca / "root.pem"))
    port = int(service.url.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as wire,
    ):
        head = f"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
        with contextlib.suppress(OSError):
            wire.sendall(head.encode() + data)
        answer = b""
        while chunk := wire.recv(4096):
            answer += chunk
    return int(answer.split(b" ", 2)[1]), answer.decode()


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", 400, "enrol.bad_request"),
        (b"[]", 400, "enrol.bad_request"),
        (b'{"token": "x", "device": "a/b", "requests": {"hub": "no pem"}}', 400, "enrol.bad_request"),
        (b'{"token": "x", "device": "../b", "requests": {}}', 400, "device"),
        (b"x" * (MAX_MESSAGE_BYTES + 1), 413, ""),
    ],
)
def test_nonsense_gets_a_refusal_and_the_service_goes_on(
    office: Office, service: Service, data: bytes, code: int, words: str
) -> None:
    found, answer = ask(service, office, data)
    assert found == code
    assert words in answer
    assert service.process.poll() is None


# --- what is signed


def request(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, name: str = "hub") -> bytes:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def test_what_is_asked_for_beyond_the_token_is_refused_and_the_token_stays_good(office: Office) -> None:
    authority = office.authority()
    token = authority.token(office.place("board-1"))
    key = ec.generate_private_key(ec.SECP256R1())
    bad = [
        {"hub": request(key)},
        {"board-1": request(key), "hub": request(key)},
        {"board-1": b"no request"},
        {"board-1": request(rsa.generate_private_key(65537, 2048))},
    ]
    for requests in bad:
        with pytest.raises(ProvisionError) as caught:
            authority.enrol(token, "xa-mau-son/board-1", requests)
        assert caught.value.key == "enrol.bad_request"
    # Whatever name the request bears, the certificate bears the token's.
    (given,) = authority.enrol(token, "xa-mau-son/board-1", {"board-1": request(key, "hub")}).values()
    (name,) = x509.load_pem_x509_certificate(given).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert name.value == "board-1"


def test_certificates_last_long_and_are_good_for_a_device_without_a_clock(office: Office) -> None:
    authority = office.authority()
    token = authority.token(office.place("board-1"))
    key = ec.generate_private_key(ec.SECP256R1())
    (data,) = authority.enrol(token, "xa-mau-son/board-1", {"board-1": request(key)}).values()
    mine, ca = x509.load_pem_x509_certificate(data), authority.office("xa-mau-son").certificate
    assert mine.not_valid_before_utc == ca.not_valid_before_utc
    assert ca.not_valid_before_utc.timestamp() * 1000 <= BUILD_FLOOR_MS, "a device without a clock starts there"
    assert (mine.not_valid_after_utc - mine.not_valid_before_utc).days > 20 * 365
    crl = x509.load_pem_x509_crl(authority.denied("xa-mau-son"))
    assert crl.last_update_utc == ca.not_valid_before_utc
    assert crl.next_update_utc == ca.not_valid_after_utc


def test_an_authority_is_never_made_over_and_its_keys_are_its_own(office: Office, tmp_path: Path) -> None:
    assert "authority.exists" in office.run("authority", office.ca, "--province", "x", code=1).output
    (office.ca / "root.key").chmod(0o640)
    assert "authority.readable" in token_refused(office)
    (office.ca / "root.key").chmod(0o600)
    office.change("province: tinh-mau", "province: tinh-khac")
    assert "authority.other_province" in token_refused(office)
    secret = tmp_path / "passphrase"
    secret.touch(mode=0o600)
    secret.write_text("chín chữ cái\n")
    folder = tmp_path / "locked"
    office.run("authority", folder, "--province", "tinh-khac", "--passphrase-file", secret)
    assert b"ENCRYPTED" in (folder / "root.key").read_bytes()
    words = ["token", office.inventory, "--device", "kiosk-1", "--authority", folder]
    assert "authority.locked" in office.run(*words, code=1).output
    assert office.run(*words, "--passphrase-file", secret).stdout.strip()


def token_refused(office: Office) -> str:
    return office.run("token", office.inventory, "--device", "kiosk-1", "--authority", office.ca, code=1).output


# --- without a network


def test_a_stick_carries_requests_there_and_certificates_back(office: Office, root: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    target, token = Target.at(root), token_for(office, "kiosk-1")
    for _again in range(2):
        with pytest.raises(ProvisionError) as caught:
            enrol(target, token, folder=stick)
        assert caught.value.key == "enrol.waiting"
    assert "signed" in office.run("sign", stick, "--authority", office.ca).stdout
    assert b"PRIVATE" not in b"".join(path.read_bytes() for path in stick.iterdir())
    assert enrol(target, token, folder=stick) == "enrolled"
    assert "as the inventory says" in office.verified("kiosk-1", root).output
    assert [path.name for path in stick.iterdir()] == ["motcua-xa-mau-son.denied.pem"], "what was spent is gone"


def test_a_refusal_on_the_stick_is_told_and_a_new_token_goes_on(office: Office, root: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    target = Target.at(root)
    with pytest.raises(ProvisionError, match=r"enrol\.waiting"):
        enrol(target, "nobodys-token", folder=stick)
    assert "enrol.token_unknown" in office.run("sign", stick, "--authority", office.ca, code=1).output
    with pytest.raises(TokenError, match=r"enrol\.token_unknown"):
        enrol(target, "nobodys-token", folder=stick)
    with pytest.raises(ProvisionError, match=r"enrol\.waiting"):
        enrol(target, token_for(office, "kiosk-1"), folder=stick)
    office.run("sign", stick, "--authority", office.ca)
    assert enrol(target, None, folder=stick) == "enrolled"


# --- the deny list


def test_a_newer_deny_list_is_taken_along_an_older_or_strange_one_never(
    office: Office, root: Path, service: Service, tmp_path: Path
) -> None:
    target = Target.at(root)
    enrol(target, token_for(office, "kiosk-1"), url=service.url)
    board = tmp_path / "board"
    office.applied("board-1", board)
    enrol(Target.at(board), token_for(office, "board-1"), url=service.url)
    path = root / "etc/motcua/denied.pem"
    before = path.read_bytes()
    office.run("deny", office.inventory, "--device", "board-1", "--authority", office.ca)
    assert "denied.pem: differs" in office.verified("kiosk-1", root, code=1).output
    assert "nothing to enrol" in office.run("enrol", "--root", root, "--url", service.url).stdout
    after = path.read_bytes()
    assert after != before
    assert "as the inventory says" in office.verified("kiosk-1", root).output
    assert not install_denied(target, before), "an older one"
    strange = Authority.make(tmp_path / "strange", "tinh-mau")
    assert not install_denied(target, strange.denied("xa-mau-son")), "nobody's"
    assert not install_denied(target, b"nonsense")
    assert path.read_bytes() == after
    office.applied("board-1", board)
    assert "board-1: on the deny list" in office.verified("board-1", board, code=1).output


def test_the_hubs_nightly_look_takes_the_list_alone_and_keeps_its_hands_off_the_keys(
    office: Office, root: Path, service: Service
) -> None:
    """It needs neither token nor keys; what it took does not take itself again."""
    enrol(Target.at(root), token_for(office, "kiosk-1"), url=service.url)
    keys = list((root / IDENTITY).glob("*/key.pem"))
    for key in keys:
        key.rename(key.with_name("elsewhere"))
    words = ["--root", root, "--url", service.url]
    assert office.run("deny-list", *words).stdout == "no newer deny list\n"
    office.run("deny", office.inventory, "--device", "kiosk-1", "--authority", office.ca)
    assert office.run("deny-list", *words, "--json").stdout == (
        '{"name": "provision deny-list", "ok": true, "taken": true}\n'
    )
    assert office.run("deny-list", *words).stdout == "no newer deny list\n"
    away = office.run("deny-list", "--root", root, "--url", "https://localhost:1", code=1).output
    assert "enrol.away" in away
    assert not [key for key in keys if key.exists()]


def test_a_denied_device_with_a_new_token_begins_again_at_once(office: Office, root: Path, service: Service) -> None:
    """Its own list is old: it learns of the denial on the way, and does not believe itself enrolled."""
    target = Target.at(root)
    enrol(target, token_for(office, "kiosk-1"), url=service.url)
    before = (root / IDENTITY / "kiosk-1/cert.pem").read_bytes()
    office.run("deny", office.inventory, "--device", "kiosk-1", "--authority", office.ca)
    assert enrol(target, token_for(office, "kiosk-1"), url=service.url) == "enrolled"
    assert (root / IDENTITY / "kiosk-1/cert.pem").read_bytes() != before
    assert "as the inventory says" in office.verified("kiosk-1", root).output


def test_denying_what_was_never_signed_is_told(office: Office) -> None:
    said = office.run("deny", office.inventory, "--device", "signs-1", "--authority", office.ca, code=1)
    assert "deny.unknown" in said.output


# --- at a real broker


@contextlib.contextmanager
def mosquitto(root: Path, folder: Path) -> Iterator[int]:
    """A broker with its own certificate, the office's authority and its deny list; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    lines = [
        f"listener {port} 127.0.0.1", f"cafile {root}/etc/motcua/ca.pem", f"crlfile {root}/etc/motcua/denied.pem",
        f"certfile {root}/{IDENTITY}/broker/cert.pem", f"keyfile {root}/{IDENTITY}/broker/key.pem",
        "require_certificate true", "use_identity_as_username true", "use_username_as_clientid true",
        "log_dest stderr", "log_type all",
        *(["user root"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    config = folder / "mosquitto.conf"
    config.write_text("\n".join(lines) + "\n")
    path = {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    process = subprocess.Popen(["mosquitto", "-c", config], stderr=subprocess.PIPE, text=True, env=path)
    assert process.stderr is not None
    try:
        said = []
        for line in process.stderr:
            said.append(line)
            if "running" in line:
                break
        else:
            pytest.fail("".join(said))
        reader = threading.Thread(target=process.stderr.read)
        reader.start()
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)
        reader.join(timeout=10)


def enrol_directly(authority: Authority, office: Office, device: str, root: Path) -> None:
    from provisioning.identity import install, make_requests, read_setting

    target, place = Target.at(root), office.place(device)
    instances = read_setting(root).instances
    token = authority.token(place)
    install(target, instances, authority.enrol(token, place.name, make_requests(target, instances)))


def admitted(port: int, root: Path, instance: str, ca: Path) -> bool:
    """Whether the broker lets a client in: MQTT 5 CONNECT by hand, answered by CONNACK 0."""
    context = ssl.create_default_context(cafile=str(ca))
    own = root / IDENTITY / instance
    context.load_cert_chain(own / "cert.pem", own / "key.pem")
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname="hub.xa-mau-son.motcua.internal") as wire,
        ):
            wire.sendall(b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x03" + b"abc")
            answer = wire.recv(4)
            return len(answer) == 4 and answer[0] == 0x20 and answer[3] == 0
    except (ssl.SSLError, ConnectionError):
        return False


def test_the_broker_lets_this_offices_clients_in_and_nobody_elses(office: Office, root: Path, tmp_path: Path) -> None:
    authority, ca = office.authority(), root / "etc/motcua/ca.pem"
    enrol_directly(authority, office, "kiosk-1", root)
    # The same name in another office of the same province.
    text = office.inventory.read_text(encoding="utf-8")
    own, other = tmp_path / "own", tmp_path / "other"
    office.applied("board-1", own)
    enrol_directly(authority, office, "board-1", own)
    office.inventory.write_text(text.replace("xa-mau-son", "xa-ke-ben"), encoding="utf-8")
    office.applied("board-1", other)
    enrol_directly(authority, office, "board-1", other)
    with mosquitto(root, tmp_path) as port:
        assert admitted(port, root, "kiosk-1", ca)
        assert admitted(port, own, "board-1", ca)
        assert not admitted(port, other, "board-1", ca)


def test_the_broker_refuses_who_is_on_the_deny_list(office: Office, root: Path, tmp_path: Path) -> None:
    authority, ca = office.authority(), root / "etc/motcua/ca.pem"
    enrol_directly(authority, office, "kiosk-1", root)
    board = tmp_path / "board"
    office.applied("board-1", board)
    enrol_directly(authority, office, "board-1", board)
    with mosquitto(root, tmp_path) as port:
        assert admitted(port, board, "board-1", ca)
    authority.deny("xa-mau-son/board-1")
    office.applied("kiosk-1", root)
    with mosquitto(root, tmp_path) as port:
        assert not admitted(port, board, "board-1", ca)
        assert admitted(port, root, "kiosk-1", ca), "the list says nothing of the others"


def test_a_certificate_names_no_machine_outside_the_offices_own_names(office: Office, tmp_path: Path) -> None:
    """An office's key that was stolen must not play another house's server: name constraints hold in OpenSSL."""
    authority = office.authority()
    place = office.place("kiosk-1")
    signer = authority.office(place.office.id)
    from provisioning.authority import _leaf, alternatives, pem

    key = ec.generate_private_key(ec.SECP256R1())
    usages = [x509.ExtendedKeyUsageOID.SERVER_AUTH]
    for name, good in (("hub.xa-mau-son.motcua.internal", True), ("bank.example", False)):
        certificate = _leaf(signer, key.public_key(), "broker", alternatives([name]), usages)
        (tmp_path / "leaf.pem").write_bytes(pem(certificate))
        (tmp_path / "ca.pem").write_bytes(pem(signer.certificate))
        words = ["openssl", "verify", "-CAfile", tmp_path / "ca.pem", tmp_path / "leaf.pem"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is good, done.stdout + done.stderr
