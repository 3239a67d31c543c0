"""The package itself: installed on a fresh Debian, removed, and what systemd says to its units."""

from __future__ import annotations

import filecmp
import re
import shutil
from pathlib import Path
from typing import Final

from tests.nspawn import roots
from tests.nspawn.checks import Check
from tests.nspawn.container import ContainerError
from tests.nspawn.stage import Stage, repacked

#: tenths: what draws needs the graphics card and memory that is written and run; in two Debian's scripts run as root
_BOUNDS: Final = {
    "motcua-kiosk.service": 20, "motcua-display.service": 20, "motcua-install.service": 48, "motcua-card.service": 52,
}  # fmt: skip
_BOUND: Final = 15
_UNITS: Final = "usr/lib/systemd/system"


def same_bytes(stage: Stage) -> None:
    """The second build is the first one, byte for byte."""
    if not filecmp.cmp(stage.package, stage.build(stage.folder / "again"), shallow=False):
        raise ContainerError(f"{stage.package.name} came out otherwise the second time")


def installs(stage: Stage) -> None:
    """It runs, sees apt's evdev, has its accounts; nothing of it is enabled, and Debian's broker is off."""
    root = stage.installed
    said = roots.inside(root, "motcua --version && /opt/motcua/bin/python3 -c 'import evdev; print(evdev.__file__)'")
    if "motcua 0" not in said or "/usr/lib/python3/dist-packages/evdev" not in said:
        raise ContainerError(said)
    if not {"first-boot.sh", "motcua-card.service"} <= {path.name for path in _card_files(root).iterdir()}:
        raise ContainerError("a card cannot be made of what the package brings")
    enabled = [path.name for path in root.glob("etc/systemd/system/*.wants/motcua-*")]
    if enabled:
        raise ContainerError(f"enabled without a role: {enabled}")
    if "masked" not in roots.inside(root, "systemctl is-enabled mosquitto.service || true"):
        raise ContainerError("Debian's mosquitto.service is not masked")
    for account in ("broker", "hub", "kiosk", "board", "signs", "central", "health"):
        roots.inside(root, f"id motcua-{account}")


def _card_files(root: Path) -> Path:
    (found,) = root.glob("opt/motcua/lib/python3*/site-packages/provisioning/card_files")
    return found


def _units(root: Path) -> list[str]:
    units = sorted(path.name for path in (root / _UNITS).glob("motcua-*"))
    if not units:
        raise ContainerError("the package has no units")
    return units


def verified(stage: Stage) -> None:
    """``systemd-analyze verify`` prints nothing (it ends with 0 on an unknown key, and only says so)."""
    units = " ".join(f"/{_UNITS}/{name}" for name in _units(stage.installed) if "." in name)
    # A device has its number from its first start on; a unit of systemd's own asks for it.
    words = f"systemd-machine-id-setup >/dev/null 2>&1; systemd-analyze verify --man=no {units}"
    said = roots.inside(stage.layer("verify"), words).strip()
    if said:
        raise ContainerError(said)


def exposure(stage: Stage) -> None:
    """No service is more exposed than its bound."""
    places = [f"/{_UNITS}/{name}" for name in _units(stage.installed) if name.endswith(".service")]
    # A card brings its unit along; the package has it to make cards.
    places += [f"/{path.relative_to(stage.installed)}" for path in _card_files(stage.installed).glob("*.service")]
    if missing := _BOUNDS.keys() - {Path(place).name for place in places}:
        raise ContainerError(f"not in the package: {missing}")
    for place in places:
        name = Path(place).name
        bound = _BOUNDS.get(name, _BOUND)
        said = roots.inside(
            stage.installed,
            f"systemd-analyze security --no-pager --offline=true --threshold={bound} {place} 2>&1 || true",
        )
        found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
        if found is None or float(found[1]) * 10 > bound:
            raise ContainerError(f"{name}: {found[0] if found else said} (bound {bound / 10})")
        print(f"          {name}: {found[1]} (≤ {bound / 10})", flush=True)


def up_down_and_purged(stage: Stage) -> None:
    """Upgrade and downgrade keep the settings; purge keeps the journal unless it is told otherwise."""
    root = stage.layer("purge")
    newer = repacked(stage.package, "99.0+deb12", stage.folder)
    shutil.move(newer, root / "root" / "newer.deb")
    # Without a network here: after a purge apt would fetch the recommended packages that nobody has installed.
    apt = "apt-get install -q -y --no-install-recommends --allow-downgrades"
    said = roots.inside(
        root,
        "set -e; echo '# ours' >>/etc/motcua/update.yaml; mkdir -p /var/lib/motcua/hub; "
        "echo journal >/var/lib/motcua/hub/hub.db; "
        f"{apt} /root/newer.deb; dpkg-query -W motcua; {apt} /root/{stage.package.name}; dpkg-query -W motcua; "
        "grep ours /etc/motcua/update.yaml; motcua --version; dpkg --verify motcua; "
        "apt-get purge -q -y motcua; cat /var/lib/motcua/hub/hub.db; test ! -e /etc/motcua; test ! -e /opt/motcua; "
        f"{apt} /root/{stage.package.name}; MOTCUA_PURGE_STATE=yes apt-get purge -q -y motcua; "
        "test ! -e /var/lib/motcua; "
        "systemctl is-enabled mosquitto.service || true",
    )
    for words in ("99.0+deb12", "# ours", "holds the journal and is kept", "\njournal\n"):
        if words not in said:
            raise ContainerError(f"{words!r} is not in:\n{said}")
    if said.rstrip().endswith("masked"):
        raise ContainerError("the mask of mosquitto.service outlived the package")


CHECKS: Final = (
    Check("the same commit gives the same package, byte for byte", same_bytes),
    Check("apt installs it on a fresh Debian; no role, no broker of Debian's, apt's evdev is seen", installs),
    Check("systemd-analyze verify is silent for every unit", verified),
    Check("no unit above its exposure bound", exposure),
    Check("upgrade and downgrade keep settings; purge keeps the journal unless it is asked", up_down_and_purged),
)
