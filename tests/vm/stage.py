"""What the checks share: an office with an authority, its device's disk made by ``make image``'s recipe, the device."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

import uvicorn

from firmware_config.lock_down import MASKED
from motcua.office_run import SHIPPED_OFFICE, round_the_clock
from provisioning.apply import Target as Root
from provisioning.authority import Authority
from provisioning.authority_service import service
from provisioning.identity import CA, install, make_requests
from provisioning.inventory import read_inventory
from queue_core.wire.bus import TlsFiles
from queue_core.wire.topics import Topics
from queue_kit.broker import free_port
from tests.nspawn.publisher import SEEN, Publisher
from tests.rig.machine import OUTSIDE, ROOT, wait_until
from tests.vm.citizens import Citizens
from tests.vm.disk_read import root_digest
from tests.vm.machine import WITHOUT_KIOSK, Boot, Device
from tools.deb.build import commit_time
from tools.deb.targets import SUITES, Target
from tools.image import disk
from tools.image.build import package_of
from tools.image.root import HERE, Role, give_role, make

PROVINCE, OFFICE, DEVICE, OTHER = "tinh-thu", "xa-thu", "kiosk-1", "kiosk-2"
#: the working day of all starts, the next that has not begun: certificates and lists of packages are signed while the
#: test runs, and a device whose day is earlier refuses what is of its future
DAY: Final = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=22)).date()
#: what the device's own address is in QEMU's network
_ADDRESS: Final = "10.0.2.15"
#: the newest finished root of a suite is kept, by its package and what made it
_KEPT: Final = Path(os.environ.get("MOTCUA_VM", "/var/tmp/motcua-vm"))
#: the disk is larger than the image, as a card is
MORE_MIB: Final = 1024
_HERE: Final = Path(__file__).parent
_INVENTORY: Final = """\
format: 1
province: {province}
name: Tỉnh Thử
authority: {{url: "https://{outside}:{port}"}}
time_servers: [{outside}]
networks: [{{id: day, kind: wired}}]
updates: {{repository: "file:{seen}", key: motcua.asc, window: "00:00-23:59", settle_s: 5}}
offices:
  - id: {office}
    configuration: office.yaml
    hub: {{address: {address}}}
    devices:
      - {{id: {device}, role: solo, board: amd64, screen: portrait-1080p, network: day, ports: {{panel: [1-1]}}}}
      - {{id: {other}, role: kiosk, board: amd64, screen: portrait-1080p, network: day}}
"""
#: emulation is slower than any board: what hangs is for make nspawn to show
_SLOW: Final = "[Service]\nTimeoutStartSec=900\n"
_SLOW_LOOP: Final = f"{_SLOW}WatchdogSec=300\n"
_PATIENT: Final = {"broker": _SLOW, "hub": _SLOW_LOOP, "kiosk": _SLOW_LOOP, "time": _SLOW}


class Stage:
    """``folder``: on a disk, for everything of this run; ``package``, ``mirror``: as for ``make image``."""

    def __init__(self, folder: Path, suite: str, *, package: Path | None, mirror: str | None) -> None:
        self.folder, self.suite, self._package, self._mirror = folder, suite, package, mirror
        self._starts = 0
        #: of the root's partition, when the first start was over
        self.root_digest = ""
        self._looked_at: contextlib.ExitStack | None = None

    # ------------------------------------------------------------------ the office
    @cached_property
    def authority(self) -> Authority:
        """The province's authority."""
        return Authority.make(self.folder / "authority", PROVINCE)

    @cached_property
    def inventory(self) -> Path:
        """The province's inventory: the device, and a kiosk outside of it that citizens ask at."""
        office = self.folder / "office.yaml"
        self.office = round_the_clock(SHIPPED_OFFICE, office, province=PROVINCE, id=OFFICE)
        self.publish(self.package)
        shutil.copy(self.publisher.key, self.folder / "motcua.asc")
        path = self.folder / "province.yaml"
        path.write_text(
            _INVENTORY.format(
                province=PROVINCE, office=OFFICE, device=DEVICE, other=OTHER, outside=OUTSIDE, address=_ADDRESS,
                port=self.authority_port, seen=SEEN,
            ),
            encoding="utf-8",
        )  # fmt: skip
        return path

    @cached_property
    def publisher(self) -> Publisher:
        """Whoever publishes versions for the device: a key of their own, a folder for a stick."""
        return Publisher(self.folder / "publisher", self.suite)

    def publish(self, package: Path) -> None:
        """One more version in the folder that lies on a stick; no agent of gpg is left behind."""
        try:
            self.publisher.publish(package)
        finally:
            self.publisher.close()

    @cached_property
    def authority_port(self) -> int:
        """Where :meth:`authority_serves`."""
        return free_port()

    @contextlib.contextmanager
    def authority_serves(self) -> Iterator[None]:
        """The enrolment service, as ``motcua provision serve-ca`` runs it."""
        certificate, key = self.authority.serve_files([OUTSIDE])
        server = uvicorn.Server(
            uvicorn.Config(
                service(self.authority), host="127.0.0.1", port=self.authority_port, log_level="warning",
                ssl_certfile=str(certificate), ssl_keyfile=str(key),
            )
        )  # fmt: skip
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            wait_until(lambda: server.started, "enrolment service", 30)
            yield
        finally:
            server.should_exit = True
            thread.join()

    @cached_property
    def _tls(self) -> TlsFiles:
        """The identity of the kiosk outside."""
        place = read_inventory(self.inventory).find(f"{OFFICE}/{OTHER}")
        root = Root(self.folder / "outside", owners=False)
        (root.root / "etc/motcua").mkdir(parents=True)
        (root.root / CA).write_bytes(self.authority.public(place).ca)
        instances = {OTHER: "root"}
        requests = make_requests(root, instances)
        install(root, instances, self.authority.enrol(self.authority.token(place), place.name, requests))
        own = root.root / "etc/motcua/identity" / OTHER
        return TlsFiles(root.root / CA, own / "cert.pem", own / "key.pem")

    def citizens(self, port: int) -> Citizens:
        """Citizens who ask at the kiosk outside, all for the same service."""
        topics, services = Topics(PROVINCE, OFFICE), [service.id for service in self.office.leaves()]
        return Citizens(port, topics, OTHER, self._tls, services[0])

    # ------------------------------------------------------------------ the disk
    @cached_property
    def package(self) -> Path:
        """This checkout's package, or the one that was named."""
        return (self._package or package_of(self.target, self.folder / "package")).resolve()

    @property
    def target(self) -> Target:
        """This computer's architecture."""
        return Target(SUITES[self.suite], "amd64")

    @cached_property
    def _root(self) -> tuple[Path, str]:
        """The root of an image without a role, and its disk's number."""
        target, package = self.target, self.package
        number = disk.disk_id(package.read_bytes())
        root = _KEPT / f"{self.suite}-{disk.disk_id(package.read_bytes(), *_recipe())}"
        if not root.exists():
            _KEPT.mkdir(parents=True, exist_ok=True)
            for older in _KEPT.glob(f"{self.suite}-*"):
                shutil.rmtree(older)
            fresh = root.with_suffix(".part")
            shutil.rmtree(fresh, ignore_errors=True)
            make(target, package, fresh, disk_id=number, epoch=commit_time(), mirror=self._mirror)
            fresh.rename(root)
        return root, number

    @cached_property
    def disk(self) -> Path:
        """The device's disk: the image, written to something larger."""
        base, number = self._root
        root = self.folder / "root"
        subprocess.run(["cp", "-a", str(base), str(root)], check=True)
        role = Role(self.inventory, f"{OFFICE}/{DEVICE}", authority=self.authority.folder)
        give_role(root, role)
        _lay_test(root)
        image = self.folder / "device.img"
        disk.write(root, image, disk.Layout(number, commit_time()))
        shutil.rmtree(root)
        os.truncate(image, image.stat().st_size + MORE_MIB * disk.MIB)
        return image

    @cached_property
    def boot(self) -> Boot:
        """What a firmware reads: from the image's boot partition, not from this computer."""
        start = disk.parts(self.disk)[0].start
        for name in ("vmlinuz", "initrd.img", "cmdline.txt"):
            subprocess.run(
                ["mcopy", "-n", "-i", f"{self.disk}@@{start}", f"::{name}", str(self.folder / name)], check=True
            )
        line = (self.folder / "cmdline.txt").read_text(encoding="ascii")
        return Boot(self.folder / "vmlinuz", self.folder / "initrd.img", line)

    # ------------------------------------------------------------------ the device
    def device(
        self,
        *words: str,
        now: str = "",
        port: int = 0,
        through_nbd: bool = False,
        on: Path | None = None,
        stick: Path | None = None,
    ) -> Device:
        """One start, not switched on. Each is half an hour after the last one, on one working day, unless told."""
        self.close()
        self._starts += 1
        minutes = 2 * 60 + 30 * self._starts
        now = now or f"{DAY}T{minutes // 60:02}:{minutes % 60:02}:00"
        folder = self.folder / f"start-{self._starts}"
        device = Device(
            folder, on or self.disk, self.boot, now=now, broker_port=port, words=words, through_nbd=through_nbd
        )
        if stick is not None:
            device.devices += ["-drive", f"file={stick},format=raw,if=virtio,readonly=on"]
        return device

    def look(self) -> Device:
        """The device, running without its kiosk, for checks that only look; on until another start is asked for."""
        self.first_start()
        if self._looked_at is None:
            device = self.device(WITHOUT_KIOSK)
            self._looked_at = contextlib.ExitStack()
            self._running = self._looked_at.enter_context(device.running())
        return self._running

    def close(self) -> None:
        """Switch off what was only looked at."""
        if self._looked_at is not None:
            stack, self._looked_at = self._looked_at, None
            stack.close()

    def first_start(self) -> None:
        """The image's first start, once in a run: keys made on the device, certificates over the network."""
        if self.root_digest:
            return
        with self.authority_serves(), self.device(WITHOUT_KIOSK, port=free_port()).running() as device:
            identity = f"/etc/motcua/identity/{DEVICE}/cert.pem"
            device.until(("test", "-e", identity), "certificates on the device", 600)
            device.active("motcua-hub.service")
            device.settled()
        self.root_digest = root_digest(self.disk)


def _recipe() -> list[bytes]:
    """All that :func:`tools.image.root.make` makes a root by, beside the package: another recipe is another root."""
    files = [path for path in HERE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return [" ".join(MASKED).encode(), *(path.read_bytes() for path in sorted(files))]


def _lay_test(root: Path) -> None:
    """The test's hand; units that know how slow emulation is; a kiosk that tells what can be touched."""
    programs = root / "usr/lib/motcua-test"
    programs.mkdir()
    shutil.copy(ROOT / "tests/rig/inside.py", programs / "hand.py")
    units = root / "etc/systemd/system"
    shutil.copy(_HERE / "hand.service", units / "motcua-test-hand.service")
    (units / "multi-user.target.wants/motcua-test-hand.service").symlink_to(
        "/etc/systemd/system/motcua-test-hand.service"
    )
    for part, text in _PATIENT.items():
        place = units / f"motcua-{part}.service.d"
        place.mkdir()
        (place / "slow.conf").write_text(text, encoding="ascii")
    env = root / "etc/motcua/env/kiosk.env"
    text = env.read_text(encoding="utf-8")
    for there, wanted in (
        ("--size 1920x1080 --rotation 90", "--size 960x540 --rotation 90"),
        ("--fullscreen", "--fullscreen --touch-map /run/motcua/kiosk/touch.json --idle-s 100000 --attract-s 100000"),
    ):
        if text.count(there) != 1:
            raise AssertionError(f"{there!r} is not in {text}")
        text = text.replace(there, wanted)
    env.write_text(text, encoding="utf-8")
