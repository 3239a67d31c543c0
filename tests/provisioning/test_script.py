"""The card's script, run as it is on a stand-in system: its paths moved into a folder, the system's programs stubs."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.provisioning.conftest import Office, stock

PACKAGE = b"!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n"
PATHS = (
    "/boot/firmware", "/usr/local/lib/motcua-card", "/usr/bin/motcua", "/etc/", "/var/lib/cloud", "/run/motcua-stick",
    "/dev/disk",
)  # fmt: skip
STUBS = ("systemctl", "rfkill", "mount", "mountpoint", "sync")


@dataclass(frozen=True)
class System:
    """A device's system, as far as the script touches it."""

    root: Path

    @property
    def boot(self) -> Path:
        return self.root / "boot/firmware"

    @property
    def calls(self) -> list[str]:
        log = self.root / "calls"
        return log.read_text("utf-8").splitlines() if log.exists() else []

    def stub(self, name: str, body: str) -> None:
        path = self.root / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.root}/calls"\n{body}\n')
        path.chmod(0o755)

    def run(self, script: Path) -> int:
        """The script's own text, with this system's paths in it."""
        text = script.read_text("utf-8")
        if str(self.root) not in text:
            for path in PATHS:
                text = text.replace(path, f"{self.root}{path}")
            script.write_text(text)
        environment = {"PATH": f"{self.root}/bin:/usr/bin:/bin"}
        return subprocess.run(["sh", script], env=environment, check=False, timeout=30).returncode


@pytest.fixture
def system(tmp_path: Path) -> System:
    found = System(tmp_path / "root")
    for folder in ("etc/systemd/system", "etc/NetworkManager/system-connections", "usr/bin", "boot"):
        (found.root / folder).mkdir(parents=True)
    for name in STUBS:
        found.stub(name, "")
    return found


def carded(office: Office, system: System, tmp_path: Path) -> None:
    package = tmp_path / "motcua_0.9.0_trixie_arm64.deb"
    package.write_bytes(PACKAGE)
    stock(system.boot, cloud_init=False)
    office.card("board-1", system.boot, "--package", package)
    # As apt would: the package brings the command.
    program = f'#!/bin/sh\necho "motcua $*" >> "{system.root}/calls"\nexit "$(cat "{system.root}/first-boot-says")"\n'
    (system.root / "program").write_text(program)
    (system.root / "program").chmod(0o755)
    system.stub("apt-get", f'[ "$1" = update ] && exit 100; cp "{system.root}/program" "{system.root}/usr/bin/motcua"')


def installed(system: System) -> Path:
    """What the kernel's line starts, once."""
    assert system.run(system.boot / "motcua/first-boot.sh") == 0
    return system.root / "usr/local/lib/motcua-card/first-boot.sh"


def test_bookworms_first_start_puts_the_unit_into_place_and_begins_plainly_next_time(
    office: Office, system: System, tmp_path: Path
) -> None:
    carded(office, system, tmp_path)
    line = (system.boot / "cmdline.txt").read_text()
    script = installed(system)
    assert os.access(script, os.X_OK)
    unit = system.root / "etc/systemd/system/motcua-card.service"
    assert "Restart=on-failure" in unit.read_text()
    network = system.root / "etc/NetworkManager/system-connections/motcua-first.nmconnection"
    assert network.stat().st_mode & 0o777 == 0o600
    assert "systemctl enable motcua-card.service" in system.calls
    left = (system.boot / "cmdline.txt").read_text().split()
    assert left == [word for word in line.split() if not word.startswith(("systemd.run", "systemd.unit="))]
    assert any(word.startswith("systemd.show_status") for word in left), "words of our own stay"


def test_without_a_network_the_cards_own_packages_do_and_the_device_is_done_once(
    office: Office, system: System, tmp_path: Path
) -> None:
    carded(office, system, tmp_path)
    script = installed(system)
    (system.root / "first-boot-says").write_text("0")
    assert system.run(script) == 0
    calls = [call.replace(str(system.root), "") for call in system.calls]
    assert "motcua provision first-boot --boot /boot/firmware --root /" in calls
    assert calls[-1] == "systemctl --no-block reboot"
    assert "systemctl disable motcua-card.service" in calls
    assert (system.root / "etc/cloud/cloud-init.disabled").exists()
    assert not (system.root / "etc/NetworkManager/system-connections/motcua-first.nmconnection").exists()


def test_when_the_device_cannot_be_made_yet_nothing_is_switched_off(
    office: Office, system: System, tmp_path: Path
) -> None:
    carded(office, system, tmp_path)
    script = installed(system)
    (system.root / "first-boot-says").write_text("1")
    assert system.run(script) == 1
    assert "systemctl disable motcua-card.service" not in system.calls
    assert not (system.root / "etc/cloud/cloud-init.disabled").exists()
    assert (system.root / "etc/NetworkManager/system-connections/motcua-first.nmconnection").exists()
    (system.root / "first-boot-says").write_text("0")
    assert system.run(script) == 0, "the unit tries again"
    assert len([call for call in system.calls if call.startswith("apt-get install")]) == 1


def test_a_package_that_somebody_changed_is_not_installed(office: Office, system: System, tmp_path: Path) -> None:
    carded(office, system, tmp_path)
    script = installed(system)
    (package,) = (system.boot / "motcua/packages").glob("*.deb")
    package.write_bytes(PACKAGE + b"more")
    assert system.run(script) == 1, "sha256sum's own code"
    assert not [call for call in system.calls if call.startswith("apt-get")]
