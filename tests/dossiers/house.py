"""The real engine and journal with the dossier desk beside it; time passes when a test says so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from queue_core import commands as c
from queue_core import events as e
from queue_core.clock import VIETNAM
from queue_core.dossiers import DossierState
from queue_hub.dossiers.book import Book
from queue_hub.dossiers.desk import DossierDesk
from queue_hub.dossiers.record import NewDossier, Record
from tests.core.life import at, office
from tests.hub.house import HandClock, Hub
from tests.wire.harness import TOPICS

WEEK = {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
NAME = "Nguyễn Thị Hường Đánh Dấu"


def setup(**dossiers: Any) -> Any:
    return office(
        province=TOPICS.province, id=TOPICS.office, hours=WEEK, holidays="VN",
        services=[
            {"id": "ho-tich", "name": {"vi": "Hộ tịch", "en": "Civil status"}, "prefix": "A"},
            {"id": "bo-sung", "name": "Bổ sung hồ sơ", "prefix": "S", "kind": "supplement"},
            {"id": "tra-ket-qua", "name": "Trả kết quả", "prefix": "T", "kind": "collect"},
            {"id": "huong-dan", "name": "Hướng dẫn", "prefix": "U", "kind": "guide"},
        ],
        counters=[
            {"id": "q1", "number": 1, "services": ["tra-ket-qua", "bo-sung", "huong-dan"]},
            {"id": "q2", "number": 2, "services": ["ho-tich"]},
        ],
        dossiers={"unit_code": "H55.242", **dossiers},
    )  # fmt: skip


class DeskHouse(Hub):
    """One office with its book."""

    def __init__(self, folder: Path, *, now: str = "2026-11-25 08:30", registry: Any = None, **dossiers: Any) -> None:
        self._registry, self._deadline_s = registry, dossiers.pop("deadline_s", 3.0)
        super().__init__(folder, HandClock(at(now)), setup=setup(**dossiers))

    def open(self) -> None:
        super().open()
        self.desk = DossierDesk(self.engine, self.folder, registry=self._registry, deadline_s=self._deadline_s)
        self.desk.start()

    def close(self) -> None:
        self.desk.stop()
        super().close()

    @property
    def book(self) -> Book:
        return self.desk.book

    def goes_to(self, words: str) -> None:
        """The clock goes on, within one boot; the engine has seen it."""
        wanted, now = at(words), self.clock.read().utc_ms
        assert wanted >= now, "time goes forward"
        self.clock.pass_s((wanted - now) / 1000)
        self.tick()

    def tick(self) -> None:
        assert self.ask(c.Tick(), by="hub").ok

    def accept(self, matter: str = "Đăng ký khai sinh", **more: Any) -> Record:
        values = {"matter": matter, "term_count": 5, "person": {"name": NAME, "phone": "0912 345 678"}, **more}
        return self.book.accept(NewDossier.model_validate(values), by="officer:lan", officer="Lò Thị Lan")

    def changes(self) -> list[tuple[str, int, bool]]:
        return [(event.what, event.state, event.late) for event in self.written(e.DossierChanged)]


def local(words: str) -> datetime:
    return datetime.fromisoformat(words)


def aware(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=VIETNAM)


S = DossierState
