"""A television elsewhere: it comes to the office's broker by its certificate, and half an identity is refused."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from queue_core.wire.bus import Bus
from queue_core.wire.tls import TlsFiles, broker_tls
from queue_kit.broker import Broker, TlsListener, office_accounts
from queue_kit.broker.process import free_port
from tests.wire.certificates import Authority
from tests.wire.harness import DEADLINE_S, TOPICS, Box

OPTIONS = [
    "--province", TOPICS.province, "--office", TOPICS.office, "--screen", "none", "--voice", "none", "--audio", "none",
]  # fmt: skip


def test_a_board_comes_by_its_certificate(tmp_path: Path) -> None:
    office = Authority(tmp_path / "office")
    server, board = office.issue("broker"), office.issue("board-1")
    tls = TlsListener(free_port(), server.ca, server.certificate, server.key, host="127.0.0.1")
    with Broker(tmp_path / "b", accounts=office_accounts(), tls=[tls]) as broker:
        box = Box()
        hub = Bus(host="127.0.0.1", port=broker.port, topics=TOPICS, client="hub", password=broker.password("hub"))
        hub.subscribe(TOPICS.all_device_states, box)
        hub.start()
        identity = ["--tls-ca", board.ca, "--tls-cert", board.certificate, "--tls-key", board.key]
        words = [sys.executable, "-m", "motcua", "display", *OPTIONS, "--broker-port", str(tls.port), *identity]
        process = subprocess.Popen(words)
        try:
            box.wait_state("board-1", state="ready")
            process.send_signal(signal.SIGTERM)
            assert process.wait(DEADLINE_S) == 0
        finally:
            process.kill()
            hub.stop()


def test_half_an_identity_is_refused(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "motcua", "display", *OPTIONS, "--tls-ca", str(tmp_path / "ca.pem")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "belong together" in done.stderr


@pytest.mark.parametrize("given", [(None, None, None), (Path("a"), Path("b"), Path("c"))])
def test_a_whole_identity_or_none(given: tuple[Path | None, Path | None, Path | None]) -> None:
    assert broker_tls(*given) == (TlsFiles(*given) if all(given) else None)
