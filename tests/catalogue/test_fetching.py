from __future__ import annotations

import queue
import socket
import time
from pathlib import Path

import pytest

from queue_core.errors import MotcuaError
from queue_core.wire.messages import CatalogueVersion, Rev
from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.fetching import CURRENT, fetch, held_hash
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.keeping import CatalogueKeeper
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.shipped import SOURCE
from queue_kit.catalogue.store import build, verify
from queue_kit.catalogue.words import LifeEvents, Synonyms
from tests.catalogue.hub_peer import serving

OTHER = "0" * 64
DEADLINE_S = 20.0


@pytest.fixture
def offered(tmp_path: Path) -> tuple[Path, str]:
    """The newer catalogue, as it lies at the hub."""
    path = tmp_path / "hub" / "offered.db"
    procedures, _ = read_sources([SOURCE])
    return path, build(path, procedures[:7], Synonyms(), LifeEvents())


@pytest.fixture
def own(tmp_path: Path, shipped_file: Path) -> Path:
    """The kiosk's own."""
    path = tmp_path / "kiosk" / "catalogue.db"
    path.parent.mkdir()
    path.write_bytes(shipped_file.read_bytes())
    return path


def test_a_newer_catalogue_is_taken_and_not_fetched_twice(offered: tuple[Path, str], own: Path) -> None:
    file, tag = offered
    with serving(file, tag) as hub:
        assert fetch(hub.url, own, wanted=tag).new
        assert verify(own) == held_hash(own) == tag
        assert not fetch(hub.url, own, wanted=tag).new
        assert len(hub.asked) == 1, "what is here already is not even asked for"
        assert not fetch(hub.url, own).new
        assert hub.asked[-1] == (CURRENT, f'"{tag}"')
        assert hub.answered == [200, 304]


def test_the_first_catalogue_of_a_kiosk_that_has_none(offered: tuple[Path, str], tmp_path: Path) -> None:
    file, tag = offered
    own = tmp_path / "new" / "catalogue.db"
    with serving(file, tag) as hub:
        assert fetch(hub.url, own, path=f"/catalogue/{tag}.db", wanted=tag).new
    with Catalogue(own) as catalogue:
        assert len(catalogue) == 7


TROUBLES = {
    "huge": "catalogue.too_large",
    "endless": "catalogue.too_large",
    "cut": "catalogue.away",
    "slow": "catalogue.away",
    "slow_headers": "catalogue.away",
    "redirect": "catalogue.away",
    "error": "catalogue.away",
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_hub_that_misbehaves_leaves_the_old_catalogue(offered: tuple[Path, str], own: Path, trouble: str) -> None:
    file, tag = offered
    before = verify(own)
    with serving(file, tag, trouble) as hub:
        began = time.monotonic()
        with pytest.raises(CatalogueError) as refused:
            fetch(hub.url, own, wanted=tag, deadline_s=1.0 if "slow" in trouble else DEADLINE_S)
        assert time.monotonic() - began < DEADLINE_S / 2
    assert refused.value.key == TROUBLES[trouble]
    assert verify(own) == before
    assert [p.name for p in own.parent.iterdir()] == ["catalogue.db"], "no half of a file is left behind"


def test_a_file_that_is_no_catalogue_is_not_taken(own: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>Đăng nhập mạng khách</html>", encoding="utf-8")
    before = verify(own)
    with serving(page, OTHER) as hub, pytest.raises(CatalogueError, match=r"catalogue\.not_one"):
        fetch(hub.url, own)
    assert verify(own) == before


@pytest.mark.parametrize("how", ["announced otherwise", "tagged otherwise"])
def test_a_catalogue_that_is_not_the_announced_one_is_not_taken(offered: tuple[Path, str], own: Path, how: str) -> None:
    file, tag = offered
    before = verify(own)
    tagged = OTHER if how == "tagged otherwise" else tag
    wanted = OTHER if how == "announced otherwise" else ""
    with serving(file, tagged) as hub, pytest.raises(CatalogueError, match=r"catalogue\.wrong_hash"):
        fetch(hub.url, own, wanted=wanted)
    assert verify(own) == before


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "ftp://127.0.0.1", "http://khong-co.invalid"])
def test_a_hub_that_is_away(own: Path, url: str) -> None:
    with pytest.raises(CatalogueError, match=r"catalogue\.away"):
        fetch(url, own, deadline_s=5)


def test_a_hub_that_takes_the_call_and_says_nothing(own: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(CatalogueError, match=r"catalogue\.away"):
        fetch(f"http://127.0.0.1:{silent.getsockname()[1]}", own, deadline_s=0.5)


# ------------------------------------------------------------------ the kiosk's keeper
def version(tag: str) -> CatalogueVersion:
    rev = Rev(epoch="e", seq=1)
    return CatalogueVersion(rev=rev, asof_ms=0, hash=tag, bytes=1, procedures=7, path=f"/catalogue/{tag}.db")


def test_a_kiosk_takes_what_is_announced_and_works_on_while_the_hub_is_in_trouble(
    offered: tuple[Path, str], own: Path
) -> None:
    file, tag = offered
    news: queue.Queue[Catalogue] = queue.Queue()
    troubles: queue.Queue[MotcuaError | None] = queue.Queue()
    with serving(file, tag, "cut") as hub:
        keeper = CatalogueKeeper(own, hub_url=hub.url, on_new=news.put, on_trouble=troubles.put, first_pause_s=0.05)
        old = keeper.catalogue
        keeper.start()
        keeper.announced(version(tag))
        trouble = troubles.get(timeout=DEADLINE_S)
        assert trouble is not None
        assert trouble.key == "catalogue.away"
        assert keeper.catalogue.search("khai sinh")[0].code == "1.001193"
        hub.trouble = ""
        fresh = news.get(timeout=DEADLINE_S)
        keeper.stop()
    assert keeper.catalogue is fresh
    assert fresh.content_hash == tag
    assert old.get("1.001193").code == "1.001193", "a page that is open stays readable"


def test_a_kiosk_without_a_hub_has_the_shipped_catalogue(tmp_path: Path) -> None:
    keeper = CatalogueKeeper(tmp_path / "catalogue.db")
    assert len(keeper.catalogue) == 18


def test_a_kiosk_whose_file_is_broken_puts_it_aside_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    path.write_text("hỏng", encoding="utf-8")
    assert len(CatalogueKeeper(path).catalogue) == 18
    assert (tmp_path / "catalogue.db.corrupt").read_text(encoding="utf-8") == "hỏng"


def test_a_kiosk_whose_disk_takes_nothing_still_shows_procedures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "card").write_text("no folder", encoding="utf-8")
    (tmp_path / "memory").mkdir()
    monkeypatch.setattr("queue_kit.catalogue.keeping.tempfile.tempdir", str(tmp_path / "memory"))
    keeper = CatalogueKeeper(tmp_path / "card" / "catalogue.db")
    assert keeper.catalogue.search("khai sinh")[0].code == "1.001193"
    assert keeper.catalogue.path.is_relative_to(tmp_path / "memory")
