"""A repository on a stick, an update that holds, three that do not, and a power cut in the middle of one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from motcua.update.device import INSTALLER
from tests.nspawn import roots
from tests.nspawn.checks import Check
from tests.nspawn.container import Container, ContainerError, wait_until
from tests.nspawn.lobby import Lobby, issued
from tests.nspawn.publisher import SEEN, Publisher
from tests.nspawn.stage import Stage, repacked

_ONLY_OURS: Final = (
    "-o Dir::Etc::SourceList=/etc/apt/sources.list.d/motcua.sources -o Dir::Etc::SourceParts=- "
    "-o APT::Update::Error-Mode=any"
)
_SITE: Final = "opt/motcua/lib/python{}/site-packages"
_ENDS_AT_ONCE: Final = "raise SystemExit(3)\n"
_POSTINST_FAILS: Final = "#!/bin/sh\nexit 1\n"


def _number(stage: Stage, text: str) -> str:
    """A version for this suite."""
    return f"{text}+deb{stage.target.suite.number}"


def signed(stage: Stage) -> None:
    """apt installs from the folder; a changed package, a changed list and another's signature are refused."""
    publisher = Publisher(stage.folder / "signed", stage.suite)
    stranger = Publisher(stage.folder / "stranger", stage.suite, "stranger@motcua.invalid")
    try:
        publisher.publish(stage.package)
        stranger.publish(stage.package)
        root = stage.layer("signed")
        stage.office.write(publisher=publisher.key, seen=SEEN)
        stage.office.apply("solo", root)
        roots.inside(root, "dpkg --purge motcua")
        place = root / SEEN.lstrip("/")
        refresh, install = (
            f"apt-get {_ONLY_OURS} update",
            "apt-get -q -y install --reinstall motcua && motcua --version",
        )
        _lay(publisher.stick, place)
        roots.inside(root, f"{refresh} && {install}")
        (package,) = place.glob("pool/*/*.deb")
        with package.open("r+b") as file:
            file.seek(package.stat().st_size // 2)
            byte = file.read(1)
            file.seek(-1, 1)
            file.write(bytes([byte[0] ^ 1]))
        _refused(root, f"apt-get clean; {install}", "a changed package", "Hash Sum mismatch")
        _lay(publisher.stick, place)
        (place / f"dists/{stage.suite}/main/binary-amd64/Packages").write_text("Package: motcua\n", encoding="utf-8")
        (place / f"dists/{stage.suite}/main/binary-amd64/Packages.gz").unlink()
        _refused(root, f"rm -rf /var/lib/apt/lists/*; {refresh}", "a changed list", "")
        _lay(stranger.stick, place)
        _refused(root, refresh, "another's signature", "is not signed")
    finally:
        publisher.close()
        stranger.close()


def _lay(stick: Path, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(stick, place)


def _refused(root: Path, command: str, what: str, says: str) -> None:
    try:
        said = roots.inside(root, command)
    except roots.RootsError as error:
        if says in str(error):
            return
        raise
    raise ContainerError(f"{what} was taken:\n{said}")


class Device:
    """A whole office on one board, with a repository on a stick; every version is published once."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage = stage
        self.publisher = Publisher(stage.folder / name, stage.suite)
        self.publisher.publish(stage.package)
        self.screen = stage.screen("solo")
        binds = [f"--bind-ro={self.publisher.stick}:{SEEN}"]
        self.box = stage.device("solo", publisher=self.publisher, words=binds)
        # At night it steps back behind everything; here it is waited for.
        hurry = self.box.root / f"etc/systemd/system/{INSTALLER}.d/hurry.conf"
        hurry.parent.mkdir(parents=True)
        hurry.write_text("[Service]\nNice=0\nIOSchedulingClass=best-effort\n", encoding="utf-8")

    def publish(self, version: str, **change: str) -> None:
        """A newer version; ``change``: what is wrong with it."""
        site = _SITE.format(self.stage.target.python)
        places = {"postinst": "DEBIAN/postinst", "hub": f"{site}/queue_hub/command.py", "cli": f"{site}/motcua/cli.py"}
        files = {places[name]: text for name, text in change.items()}
        made = repacked(self.stage.package, _number(self.stage, version), self.stage.folder, files)
        self.publisher.publish(made)
        made.unlink()

    def update(self) -> bool:
        """Run the unit as its timer does; whether what it started ended well."""
        self.box.ok("systemctl", "start", "motcua-update.service", timeout_s=580)
        return self.box.run("systemctl", "is-failed", INSTALLER).out != "failed"

    def is_at(self, version: str) -> None:
        """The version, whole; all parts up; no number lost."""
        said = self.box.ok("dpkg-query", "--show", "--showformat=${Version} ${db:Status-Status}", "motcua")
        if said != f"{_number(self.stage, version)} installed":
            raise ContainerError(f"expected {version}, has {said}\n{self.box.said(INSTALLER)}")
        for part in ("broker", "hub", "kiosk"):
            self.box.active(f"motcua-{part}.service", 150)
        self.box.ok("/opt/motcua/bin/motcua", "journal", "verify", "/var/lib/motcua/hub", user="motcua-hub")

    def follows(self, before: list[str]) -> list[str]:
        """Another number by the screen: all that were given are there, and it is the next one. Gives all."""
        if issued(self.box)[: len(before)] != before:
            raise ContainerError(f"{before} became {issued(self.box)}")
        number = Lobby(self.box, self.screen).takes_a_number("Chứng thực")
        after = issued(self.box)
        if after != [*before, number] or (before and int(number[1:]) != int(before[-1][1:]) + 1):
            raise ContainerError(f"{before} was followed by {number}: {after}")
        return after

    def refused(self) -> list[str]:
        """Versions that did not hold here."""
        state = json.loads((self.box.root / "var/lib/motcua/update/state.json").read_text(encoding="utf-8"))
        return [version.partition("+")[0] for version in state["data"]["refused"]]


@contextmanager
def _device(stage: Stage, name: str) -> Iterator[Device]:
    stage.close_office()
    device = Device(stage, name)
    try:
        with device.box.running():
            yield device
    finally:
        device.publisher.close()


def updates(stage: Stage) -> None:
    """A newer version is taken; three that do not hold are taken back, each in its own way; numbers go on."""
    with _device(stage, "publisher") as device:
        box = device.box
        given = device.follows(device.follows([]))
        box.ok("sed", "-i", "s/00:00-23:59/never/", "/etc/motcua/update.yaml")
        device.publish("99.1")
        if not device.update():
            raise ContainerError(f"outside of its window:\n{box.said('motcua-update.service')}")
        device.is_at(_here(stage))
        if (began := box.property(INSTALLER, "ExecMainStartTimestampMonotonic")) != "0":
            raise ContainerError(f"{INSTALLER} began at {began} outside of the window")
        box.ok("sed", "-i", "s/never/00:00-23:59/", "/etc/motcua/update.yaml")
        if not device.update():
            raise ContainerError(f"99.1 was not taken:\n{box.said(INSTALLER)}")
        device.is_at("99.1")
        given = device.follows(given)
        _say("99.1 taken in its window, not outside of it")
        for version, change, what in (
            ("99.2", {"hub": _ENDS_AT_ONCE}, "a hub that ends at once"),
            ("99.3", {"postinst": _POSTINST_FAILS, "cli": _ENDS_AT_ONCE}, "a package that cannot be configured"),
        ):
            device.publish(version, **change)
            if device.update():
                raise ContainerError(f"{version} held, with {what}")
            device.is_at("99.1")
            given = device.follows(given)
            if version not in device.refused() or not device.update():
                raise ContainerError(f"{version} is tried again: {device.refused()}")
            _say(f"{version} ({what}) taken back, and not tried again")
        if box.ok("systemctl", "--failed", "--no-legend", "--plain"):
            raise ContainerError("something is still failed after the way back")


def power_cut(stage: Stage) -> None:
    """The plug is pulled while a broken version is on trial; after the start it is judged, and taken back."""
    with _device(stage, "publisher-power") as device:
        given = device.follows([])
        device.publish("99.4", hub=_ENDS_AT_ONCE)
        device.box.ok("systemctl", "start", "--no-block", "motcua-update.service")
        state = device.box.root / "var/lib/motcua/update/state.json"
        wait_until(lambda: state.exists() and '"trial": "99.4' in state.read_text(encoding="utf-8"), "trial", 300)
        wait_until(lambda: "99.4" in _unpacked(device.box), "99.4 unpacked", 300)
        device.box.pull_the_plug()
        device.box.start()
        if device.update():
            raise ContainerError(f"99.4 held:\n{device.box.said(INSTALLER)}")
        device.is_at(_here(stage))
        device.follows(given)


def _unpacked(box: Container) -> str:
    return box.run("dpkg-query", "--show", "--showformat=${Version}", "motcua").out


def _here(stage: Stage) -> str:
    return stage.package.name.split("_")[1]


def _say(text: str) -> None:
    print(f"          {text}", flush=True)


CHECKS: Final = (
    Check("apt takes the signed repository; changed package, changed list, another's signature refused", signed),
    Check("upgrade → broken version → automatic rollback, the journal intact and the next number", updates),
    Check("a power cut while a broken version is on trial: taken back after the start", power_cut),
)
