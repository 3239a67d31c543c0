from __future__ import annotations

import json
import threading
from pathlib import Path

from queue_hub.catalogue_shelf import Offer, Shelf
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.shipped import SOURCE
from queue_kit.catalogue.store import build, verify
from queue_kit.catalogue.words import LifeEvents, Synonyms


def put(path: Path, count: int) -> str:
    return build(path, read_sources([SOURCE])[0][:count], Synonyms(), LifeEvents())


class Office:
    def __init__(self, folder: Path) -> None:
        self.said: list[Offer] = []
        self.file = folder / "catalogue.db"
        self.shelf = Shelf(self.file, folder / "catalogue", self.said.append)

    def hashes(self) -> list[str]:
        return [offer.hash for offer in self.said]


def test_a_new_hub_offers_the_shipped_catalogue_once(tmp_path: Path) -> None:
    office = Office(tmp_path)
    assert office.shelf.offer is None
    assert office.shelf.look()
    assert not office.shelf.look()
    (offer,) = office.said
    assert (offer.procedures, offer.size_bytes) == (18, offer.file.stat().st_size)
    assert verify(offer.file) == offer.hash
    assert offer.path == f"/catalogue/{offer.hash}.db"


def test_each_import_is_offered_and_the_one_before_stays_for_who_is_fetching_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    hashes = []
    for count in (2, 3, 4):
        hashes.append(put(office.file, count))
        assert office.shelf.look()
    assert office.hashes() == hashes
    assert office.shelf.offer == office.said[-1]
    assert office.shelf.named(hashes[1]) == office.said[1]
    assert office.shelf.named(hashes[0]) is None
    assert {file.stem for file in (tmp_path / "catalogue").iterdir()} == set(hashes[1:])


def test_a_file_that_is_no_catalogue_is_not_offered_and_the_old_one_stays(tmp_path: Path) -> None:
    office = Office(tmp_path)
    good = put(office.file, 2)
    office.shelf.look()
    office.file.write_text(json.dumps({"not": "a catalogue"}), encoding="utf-8")
    assert not office.shelf.look()
    assert office.shelf.offer is not None
    assert office.shelf.offer.hash == good
    assert verify(office.shelf.offer.file) == good
    again = put(office.file, 3)
    assert office.shelf.look()
    assert office.hashes() == [good, again]


def test_the_same_content_in_another_file_is_no_news(tmp_path: Path) -> None:
    office = Office(tmp_path)
    put(office.file, 2)
    office.shelf.look()
    office.file.touch()
    assert not office.shelf.look()
    assert len(office.said) == 1


def test_the_shelf_looks_by_itself(tmp_path: Path) -> None:
    seen = threading.Event()
    shelf = Shelf(tmp_path / "catalogue.db", tmp_path / "catalogue", lambda _offer: seen.set())
    shelf.start()
    try:
        assert seen.wait(20)
    finally:
        shelf.stop()
