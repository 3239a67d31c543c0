"""What the checks share: the package, the roots it is installed in, the office that runs. Made when first asked for."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

from motcua.virtual_screen import VirtualScreen
from tests.nspawn import roots
from tests.nspawn.container import Container, ContainerError, plugged_in, wire
from tests.nspawn.office import Office
from tests.nspawn.publisher import SEEN, Publisher
from tools.deb.build import ROOT, build, commit_time, locked_wheels, own_wheel
from tools.deb.targets import SUITES, Target

#: X sockets of this computer's virtual screens, as the devices see them
X_SOCKETS: Final = "/tmp/.X11-unix"
#: the shipped units draw on the machine's own graphics; here a virtual screen stands for it
_ON_XVFB: Final = """\
[Unit]
Conflicts=
[Service]
ExecStart=
ExecStart=/opt/motcua/bin/motcua {command} $MOTCUA_ARGS --size {width}x{height} {more}
Environment=SDL_VIDEODRIVER=x11 DISPLAY={display} LIBGL_ALWAYS_SOFTWARE=1
StandardInput=null
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
BindReadOnlyPaths=/x11:/tmp/.X11-unix
"""
_SEEN_BY_THE_TEST: Final = "--no-press-sound --touch-map /run/motcua/kiosk/touch.json"
#: a container cannot say whether this computer's clock is kept by the network
_ON_THIS_CLOCK: Final = """\
[Service]
ExecStart=
ExecStart=/opt/motcua/bin/motcua hub $MOTCUA_ARGS --clock-source system
"""

#: roles whose offices have no network to the province: their requests are carried by hand
_BY_STICK: Final = {"board", "signs"}
ROLES: Final = ("solo", "hub", "kiosk", "board", "signs", "central")
#: roles that draw, and the size of the screen that they get here
_SCREENS: Final = {"solo": (540, 960), "kiosk": (540, 960), "board": (960, 540)}


class Stage:
    """Use as a context manager. ``folder``: on a disk; ``copies``, ``mirror``: see :mod:`tests.nspawn.roots`."""

    def __init__(
        self, folder: Path, suite: str, *, mirror: str | None, copies: list[str], package: Path | None
    ) -> None:
        self.folder, self.suite, self._mirror, self._copies = folder, suite, mirror, copies
        self._stack = contextlib.ExitStack()
        self._layers = 0
        self._screens: dict[str, VirtualScreen] = {}
        self._alone: dict[str, Container] = {}
        #: role → what :mod:`tests.nspawn.booted` saw of it, or why it could not
        self.booted: dict[str, object] = {}
        self._package = package

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # ------------------------------------------------------------------ the package and the roots
    @cached_property
    def target(self) -> Target:
        """This computer's architecture."""
        return Target(SUITES[self.suite], "amd64")

    def build(self, out: Path) -> Path:
        """The package of this checkout."""
        out.mkdir(parents=True, exist_ok=True)
        epoch = commit_time()
        with TemporaryDirectory(dir=out) as folder:
            wheels = locked_wheels(self.target, own_wheel(Path(folder), epoch), ROOT / "build/wheels")
            return build(self.target, wheels, epoch=epoch, out=out)

    @cached_property
    def package(self) -> Path:
        """The same, built once; or the one that was named."""
        return self._package or self.build(self.folder / "package")

    @cached_property
    def installed(self) -> Path:
        """A fresh Debian with ``apt install ./motcua_*.deb``; what apt said lies beside it."""
        root = roots.copy(roots.fresh(self.suite, self._mirror), self.folder / "installed", self._copies)
        shutil.copy(self.package, root / "root")
        command = f"apt-get update -q && apt-get install -q -y --no-install-recommends /root/{self.package.name}"
        said = roots.inside(root, command, network=True)
        (self.folder / "apt.log").write_text(said, encoding="utf-8")
        return root

    def layer(self, name: str) -> Path:
        """A device's own layer over the installed root; gone with the stage."""
        self._layers += 1
        place = self.folder / f"{name}-{self._layers}"
        return self._stack.enter_context(roots.layered(self.installed, place))

    # ------------------------------------------------------------------ devices
    @cached_property
    def addresses(self) -> dict[str, str]:
        """The office's wire: an address a device, and the authority's."""
        return self._stack.enter_context(wire([*ROLES, "card", "ca"]))

    @cached_property
    def office(self) -> Office:
        """The province: its inventory, and its authority, which serves at the wire's other end."""
        folder = self.folder / "office"
        folder.mkdir()
        office = Office(folder, self.addresses)
        plugged_in("ca", self.addresses["ca"])
        self._stack.enter_context(office.enrolment_service("motcua-ca"))
        return office

    def provisioned(self, role: str, root: Path, *, publisher: Publisher | None = None) -> None:
        """Make a root a device of this role, as a technician does: the files, then its certificates."""
        self.office.write(publisher=publisher.key if publisher else None, seen=SEEN)
        self.office.apply(role, root)
        token = root / "root/token"
        token.touch(mode=0o600)
        token.write_text(self.office.token(role), encoding="utf-8")
        enrol = "motcua provision enrol --token-file /root/token"
        if role in _BY_STICK:
            stick = self.folder / f"stick-{self._layers}"
            stick.mkdir()
            binds = [f"{stick}:/media/stick"]
            said = roots.inside(root, f"if {enrol} --folder /media/stick; then exit 9; fi", binds=binds)
            if "enrol.waiting" not in said:
                raise ContainerError(f"nothing on the stick: {said}")
            self.office.sign(stick)
            said = roots.inside(root, f"{enrol} --folder /media/stick", binds=binds)
        else:
            plugged_in(role, self.addresses[role])
            said = roots.inside(root, enrol, wire=role)
        token.unlink()
        if "enrolled" not in said:
            raise ContainerError(f"no certificates: {said}")
        # From here on the device finds its address itself.
        plugged_in(role, None)

    def device(self, role: str, *, publisher: Publisher | None = None, words: Sequence[str] = ()) -> Container:
        """A device with its role, not switched on; one of a role at a time."""
        root = self.layer(role)
        self.provisioned(role, root, publisher=publisher)
        words = list(words)
        if role in _SCREENS:
            self._on_xvfb(role, root)
            words += [f"--bind-ro={X_SOCKETS}:/x11"]
        if role in {"solo", "hub"}:
            _drop_in(root, "hub", "clock", _ON_THIS_CLOCK)
        return Container(role, root, namespace=f"motcua-{role}", words=words)

    def _on_xvfb(self, role: str, root: Path) -> None:
        command, more = ("display", "") if role == "board" else ("kiosk", _SEEN_BY_THE_TEST)
        width, height = _SCREENS[role]
        display = self.screen(role).display
        text = _ON_XVFB.format(command=command, more=more, width=width, height=height, display=display)
        _drop_in(root, command, "xvfb", text)

    def screen(self, role: str) -> VirtualScreen:
        """The virtual screen of the role's devices."""
        if role not in self._screens:
            self._screens[role] = self._stack.enter_context(VirtualScreen(*_SCREENS[role]))
        return self._screens[role]

    def alone(self, role: str) -> Container:
        """A device of the role that nobody used yet, not switched on; the same for all checks."""
        if role not in self._alone:
            self._alone[role] = self.device(role)
        return self._alone[role]

    @cached_property
    def hub(self) -> Container:
        """The device with broker and hub, running."""
        return self._stack.enter_context(self.device("hub").running())

    @cached_property
    def kiosk(self) -> Container:
        """The device with the touch screen, running; its hub is another device."""
        return self._stack.enter_context(self.device("kiosk").running())

    @cached_property
    def central(self) -> Container:
        """The province's own machine, running."""
        return self._stack.enter_context(self.device("central").running())

    def close_office(self) -> None:
        """Switch off the devices that only checks before this one needed."""
        for name in ("hub", "kiosk", "central"):
            if name in self.__dict__:
                self.__dict__[name].stop()


def _drop_in(root: Path, unit: str, name: str, text: str) -> None:
    place = root / f"etc/systemd/system/motcua-{unit}.service.d/{name}.conf"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def repacked(package: Path, version: str, out: Path, change: Mapping[str, str] | None = None) -> Path:
    """The package again under another version; ``change``: path inside → its new text."""
    tree = out / f"tree-{version}"
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(tree)], check=True)
    control = tree / "DEBIAN/control"
    lines = control.read_text(encoding="utf-8").splitlines(keepends=True)
    control.write_text("".join(f"Version: {version}\n" if line.startswith("Version:") else line for line in lines))
    for path, text in (change or {}).items():
        (tree / path).write_text(text, encoding="utf-8")
    made = out / f"motcua_{version}.deb"
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", "-Znone", str(tree), str(made)], check=True, capture_output=True
    )
    shutil.rmtree(tree)
    return made
