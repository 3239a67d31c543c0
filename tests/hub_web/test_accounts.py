from __future__ import annotations

import io
import sqlite3
import stat
from pathlib import Path

import pytest
from PIL import Image

from queue_hub.account_errors import AccountError
from queue_hub.accounts import CODE_FILE, Accounts, Role
from queue_hub.portrait import PHOTO_MAX_BYTES, SIDE_PX
from queue_hub.web import sessions as sessions_module
from queue_hub.web.sessions import LIFE_S, Sessions
from queue_hub.web.tokens import Tokens

GOOD = "mùa xuân trên bản"


@pytest.fixture
def book(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path)


@pytest.mark.parametrize(
    ("username", "password", "name", "key"),
    [
        ("Lan", GOOD, "Lan", "account.username"),
        ("l", GOOD, "Lan", "account.username"),
        ("lan<script>", GOOD, "Lan", "account.username"),
        ("lan", "ngắn", "Lan", "account.weak_password"),
        ("lan", "aaaaaaaaaaaaaa", "Lan", "account.weak_password"),
        ("lan", "lan lan lan nguyễn", "Lan", "account.weak_password"),
        ("minh", "MatKhau2026!", "Minh", "account.weak_password"),
        ("lan", "x" * 201, "Lan", "account.weak_password"),
        ("lan", GOOD, "   ", "account.name"),
    ],
)
def test_an_account_that_cannot_be(book: Accounts, username: str, password: str, name: str, key: str) -> None:
    with pytest.raises(AccountError) as caught:
        book.create(username, password, "officer", name)
    assert caught.value.key == key
    assert book.all() == []


def test_a_password_is_kept_as_an_argon2_hash_only(book: Accounts, tmp_path: Path) -> None:
    book.create("lan", GOOD, Role.OFFICER, "  Nguyễn   Thị Lan ")
    assert book.get("lan").name == "Nguyễn Thị Lan"  # type: ignore[union-attr]
    assert book.query("SELECT hash FROM account")[0][0].startswith("$argon2id$")
    assert book.verify("lan", GOOD) == book.get("lan")
    assert book.verify("lan", GOOD + " ") is None
    assert book.verify("nobody", GOOD) is None
    book.close()
    for path in tmp_path.iterdir():
        assert GOOD.encode() not in path.read_bytes()
    assert stat.S_IMODE((tmp_path / "accounts.db").stat().st_mode) == 0o600


def test_the_last_administrator_stays(book: Accounts) -> None:
    book.create("quantri", GOOD, "administrator", "Quản trị")
    for attempt in (
        lambda: book.remove("quantri", by="x"),
        lambda: book.change("quantri", role="officer", by="x"),
    ):
        with pytest.raises(AccountError) as caught:
            attempt()
        assert caught.value.key == "account.last_administrator"
    book.create("hai", GOOD, "administrator", "Hai")
    book.remove("quantri", by="officer:hai")
    assert [a.username for a in book.all()] == ["hai"]


def test_two_editors_of_one_account(book: Accounts) -> None:
    seen = book.create("lan", GOOD, "officer", "Lan").version
    book.change("lan", title="Chuyên viên", version=seen, by="a")
    with pytest.raises(AccountError) as caught:
        book.change("lan", title="Khác", version=seen, by="b")
    assert caught.value.key == "account.stale"


def test_the_first_run_code_opens_one_time(book: Accounts, tmp_path: Path) -> None:
    code = book.first_run_code()
    path = tmp_path / CODE_FILE
    assert code is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Accounts(tmp_path).first_run_code() == code, "a restart before its use prints the same code"
    with pytest.raises(AccountError) as caught:
        book.first_run("AAAA-AAAA-AAAA", "quantri", GOOD, "Quản trị")
    assert caught.value.key == "account.first_run_code"
    book.first_run(code.lower().replace("-", " "), "quantri", GOOD, "Quản trị")
    assert not path.exists()
    assert book.first_run_code() is None
    with pytest.raises(AccountError) as caught:
        book.first_run(code, "hai", GOOD, "Hai")
    assert caught.value.key == "account.first_run_done"


def test_a_change_is_noted_even_when_the_journal_was_away(book: Accounts, tmp_path: Path) -> None:
    told: list[tuple[str, str, str]] = []
    book.note = lambda *_: False
    book.create("lan", GOOD, "officer", "Lan", by="officer:quantri")
    book.close()
    again = Accounts(tmp_path)
    again.note = lambda *what: told.append(what) or True  # type: ignore[func-returns-value]
    again.set_password("lan", GOOD + "!", by="officer:lan")
    assert told == [("lan", "created:officer", "officer:quantri"), ("lan", "password", "officer:lan")]
    again.drain_notes()
    assert len(told) == 2


def picture(size: tuple[int, int], kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "bí mật"
    exif[0x0112] = 6
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(("size", "kind"), [((3000, 4000), "JPEG"), ((64, 80), "PNG")])
def test_a_photo_is_drawn_anew(book: Accounts, size: tuple[int, int], kind: str) -> None:
    book.create("lan", GOOD, "officer", "Lan")
    book.set_photo("lan", picture(size, kind), by="x")
    kept = book.photo("lan")
    assert kept is not None
    assert len(kept) <= PHOTO_MAX_BYTES
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (SIDE_PX, SIDE_PX), {})
    book.set_photo("lan", None, by="x")
    assert book.photo("lan") is None


@pytest.mark.parametrize("bad", [b"", b"GIF89a" + b"\0" * 50, b"<svg onload=alert(1)>", picture((40, 40))[:200]])
def test_what_is_no_photo_is_refused(book: Accounts, bad: bytes) -> None:
    book.create("lan", GOOD, "officer", "Lan")
    with pytest.raises(AccountError) as caught:
        book.set_photo("lan", bad, by="x")
    assert caught.value.key == "account.photo"


def test_a_damaged_book_is_put_aside_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Accounts(tmp_path).create("quantri", GOOD, "administrator", "Q")
    damaged = bytes(range(256)) * 40
    (tmp_path / "accounts.db").write_bytes(damaged)
    for rest in ("accounts.db-wal", "accounts.db-shm"):
        (tmp_path / rest).unlink(missing_ok=True)
    book = Accounts(tmp_path)
    assert book.empty
    assert book.first_run_code()
    assert "was damaged" in capsys.readouterr().err
    assert [p.read_bytes() for p in tmp_path.glob("accounts.db.corrupt.*")] == [damaged]


# ---------------------------------------------------------------- sessions and tokens
def test_a_session_lives_through_a_restart_and_ends_with_the_password(book: Accounts, tmp_path: Path) -> None:
    lan = book.create("lan", GOOD, "officer", "Lan")
    secret, session = Sessions(book).begin(lan)
    opened_again = Accounts(tmp_path)
    again = Sessions(opened_again)
    assert again.find(secret).csrf == session.csrf  # type: ignore[union-attr]
    assert again.find(secret + "x") is None
    with sqlite3.connect(tmp_path / "accounts.db") as db:
        assert secret not in str(db.execute("SELECT * FROM session").fetchall())
    opened_again.set_password("lan", GOOD + "!", by="officer:lan")
    assert again.find(secret) is None


def test_a_session_slides_and_a_leap_of_the_wall_clock_does_not_end_it(
    book: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = book.create("lan", GOOD, "officer", "Lan")
    mono, wall = [1000.0], [1_790_000_000_000]
    monkeypatch.setattr(sessions_module.time, "monotonic", lambda: mono[0])
    monkeypatch.setattr(sessions_module, "now_ms", lambda: wall[0])
    sessions = Sessions(book)
    secret, _ = sessions.begin(lan)
    for _ in range(3):
        mono[0] += LIFE_S - 60
        assert sessions.find(secret), "used in time, it lives on"
    wall[0] += 366 * 86_400_000
    assert sessions.find(secret), "the network's time came: a year later by the wall clock"
    mono[0] += LIFE_S + 1
    assert sessions.find(secret) is None
    secret, _ = sessions.begin(lan)
    wall[0] += LIFE_S * 1000 + 1
    assert Sessions(book).find(secret) is None, "over a restart the wall clock is all there is"


def test_tokens_are_hashes_with_scopes(book: Accounts) -> None:
    tokens = Tokens(book)
    for name, scopes in (("", ["read"]), ("x" * 61, ["read"]), ("ok", []), ("ok", ["read", "everything"])):
        with pytest.raises(AccountError) as caught:
            tokens.create(name, scopes, by="a")
        assert caught.value.key == "token.name"
    secret, token = tokens.create("Cổng tỉnh", ["read", "book"], by="officer:quantri")
    found = tokens.find(secret)
    assert found is not None
    assert (found.id, found.scopes, found.by) == (token.id, {"read", "book"}, f"token:{token.id}")
    assert tokens.find(secret[:-1]) is None
    assert secret.encode() not in b"".join(r["hash"] for r in book.query("SELECT hash FROM token"))
    tokens.remove(token.id, by="officer:quantri")
    assert tokens.find(secret) is None


def test_a_log_in_leaves_no_memory_behind(tmp_path: Path) -> None:
    """In a process of its own: 20 MiB a worker thread is what a Pi's hub cannot spare."""
    import subprocess
    import sys

    script = f"""
import re, threading
from pathlib import Path
from queue_hub.accounts import Accounts
book = Accounts(Path({str(tmp_path)!r}))
book.create("lan", {GOOD!r}, "officer", "Lan")
def rss_kb():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = rss_kb()
for _ in range(3):
    thread = threading.Thread(target=book.verify, args=("lan", {GOOD!r}))
    thread.start()
    thread.join()
print(rss_kb() - before)
"""
    grown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert int(grown.stdout) < 4_000
