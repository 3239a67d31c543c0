from __future__ import annotations

import ssl
import stat
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from fastapi import FastAPI

from queue_core.errors import ConfigError
from queue_hub.tls import is_loopback, local_names, office_tls
from queue_hub.web.server import Listener, WebThread


def hello() -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def root() -> str:
        return "xin chào"

    return app


def test_a_browser_that_knows_the_offices_ca_trusts_the_hub(tmp_path: Path) -> None:
    files = office_tls(tmp_path, ["hub.mau.local", "192.0.2.7"], office="xa-mau")
    web = WebThread([Listener(app=hello(), tls=files)])
    web.start()
    try:
        url = f"https://127.0.0.1:{web.ports[0]}/"
        assert httpx.get(url, verify=ssl.create_default_context(cafile=str(files.ca))).json() == "xin chào"
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)
    finally:
        web.stop()


def test_the_certificate_names_the_hub_and_begins_with_the_ca(tmp_path: Path) -> None:
    files = office_tls(tmp_path, ["hub.mau.local", "192.0.2.7", "2001:db8::7"], office="xa-mau")
    ca = x509.load_pem_x509_certificate(files.ca.read_bytes())
    mine = x509.load_pem_x509_certificate(files.cert.read_bytes())
    alts = mine.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alts.get_values_for_type(x509.DNSName) == ["hub.mau.local", "localhost"]
    assert [str(a) for a in alts.get_values_for_type(x509.IPAddress)] == ["192.0.2.7", "2001:db8::7", "127.0.0.1"]
    assert mine.not_valid_before_utc == ca.not_valid_before_utc
    assert (mine.not_valid_after_utc - mine.not_valid_before_utc).days > 20 * 365
    mine.verify_directly_issued_by(ca)
    for secret in (files.key, tmp_path / "ca.key"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_a_long_vietnamese_name_is_cut_at_a_letter(tmp_path: Path) -> None:
    files = office_tls(tmp_path, ["hub.local"], office="Trung tâm Phục vụ hành chính công xã Mẫu Sơn")
    ca = x509.load_pem_x509_certificate(files.ca.read_bytes())
    (name,) = ca.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert str(name.value).startswith("Motcua CA · Trung tâm Phục vụ hành chính")
    assert len(str(name.value).encode()) <= 64


def test_it_is_made_once_and_anew_when_the_names_change(tmp_path: Path) -> None:
    first = office_tls(tmp_path, ["hub.local"], office="xa-mau")
    ca, cert = first.ca.read_bytes(), first.cert.read_bytes()
    assert office_tls(tmp_path, ["hub.local"], office="xa-mau").cert.read_bytes() == cert
    office_tls(tmp_path, ["hub.local", "192.0.2.8"], office="xa-mau")
    assert first.cert.read_bytes() != cert
    assert first.ca.read_bytes() == ca, "the CA that browsers know stays"


@pytest.mark.parametrize("name", ["", "hub local", "hub_1", "-x", "a" * 64, "*.local", "hub;rm", "xã.vn"])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        office_tls(tmp_path, [name], office="xa-mau")
    assert caught.value.key == "tls.name"


def test_the_names_of_this_machine_fit_a_certificate(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.0.2.5"):
        names = local_names(host)
        assert ("192.0.2.5" in names) == (host == "192.0.2.5")
        assert "0.0.0.0" not in names
        office_tls(tmp_path / host, names, office="xa-mau")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "hub.local"])
def test_plain_http_is_for_this_machine_only(host: str) -> None:
    with pytest.raises(ConfigError) as caught:
        WebThread([Listener(app=hello(), host=host)])
    assert caught.value.key == "tls.needed"


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False)]
)
def test_what_is_this_machine(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_a_port_that_is_taken_is_said_so() -> None:
    web = WebThread([Listener(app=hello())])
    with pytest.raises(ConfigError) as caught:
        WebThread([Listener(app=hello(), port=web.ports[0])])
    web.stop()
    assert caught.value.key == "web.port_taken"


def test_a_front_that_ends_by_itself_takes_the_hub_down() -> None:
    import threading

    died = threading.Event()
    web = WebThread([Listener(app=hello())], fatal=lambda _: died.set())
    web.start()
    web._servers[0].should_exit = True
    assert died.wait(10)
    web.stop()
    wanted = threading.Event()
    web = WebThread([Listener(app=hello())], fatal=lambda _: wanted.set())
    web.start()
    web.stop()
    assert not web.alive
    assert not wanted.is_set()


def test_cookies_are_secure_behind_tls(tmp_path: Path) -> None:
    from queue_core.clock import SimulatedClock
    from queue_core.journal import Journal
    from queue_core.office import Office
    from queue_hub.accounts import Accounts
    from queue_hub.engine import Engine
    from queue_hub.web.app import make_app
    from queue_hub.web.context import WebSettings
    from tests.hub_web.house import MONDAY_8AM, PASSWORD, log_in, office_values

    journal = Journal.open(tmp_path / "hub.db", simulated=True)
    engine = Engine(journal, SimulatedClock(MONDAY_8AM), Office.model_validate(office_values()))
    engine.start()
    accounts = Accounts(tmp_path)
    accounts.create("quantri", PASSWORD, "administrator", "Quản trị")
    files = office_tls(tmp_path / "tls", ["hub.local"], office="xa-mau")
    web = WebThread([Listener(app=make_app(engine, accounts, WebSettings(data=tmp_path, tls=True)), tls=files)])
    web.start()
    trust = ssl.create_default_context(cafile=str(files.ca))
    with httpx.Client(base_url=f"https://127.0.0.1:{web.ports[0]}", verify=trust) as http:
        answer = log_in(http, "quantri", PASSWORD)
        cookies = [v for k, v in answer.headers.multi_items() if k == "set-cookie"]
        assert any(x.startswith("__Host-motcua=") and "Secure" in x for x in cookies)
        assert http.get("/room").status_code == 200
    web.stop()
    engine.stop()
    journal.close()
    accounts.close()


def test_answers_are_not_held_back() -> None:
    """Header and body go in two writes: with Nagle's algorithm each answer would wait 40 ms for an acknowledgement."""
    import time

    web = WebThread([Listener(app=hello())])
    web.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{web.ports[0]}") as http:
        times_s = []
        for _ in range(15):
            started_s = time.perf_counter()
            http.get("/")
            times_s.append(time.perf_counter() - started_s)
    web.stop()
    assert sorted(times_s)[5] < 0.03
