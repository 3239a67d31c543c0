"""What an unattended update decides, whatever goes wrong with it: the night of a device that nobody stands beside."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from motcua.update.errors import UpdateError
from motcua.update.run import StateFile, look, update
from motcua.update.settings import Settings, read_settings

PARTS = ["motcua-broker.service", "motcua-hub.service"]


class Power(Exception):
    """The plug is pulled."""


class Bench:
    """A device whose versions are good or bad; ``fails``: which of its acts do."""

    def __init__(self, *, bad: Sequence[str] = (), fails: Sequence[str] = (), offers: str | None = "2") -> None:
        self.bad, self.fails, self.offers = set(bad), set(fails), offers
        self.version, self.journal = "1", 40
        self.did: list[str] = []
        self.files: dict[Path, str] = {}

    def _does(self, what: str, key: str) -> None:
        self.did.append(what)
        if what == "power":
            raise Power
        if what in self.fails:
            raise UpdateError(key, detail="it was told to", version="2", folder="/var", needed_mb=900, free_mb=3)

    def installed(self) -> str:
        return self.version

    def refresh(self) -> str | None:
        self._does("refresh", "update.refresh")
        return self.offers if self.offers != self.version else None

    def parts(self) -> list[str]:
        return PARTS

    def records(self) -> int | None:
        self._does("records", "update.journal")
        return self.journal

    def check_room(self, version: str, folder: Path) -> None:
        assert version == self.offers
        assert folder.is_dir()
        self._does("room", "update.no_room")

    def keep(self, file: Path) -> None:
        self._does("keep", "update.no_way_back")
        self.files[file] = self.version

    def fetch(self, version: str, file: Path) -> None:
        self._does("fetch", "update.download")
        self.files[file] = version

    def install(self, file: Path) -> None:
        if "power" in self.fails:
            self.version = self.files[file]
            self._does("power", "")
        self._does("install", "update.install")
        self.version = self.files[file]
        self.journal += 1  # it serves from here on

    def put_back(self, file: Path) -> None:
        self._does("put_back", "update.install")
        self.version = self.files[file]

    def holds(self, parts: Sequence[str], settle_s: int) -> str | None:
        assert list(parts) == PARTS
        self.did.append(f"holds {self.version}")
        return f"{parts[-1]} does not come up" if self.version in self.bad else None


def night(device: Bench, folder: Path, *, open_now: bool = True) -> str:
    """One run; gives its sentence, or the key of its error."""
    try:
        return update(device, folder, open_now=open_now, settle_s=5)
    except UpdateError as error:
        return error.key


def test_a_good_version_stays_and_the_one_before_is_kept(tmp_path: Path) -> None:
    device = Bench()
    assert night(device, tmp_path) == "2 holds; 1 is kept"
    assert (device.version, device.files[tmp_path / "previous.deb"]) == ("2", "1")
    assert device.did.index("keep") < device.did.index("install")
    assert night(device, tmp_path) == "nothing newer"


def test_a_version_that_does_not_hold_is_taken_back_and_not_tried_again(tmp_path: Path) -> None:
    device = Bench(bad=["2"])
    assert night(device, tmp_path) == "update.rolled_back"
    assert device.version == "1"
    assert device.journal == 41, "what the new version gave is kept"
    device.did.clear()
    assert night(device, tmp_path) == "2 did not hold on this device and is not tried again"
    assert device.did == ["refresh"]
    device.offers = "3"
    assert night(device, tmp_path) == "3 holds; 1 is kept"


def test_a_card_without_room_is_told_before_anything_is_written_to_it(tmp_path: Path) -> None:
    device = Bench(fails=["room"])
    assert night(device, tmp_path) == "update.no_room"
    assert (device.did, device.version, device.files) == (["refresh", "room"], "1", {})
    device.fails = []
    assert night(device, tmp_path) == "2 holds; 1 is kept"


def test_a_package_that_cannot_be_installed_is_taken_back(tmp_path: Path) -> None:
    device = Bench(fails=["install"])
    assert night(device, tmp_path) == "update.rolled_back"
    assert "put_back" in device.did


@pytest.mark.parametrize("lost", [39, None])
def test_a_version_that_loses_records_does_not_hold(tmp_path: Path, lost: int | None) -> None:
    class Loses(Bench):
        def records(self) -> int | None:
            return lost if self.version == "2" else 40

    device = Loses()
    assert night(device, tmp_path) == "update.rolled_back"
    assert device.version == "1"


@pytest.mark.parametrize(
    ("fails", "key"),
    [("refresh", "update.refresh"), ("fetch", "update.download"), ("keep", "update.no_way_back"),
     ("records", "update.journal")],
)  # fmt: skip
def test_what_fails_before_the_change_changes_nothing(tmp_path: Path, fails: str, key: str) -> None:
    device = Bench(fails=[fails])
    assert night(device, tmp_path) == key
    assert "install" not in device.did
    device.fails.clear()
    assert night(device, tmp_path) == "2 holds; 1 is kept"


def test_outside_of_the_window_nothing_is_even_looked_at(tmp_path: Path) -> None:
    device = Bench()
    assert night(device, tmp_path, open_now=False) == "outside of the maintenance window"
    assert device.did == []


@pytest.mark.parametrize(
    ("bad", "says", "version"), [(["2"], "update.rolled_back", "1"), ([], "2 holds; 1 is kept", "2")]
)
def test_a_trial_that_a_power_cut_interrupted_is_judged_at_any_hour(
    tmp_path: Path, bad: list[str], says: str, version: str
) -> None:
    device = Bench(bad=bad, fails=["power"])
    with pytest.raises(Power):
        update(device, tmp_path, open_now=True, settle_s=5)
    device.fails.clear()
    assert night(device, tmp_path, open_now=False) == says
    assert device.version == version


def test_where_there_is_no_way_back_it_is_said_and_tried_again(tmp_path: Path) -> None:
    device = Bench(bad=["2"], fails=["put_back"])
    assert night(device, tmp_path) == "update.stuck"
    device.fails.clear()
    assert night(device, tmp_path, open_now=False) == "update.rolled_back"
    assert device.version == "1"


def test_a_state_that_cannot_be_read_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    assert night(Bench(), tmp_path) == "2 holds; 1 is kept"
    assert (tmp_path / "state.corrupt").read_text(encoding="utf-8") == "{"
    assert json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))["version"] == 1
    assert StateFile(tmp_path / "state.json").read().trial == ""


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ('window: "01:00-04:00"', ["01:00", "03:59"], ["00:59", "04:00", "12:00"]),
        ('window: "22:00-02:00"', ["22:00", "23:59", "00:00", "01:59"], ["02:00", "21:59"]),
        ("window: never", [], ["00:00", "12:00"]),
        ("settle_s: 20", ["02:00"], ["12:00"]),
    ],
)
def test_the_window_is_the_devices_own_time(tmp_path: Path, text: str, inside: list[str], outside: list[str]) -> None:
    (tmp_path / "update.yaml").write_text(text, encoding="utf-8")
    settings = read_settings(tmp_path / "update.yaml")
    assert all(settings.open_at(dt.time.fromisoformat(time)) for time in inside)
    assert not any(settings.open_at(dt.time.fromisoformat(time)) for time in outside)


@pytest.mark.parametrize(
    "text",
    ["window: 1-4", 'window: "25:00-04:00"', 'window: "01:00-01:00"', "settle_s: 1", "settle_s: soon", "colour: red",
     "- 1", "{", ""],
)  # fmt: skip
def test_settings_that_nobody_can_mean_are_refused_with_what_is_allowed(tmp_path: Path, text: str) -> None:
    (tmp_path / "update.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UpdateError, match="settle_s from 5 to 1800") as refused:
        read_settings(tmp_path / "update.yaml")
    assert refused.value.key == "update.settings"


def test_the_shipped_settings_are_the_usual_ones() -> None:
    shipped = Path(__file__).resolve().parents[2] / "tools/deb/update.yaml"
    assert read_settings(shipped) == read_settings(Path("/nowhere/update.yaml")) == Settings()


class Hourly:
    """A device that is only looked at."""

    def __init__(self, *, repository: bool = True) -> None:
        self._repository = repository

    def repository(self) -> bool:
        return self._repository


@pytest.mark.parametrize(
    ("repository", "open_now", "says"),
    [(True, True, None), (True, False, "outside of the maintenance window"), (False, True, "no repository to read")],
)
def test_only_in_the_window_and_with_a_repository_is_there_anything_to_do(
    tmp_path: Path, repository: bool, open_now: bool, says: str | None
) -> None:
    assert look(Hourly(repository=repository), tmp_path / "update", open_now=open_now) == says
    assert not (tmp_path / "update").exists(), "looking writes nothing"


def test_an_interrupted_trial_is_handed_over_at_any_hour_and_without_a_stick(tmp_path: Path) -> None:
    with pytest.raises(Power):
        update(Bench(fails=["power"]), tmp_path, open_now=True, settle_s=5)
    before = (tmp_path / "state.json").read_bytes()
    assert look(Hourly(repository=False), tmp_path, open_now=False) is None
    assert (tmp_path / "state.json").read_bytes() == before


def test_a_state_that_cannot_be_read_is_left_to_the_unit_that_may_write(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    assert look(Hourly(), tmp_path, open_now=False) == "outside of the maintenance window"
    assert (tmp_path / "state.json").read_text(encoding="utf-8") == "{"
