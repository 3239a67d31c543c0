"""The units as systemd itself reads them: nothing unknown in them, each in its box, each role complete."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import get_args

import pytest

from firmware_config.device import Role
from motcua.update.device import PART

ROOT = Path(__file__).resolve().parents[2]
SYSTEMD = ROOT / "systemd"
ROLES = get_args(Role)
UNITS = sorted(path.name for path in SYSTEMD.glob("motcua-*.*") if path.is_file())
SERVICES = [name for name in UNITS if name.endswith(".service")]
#: what changes packages, as root; the unit of a card's first start is no unit of the package's own
AS_ROOT = {"motcua-install.service", "motcua-card.service"}
#: of the image alone (docs/image.md): they open its root, and make the device's own number and keys
IMAGE = ROOT / "tools/image/tree/usr/lib/systemd/system"
OF_THE_IMAGE = {path.name for path in IMAGE.glob("motcua-*.service")}
#: tenths of systemd's ten; what draws needs the graphics card and writes its own machine code; why scripts of Debian's
#: packages need more: docs/appliance.md
EXPOSURE = {
    "motcua-kiosk.service": 20, "motcua-display.service": 20, "motcua-install.service": 48, "motcua-card.service": 52,
    "motcua-first-start.service": 49, "motcua-enrol.service": 22,
}  # fmt: skip
DISPLAY_LESS = 15
LONG_RUNNING = {"motcua-hub", "motcua-kiosk", "motcua-display", "motcua-signs", "motcua-central"}

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing: apt install systemd"
)


def keys(name: str) -> dict[str, list[str]]:
    """Key → its values, in order; comments and sections left out."""
    found: dict[str, list[str]] = {}
    for line in (SYSTEMD / name).read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with this machine's own units and ours; the programs they start are there by name."""
    root = tmp_path_factory.mktemp("root")
    (root / "usr/lib").mkdir(parents=True)
    (root / "lib").symlink_to("usr/lib")
    (root / "etc").mkdir()
    (root / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n", encoding="ascii")
    own = Path("/usr/lib/systemd/system")
    shutil.copytree(
        own if own.is_dir() else Path("/lib/systemd/system"), root / "usr/lib/systemd/system", symlinks=True
    )
    for name in UNITS:
        shutil.copy(SYSTEMD / name, root / "usr/lib/systemd/system")
    for name in SERVICES:
        for key in ("ExecStart", "ExecStartPre", "ExecReload"):
            for line in keys(name).get(key, []):
                program = root / re.sub(r"^[-+!:@]*/", "", line).split()[0]
                program.parent.mkdir(parents=True, exist_ok=True)
                program.touch(mode=0o755)
    return root


def verify(root: Path, *names: str) -> subprocess.CompletedProcess[str]:
    words = [f"/usr/lib/systemd/system/{name}" for name in names]
    return subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={root}", *words],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@needs_systemd
def test_systemd_has_nothing_to_say_to_any_unit(system: Path) -> None:
    done = verify(system, *UNITS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
def test_a_key_that_this_systemd_does_not_know_would_be_seen(system: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(system, root, symlinks=True)
    unit = root / "usr/lib/systemd/system/motcua-hub.service"
    unit.write_text(unit.read_text(encoding="utf-8").replace("Restart=always", "Restort=always"), encoding="utf-8")
    assert "Restort" in verify(root, "motcua-hub.service").stderr


def place(name: str) -> Path:
    folders = (SYSTEMD, ROOT / "provisioning/card_files", IMAGE)
    return next(path for path in (folder / name for folder in folders) if path.exists())


@needs_systemd
@pytest.mark.parametrize("name", sorted({*SERVICES, *AS_ROOT, *OF_THE_IMAGE}))
def test_every_service_is_in_its_box(name: str) -> None:
    bound = EXPOSURE.get(name, DISPLAY_LESS)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={bound}", place(name)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("name", sorted(AS_ROOT | OF_THE_IMAGE))
def test_what_runs_as_root_runs_for_minutes_and_its_bound_is_said(name: str) -> None:
    unit = place(name).read_text(encoding="utf-8")
    assert "Type=oneshot" in unit
    assert "User=" not in unit
    page = (ROOT / "docs/appliance.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{name.removesuffix('.service')}` \| {EXPOSURE[name] / 10} \|", page, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(AS_ROOT))
@pytest.mark.parametrize(
    "key",
    ["ProtectSystem", "ProtectKernelModules", "ProtectKernelTunables", "ProtectClock", "PrivateDevices", "DeviceAllow",
     "DevicePolicy", "RestrictSUIDSGID", "ProtectProc", "ProcSubset", "PrivateUsers", "PrivateNetwork",
     "IPAddressDeny"],
)  # fmt: skip
def test_no_box_takes_from_debians_scripts_what_they_work_with(name: str, key: str) -> None:
    """A stricter figure would be paid by a device whose packages, or whose initramfs, are left in half."""
    assert f"\n{key}=" not in place(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(AS_ROOT))
def test_debians_scripts_can_tell_a_device_from_a_chroot(name: str) -> None:
    """udev's postinst looks at /proc/1/root; without this it found a chroot, and left the old udev running."""
    assert "CapabilityBoundingSet=CAP_SYS_PTRACE" in place(name).read_text(encoding="utf-8")
    assert "CAP_SYS_CHROOT" in place(name).read_text(encoding="utf-8")


def test_the_root_is_opened_and_closed_from_outside_of_the_installers_box() -> None:
    """What is mounted inside is not mounted for systemd, which writes what ``systemctl mask`` asks for.

    A "+" alone leaves the process a view of its own: opened there, the root stayed closed for the installer.
    """
    unit = keys("motcua-install.service")
    (opens,), (closes,) = unit["ExecStartPre"], unit["ExecStopPost"]
    outside = "-+/usr/bin/nsenter --target 1 --mount /bin/sh -c 'findmnt --fstab --options ro / >/dev/null || exit 0; "
    assert opens.startswith(f"{outside}mount -o remount,rw /")
    assert closes.startswith(f"{outside}mount -o remount,ro /")


@pytest.mark.parametrize("name", sorted(f"{name}.service" for name in LONG_RUNNING))
def test_a_hung_process_is_ended_and_started_again_for_ever(name: str) -> None:
    unit = keys(name)
    assert unit["Type"] == ["notify"]
    assert 10 <= int(unit["WatchdogSec"][0]) <= 30
    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert any("queue_kit.backoff" in line for line in unit["ExecStartPre"])


@pytest.mark.parametrize("name", sorted({*LONG_RUNNING, "motcua-broker"}))
def test_an_upgrade_stops_each_part_and_an_update_judges_it(name: str) -> None:
    """A part that both pass over would run on over files that are no longer its own."""
    assert PART.fullmatch(f"{name}.service")
    prerm = (ROOT / "tools/deb/prerm").read_text(encoding="utf-8")
    (pattern,) = re.findall(r"grep -E '([^']+)'", prerm)
    assert re.fullmatch(pattern, f"{name}.service")
    assert not re.fullmatch(pattern, "motcua-update.service"), "who runs the upgrade"


@pytest.mark.parametrize("name", SERVICES)
def test_no_unit_uses_what_debian_12_does_not_know(name: str) -> None:
    """systemd 252; the machine of the tests may have a newer one."""
    assert not keys(name).keys() & {
        "RestartSteps", "RestartMaxDelaySec", "RestartMode", "MemoryZSwapWriteback", "PrivatePIDs",
    }  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_a_role_starts_what_its_device_is_for_and_no_other_role(role: str) -> None:
    unit = keys(f"motcua-{role}.target")
    wants = set(unit["Wants"][0].split())
    assert wants <= set(UNITS)
    parts = {
        "solo": {"broker", "hub", "kiosk"}, "hub": {"broker", "hub"}, "kiosk": {"kiosk"}, "board": {"display"},
        "signs": {"signs"}, "central": {"broker", "central"},
    }[role]  # fmt: skip
    running = {name for name in wants if name.endswith(".service")} - {"motcua-time.service"}
    assert running == {f"motcua-{part}.service" for part in parts}
    others = {f"motcua-{one}.target" for one in ROLES} - {f"motcua-{role}.target"}
    assert set(unit["Conflicts"][0].split()) == others
    assert unit["WantedBy"] == ["multi-user.target"]


@pytest.mark.parametrize("role", ROLES)
def test_every_device_looks_after_itself_and_a_hub_after_its_office_too(role: str) -> None:
    wants = {name for line in keys(f"motcua-{role}.target")["Wants"] for name in line.split()}
    timers = {"motcua-update.timer", "motcua-health.timer"}
    if role in {"solo", "hub"}:
        timers |= {"motcua-backup.timer", "motcua-catalogue.timer"}
    if role in {"solo", "hub", "central"}:
        timers |= {"motcua-deny-list.timer"}
    assert {name for name in wants if name.endswith(".timer")} == timers
    assert timers <= set(UNITS)


def test_a_user_for_each_process_and_none_but_its_own() -> None:
    said = (SYSTEMD / "sysusers.d/motcua.conf").read_text(encoding="utf-8")
    made = set(re.findall(r"^u (\S+)", said, re.MULTILINE))
    users = {value for name in SERVICES for value in keys(name).get("User", [])}
    assert users <= made
    running = {keys(f"{name}.service")["User"][0] for name in LONG_RUNNING} | {keys("motcua-broker.service")["User"][0]}
    assert len(running) == len(LONG_RUNNING) + 1
    groups = set(re.findall(r"^[gu] (\S+)", said, re.MULTILINE)) | {"audio", "dialout", "plugdev", "tty", "video"}
    named = {group for name in SERVICES for line in keys(name).get("SupplementaryGroups", []) for group in line.split()}
    assert named <= groups


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is missing: apt install systemd")
def test_users_and_folders_are_made_in_a_new_root(tmp_path: Path) -> None:
    for folder in ("sysusers.d", "tmpfiles.d"):
        shutil.copytree(SYSTEMD / folder, tmp_path / "usr/lib" / folder)
    (tmp_path / "etc").mkdir()
    done = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}"], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
    assert "not a valid" not in done.stderr
    made = (tmp_path / "etc/passwd").read_text(encoding="utf-8")
    assert {line.partition(":")[0] for line in made.splitlines()} >= {"motcua-hub", "motcua-kiosk", "motcua-broker"}
    done = subprocess.run(
        ["systemd-tmpfiles", "--create", f"--root={tmp_path}"], capture_output=True, text=True, check=False, timeout=30
    )
    assert (tmp_path / "var/backups/motcua").is_dir(), done.stderr
    assert (tmp_path / "etc/motcua/identity").is_dir()


def test_the_journal_of_the_system_stays_in_memory() -> None:
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(SYSTEMD / "journald/motcua.conf", encoding="utf-8")
    assert parser["Journal"]["Storage"] == "volatile"
    assert all(keys(name)["LogNamespace"] == ["motcua"] for name in SERVICES)
