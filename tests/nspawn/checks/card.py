"""A card's first start with the real package: stock system, card, certificates, report, blanked secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from provisioning.card import FOLDER, REPORT, SECRET_FILES
from tests.nspawn import roots
from tests.nspawn.checks import Check
from tests.nspawn.container import Container, ContainerError, plugged_in
from tests.nspawn.stage import Stage
from tests.provisioning.conftest import stock

_FIRST_START_S: Final = 900
#: as Raspberry Pi OS has them since Debian 13 (pi-gen, stage2/04-cloud-init)
_CLOUD_INIT: Final = {
    "etc/cloud/cloud.cfg.d/99_raspberry-pi.cfg": (
        "datasource_list: [NoCloud, None]\ndatasource: {NoCloud: {seedfrom: file:///boot/firmware}}\n"
        "ssh_deletekeys: false\nssh_genkeytypes: []\n"
    ),
    "usr/lib/netplan/00-network-manager-all.yaml": "network: {version: 2, renderer: NetworkManager}\n",
}


def _stock_system(stage: Stage) -> Path:
    """A system with all that the package asks apt for, and without it; on Debian 13 with cloud-init."""
    root = stage.layer("card")
    purge = "MOTCUA_PURGE_STATE=yes apt-get purge -q -y motcua && rm -f /root/*.deb"
    roots.inside(root, purge)
    if stage.suite == "trixie":
        roots.inside(root, "apt-get install -q -y --no-install-recommends cloud-init netplan.io", network=True)
        for path, text in _CLOUD_INIT.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
            (root / path).chmod(0o600)
    if (root / "usr/bin/motcua").exists() or (root / "etc/motcua").exists():
        raise ContainerError("something of Motcua is there before the card")
    return root


def first_start(stage: Stage) -> None:
    """Switched on with the card in it, the device makes itself a hub, and nothing secret is left on the card."""
    root = _stock_system(stage)
    boot = stock(root / "boot/firmware", cloud_init=stage.suite == "trixie")
    stage.office.write()
    stage.office.card("card", boot, stage.package)
    token = json.loads((boot / FOLDER / "enrol.json").read_text(encoding="utf-8"))["token"]
    words = (boot / "cmdline.txt").read_text(encoding="utf-8").split()
    device = Container("card", root, namespace="motcua-card")
    plugged_in("card", stage.addresses["card"])
    try:
        if stage.suite == "bookworm":
            # What the kernel's line starts once; it ends with a restart, after which the unit does the work.
            (boot / FOLDER / "first-boot.sh").chmod(0o755)  # on FAT every file can be run
            device.start(*(word for word in words if word.startswith("systemd.")), settled=False)
            _restarted(device, "the card's script")
            plain = (boot / "cmdline.txt").read_text(encoding="utf-8")
            if "systemd.run" in plain or "systemd.unit" in plain:
                raise ContainerError(f"the kernel's line would begin again: {plain}")
        device.start(settled=False)
        _restarted(device, "motcua-card.service")
        _reported(boot, token)
        device.start()
        _is_the_hub(device)
    finally:
        device.stop()
    stage.office.verify("card", root)


def _restarted(device: Container, what: str) -> None:
    if not device.restarts(_FIRST_START_S):
        said = device.said("motcua-card.service")
        raise ContainerError(f"{what} did not come to its end:\n{said}\n{device.said('cloud-final.service')}")


def _reported(boot: Path, token: str) -> None:
    report = json.loads((boot / REPORT).read_text(encoding="utf-8"))
    if (report["state"], report["enrolled"], report["device"]) != ("done", "enrolled", "xa-the/hub"):
        raise ContainerError(str(report))
    plain = b"#cloud-config\n{}\n"
    left = [name for name in SECRET_FILES if (boot / name).exists() and (boot / name).read_bytes() != plain]
    holds = [path.name for path in boot.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    if left or holds:
        raise ContainerError(f"left on the card: {left}; the token in {holds}")


def _is_the_hub(device: Container) -> None:
    for part in ("broker", "hub"):
        device.active(f"motcua-{part}.service", 150)
    failed = device.ok("systemctl", "--failed", "--no-legend", "--plain")
    if failed:
        raise ContainerError(f"{failed}\n{device.said(failed.split()[0])}")
    off = {
        unit: device.run("systemctl", "is-enabled", unit).out for unit in ("motcua-card.service", "mosquitto.service")
    }
    if off != {"motcua-card.service": "disabled", "mosquitto.service": "masked"}:
        raise ContainerError(str(off))
    if (device.root / "usr/bin/cloud-init").exists() and not (device.root / "etc/cloud/cloud-init.disabled").exists():
        raise ContainerError("cloud-init would look at the card again")


CHECKS: Final = (
    Check(
        "a card's first start: the package installed, certificates fetched, reported, the secrets blanked", first_start
    ),
)
