from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from queue_core.office_file import read_office
from queue_core.procedures import service_for
from queue_hub.command import SHIPPED_OFFICE
from queue_kit.catalogue.errors import CatalogueError
from queue_kit.catalogue.importing import read_sources
from queue_kit.catalogue.procedure import Channel
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.shipped import SOURCE, own_or_shipped
from queue_kit.catalogue.store import build
from queue_kit.catalogue.words import LifeEvents, Synonyms, read_events, read_synonyms
from tests.catalogue.real import needs_the_real_list

KNOWN_FEES = {
    "1.001193": "Miễn phí",
    "2.000815": "2.000 đồng/trang",
    "2.000884": "10.000 đồng",
    "2.000635": "8.000 đồng",
    "1.004222": "20.000 đồng",
}


def test_the_shipped_catalogue_says_what_the_law_says(shipped: Catalogue) -> None:
    for code, fee in KNOWN_FEES.items():
        assert shipped.get(code).channels[0].fee.startswith(fee)
    online = {c.method: c.fee for c in shipped.get("1.004222").channels}["Trực tuyến"]
    assert online.startswith("10.000 đồng")
    assert [c.time for c in shipped.get("2.001159").channels] == ["1 Giờ", "1 Giờ"]
    assert not [p.code for p in shipped.procedures() if p.missing]


def test_every_shipped_field_is_served_by_the_shipped_office(shipped: Catalogue) -> None:
    office = read_office(SHIPPED_OFFICE)
    for entry in shipped.entries():
        service = service_for(office.services, entry.field, entry.code)
        assert service is not None, entry
        assert service.kind == "service", entry


def test_a_number_for_a_procedure() -> None:
    services = read_office(SHIPPED_OFFICE).services
    taken = {
        ("Hộ tịch", "9.999999"): "ho-tich",
        ("hộ  TỊCH.", "9.999999"): "ho-tich",
        ("Đất đai", "2.000815"): "chung-thuc",  # the code of one wins over the field of another
        ("Đất đai", "1.012812"): "dat-dai-nha-o",
        ("Hải quan", "1.000005"): "huong-dan",
        ("", ""): "huong-dan",
    }
    for (field, code), service in taken.items():
        found = service_for(services, field, code)
        assert found is not None
        assert found.id == service
    assert service_for([s for s in services if s.kind != "guide"], "Hải quan", "1.000005") is None


def test_rules_and_fees_of_a_day(tmp_path: Path) -> None:
    (first, *_), _ = read_sources([SOURCE])
    reduced = Channel(method="Trực tuyến", fee="5.000 đồng", valid_from=date(2026, 8, 15), valid_to=date(2027, 2, 28))
    ordinary = Channel(method="Trực tuyến", fee="10.000 đồng", valid_to=date(2026, 8, 14))
    again = Channel(method="Trực tuyến", fee="10.000 đồng", valid_from=date(2027, 3, 1))
    dated = replace(first, valid_to=date(2027, 12, 31), channels=(ordinary, reduced, again))
    later = replace(first, name="Tên mới", valid_from=date(2028, 1, 1))
    path = tmp_path / "catalogue.db"
    build(path, [later, dated], Synonyms(), LifeEvents())
    with Catalogue(path) as catalogue:
        assert len(catalogue) == 1
        for day, fee in {
            date(2026, 8, 14): "10.000 đồng", date(2026, 8, 15): "5.000 đồng", date(2027, 2, 28): "5.000 đồng",
            date(2027, 3, 1): "10.000 đồng",
        }.items():  # fmt: skip
            procedure = catalogue.get(first.code, day=day)
            assert [c.fee for c in procedure.channels_on(day)] == [fee]
        assert catalogue.get(first.code, day=date(2028, 1, 1)).name == "Tên mới"
        assert catalogue.get(first.code).name == "Tên mới"
    with Catalogue(path, day=date(2026, 12, 1)) as catalogue:
        assert catalogue.get(first.code).name == first.name


def test_an_unknown_code_is_told(shipped: Catalogue) -> None:
    with pytest.raises(CatalogueError, match=r"catalogue\.unknown_code"):
        shipped.get("9.000001")


def test_browsing_by_field_and_by_matter_of_life(shipped: Catalogue) -> None:
    assert next(iter(shipped.fields())) == "Hộ tịch"
    assert sum(shipped.fields().values()) == len(shipped)
    assert {e.code for e in shipped.in_field("Chứng thực")} == {"2.000815", "2.000884", "2.001019"}
    assert [e.code for e in shipped.for_event("nguoi-than-mat")] == ["1.000656", "2.000821"]
    assert shipped.for_event("khong-co") == []
    assert all(shipped.for_event(event.id) for event in shipped.life_events())


@needs_the_real_list
def test_every_matter_of_life_has_procedures_in_the_real_list_and_none_twice(real: Catalogue) -> None:
    events = real.life_events()
    assert len(events) == len(read_events().events)
    for event in events:
        codes = [entry.code for entry in real.for_event(event.id)]
        assert 2 <= len(codes) == len(set(codes))
        assert set(event.codes) <= set(codes), event.id


def test_at_the_first_use_the_shipped_catalogue_is_there(tmp_path: Path) -> None:
    path = own_or_shipped(tmp_path / "new" / "catalogue.db")
    with Catalogue(path) as catalogue:
        assert len(catalogue) == 18
    inode = path.stat().st_ino
    assert own_or_shipped(path).stat().st_ino == inode


def test_several_threads_read_one_catalogue(shipped: Catalogue) -> None:
    found: list[str] = []

    def read() -> None:
        for entry in shipped.entries():
            found.append(shipped.get(entry.code).code)
            shipped.search(entry.short_name[:12])

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 4 * len(shipped)


MISTAKES = {
    "filler: [a": "line 1",
    "also:\n  khai-sinh: [x]": "also",
    "unknown: 1": "unknown",
    "same: [sổ đỏ]": "same",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_the_words_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"catalogue\.words_wrong") as refused:
        read_synonyms(path)
    assert MISTAKES[text] in refused.value.vi
