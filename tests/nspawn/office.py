"""The office of these tests, made as a technician makes one: an inventory, an authority, and ``motcua provision``."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from firmware_config.device import describe
from firmware_config.firewall import listening
from motcua.office_run import SHIPPED_OFFICE, round_the_clock
from motcua.provision.boards import description
from provisioning.inventory import read_inventory
from tests.nspawn.container import ContainerError, wait_until

PROVINCE, OFFICE = "lam-dong", "xa-thu"
PORT: Final = 8883
HUB_NAME: Final = f"hub.{OFFICE}.motcua.internal"
CENTRAL_NAME: Final = "central.motcua.internal"
#: role → the device of the inventory that has it; ``card``: one that begins with a card
PLACES: Final = {
    "solo": "xa-mot/kiosk-1", "hub": f"{OFFICE}/hub", "kiosk": f"{OFFICE}/kiosk-1", "board": f"{OFFICE}/board-1",
    "signs": f"{OFFICE}/signs-1", "card": "xa-the/hub", "central": "central/may-tinh",
}  # fmt: skip
_CA_NAME: Final = "ca.motcua.internal"
_CA_PORT: Final = 8455
_INVENTORY: Final = """\
format: 1
province: {province}
name: {{vi: "Tỉnh thử", en: "Trial province"}}
authority: {{url: "https://{ca_name}:{ca_port}", address: {ca}}}
networks: [{{id: day, kind: wired}}]
central:
  address: {central}
  device: {{id: may-tinh, role: central, board: amd64, network: day, address: {central}/24}}
{updates}offices:
  - id: {office}
    configuration: office.yaml
    hub: {{address: {hub}}}
    devices:
      - {{id: hub, role: hub, board: amd64, network: day, address: {hub}/24}}
      - {{id: kiosk-1, role: kiosk, board: amd64, screen: landscape-1080p, network: day, address: {kiosk}/24}}
      - {{id: board-1, role: board, board: amd64, screen: landscape-1080p, voice: false, network: day,
         address: {board}/24}}
      - {{id: signs-1, role: signs, board: amd64, network: day, address: {signs}/24}}
  - id: xa-mot
    configuration: office.yaml
    hub: {{address: {solo}}}
    devices:
      - {{id: kiosk-1, role: solo, board: amd64, screen: landscape-1080p, network: day, address: {solo}/24}}
  - id: xa-the
    configuration: office.yaml
    hub: {{address: {card}}}
    devices: [{{id: hub, role: hub, board: pi5, network: day, address: {card}/24}}]
"""
_UPDATES: Final = """\
updates: {{repository: "file:{seen}", key: motcua.asc, window: "00:00-23:59", settle_s: 5}}
"""


class Office:
    """The province's folder. ``addresses``: role → address, and the authority's own under ``ca``."""

    def __init__(self, folder: Path, addresses: Mapping[str, str]) -> None:
        self.folder, self._addresses = folder, addresses
        self.inventory, self.authority = folder / "province.yaml", folder / "authority"
        round_the_clock(SHIPPED_OFFICE, folder / "office.yaml", province=PROVINCE, id=OFFICE)
        self.write()
        self.provision("authority", self.authority, "--province", PROVINCE)

    def write(self, *, publisher: Path | None = None, seen: str = "") -> None:
        """Write the inventory; ``publisher``: a public key, whose repository devices see at ``seen``."""
        if publisher is not None:
            (self.folder / "motcua.asc").write_bytes(publisher.read_bytes())
        updates = _UPDATES.format(seen=seen) if publisher is not None else ""
        text = _INVENTORY.format(
            province=PROVINCE, office=OFFICE, ca_name=_CA_NAME, ca_port=_CA_PORT, updates=updates, **self._addresses
        )
        self.inventory.write_text(text, encoding="utf-8")

    def provision(self, *words: object, code: int = 0) -> str:
        """``motcua provision …`` on this computer; it has to end with ``code``. Gives what it said, both ways."""
        done = subprocess.run(
            [sys.executable, "-m", "motcua", "provision", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120,
        )  # fmt: skip
        if done.returncode != code:
            raise ContainerError(f"motcua provision {' '.join(map(str, words))}: {done.returncode}\n{done.stdout}")
        return done.stdout

    def apply(self, role: str, root: Path) -> str:
        """Make the root what the inventory says."""
        return self.provision("apply", *self._device(role), "--root", root)

    def verify(self, role: str, root: Path) -> None:
        """It has to be so."""
        self.provision("verify", *self._device(role), "--root", root)

    def token(self, role: str) -> str:
        """A one-time token."""
        return self.provision("token", *self._device(role)).strip()

    def card(self, role: str, boot: Path, package: Path) -> None:
        """Write a boot volume."""
        self.provision("card", *self._device(role), "--boot", boot, "--package", package)

    def deny(self, role: str) -> None:
        """Take its certificates back."""
        self.provision("deny", *self._device(role))

    def sign(self, stick: Path) -> None:
        """Answer the requests on a stick."""
        self.provision("sign", stick, "--authority", self.authority)

    def _device(self, role: str) -> list[object]:
        return [self.inventory, "--device", PLACES[role], "--authority", self.authority]

    def listens_on(self, role: str) -> set[int]:
        """Ports that a device of this role may be reached at."""
        place = read_inventory(self.inventory).find(PLACES[role])
        return set(listening(describe(**description(place))))

    @contextlib.contextmanager
    def enrolment_service(self, namespace: str) -> Iterator[None]:
        """The authority's service, in a third place of the wire."""
        ready, log = self.folder / "service-ready", self.folder / "service.log"
        words = ["ip", "netns", "exec", namespace, sys.executable, "-m", "motcua", "provision", "serve-ca"]
        words += [str(self.authority), "--name", _CA_NAME, "--port", str(_CA_PORT), "--ready-file", str(ready)]
        with log.open("ab") as out:
            process = subprocess.Popen(words, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            wait_until(lambda: ready.exists() or process.poll() is not None, "service of the authority", 60)
            if process.poll() is not None:
                raise ContainerError(log.read_text(encoding="utf-8"))
            yield
        finally:
            process.terminate()
            process.wait(30)
