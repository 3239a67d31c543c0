"""``python -m tools.deb.build [--suite …] [--architecture …]``: the Debian packages, in ``dist/``.

A package holds a venv of its own in /opt/motcua, laid out by hand, since nothing of the device's architecture or Python
can run here: ``bin/python3`` points to the device's own interpreter, wheels are unpacked beside it, apt's packages are
seen. The same commit gives the same bytes (``SOURCE_DATE_EPOCH``, else the commit's time).
"""

from __future__ import annotations

import argparse
import filecmp
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from email.parser import Parser
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from tools.deb.targets import MACHINES, SUITES, Target, targets
from tools.deb.wheels import WheelsError, download, needed, pip_words, read_lock, unmet

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).parent
VENV: Final = "opt/motcua"
#: folders under systemd/ and where Debian looks for them; unit files themselves stand in systemd/
SYSTEM_FOLDERS: Final = {
    "sysusers.d": "usr/lib/sysusers.d",
    "tmpfiles.d": "usr/lib/tmpfiles.d",
}
#: settings of the system's journal, and of the journal of our own units (journald.conf(5))
JOURNALS: Final = {
    "motcua.conf": "usr/lib/systemd/journald.conf.d",
    "journald@motcua.conf": "usr/lib/systemd/journald@motcua.conf.d",
}
#: little programs that units call
PROGRAMS: Final = "usr/lib/motcua"
UNITS: Final = {".service", ".timer", ".target", ".socket", ".path", ".mount", ".slice"}
#: read by nobody on a device: tests, sources in C, traces of the installer
_LEFT_OUT: Final = (
    "bin", "share", "numpy/**/tests", "kivy/tests", "kivy/include", "**/__pycache__", "**/*.pyx", "**/*.pxd", "**/*.c",
    "**/*.cpp", "**/*.h", "**/*.hpp", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
)  # fmt: skip
_LAUNCHER: Final = """\
#!/opt/motcua/bin/python3 -sP
from motcua.cli import main

main()
"""


def locked_wheels(target: Target, own: Path, cache: Path) -> list[Path]:
    """Our own wheel and all that it needs on the target. Raises :class:`WheelsError`."""
    lock = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    packages = needed(lock, _project()["dependencies"], target)
    wheels = [own, *download(packages, target, cache / f"{target.suite.name}-{target.architecture}")]
    if missing := unmet(wheels, target):
        raise WheelsError(f"{target.suite.name} {target.architecture}: {'; '.join(missing)}")
    return wheels


def build(target: Target, wheels: list[Path], *, epoch: int, out: Path) -> Path:
    """One package in the folder ``out`` from these wheels; ``epoch`` is the time of all its files. Gives its path.

    Raises :class:`WheelsError` for a wheel that does not fit the target.
    """
    version = _project()["version"]
    package = out / f"motcua_{version}_{target.suite.name}_{target.architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="motcua-deb-") as folder:
        tree = Path(folder) / "tree"
        _venv(tree, target, wheels)
        _system(tree)
        _papers(tree)
        _control(tree, target, f"{version}+deb{target.suite.number}", _project()["description"])
        _settle(tree, epoch)
        # zstd: a card in a lobby unpacks it in a tenth of xz's time. One thread, or the bytes depend on the machine.
        subprocess.run(
            ["dpkg-deb", "--build", "--root-owner-group", "-Zzstd", "-z12", "--threads-max=1", str(tree), str(package)],
            check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        )  # fmt: skip
    return package


def own_wheel(folder: Path, epoch: int) -> Path:
    """The project's wheel from the files that git knows, as they are in the checkout."""
    source = folder / "source"
    for path in _tracked():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, source / path)
    subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-index",
         "--no-build-isolation", "--wheel-dir", str(folder), str(source)],
        check=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
    )  # fmt: skip
    return next(folder.glob("*.whl"))


def commit_time() -> int:
    """``SOURCE_DATE_EPOCH``, else the last commit's time; seconds since 1970."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    said = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True)
    return int(said.stdout)


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _venv(tree: Path, target: Target, wheels: list[Path]) -> None:
    """``/opt/motcua`` as ``python3 -m venv --system-site-packages`` would leave it on the device."""
    venv = tree / VENV
    packages = venv / "lib" / f"python{target.python}" / "site-packages"
    packages.mkdir(parents=True)
    words = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    words += ["--no-index", "--no-compile", "--ignore-requires-python", "--target", str(packages), *pip_words(target)]
    # pip compares Requires-Python with its own interpreter; the download has looked at the target's.
    done = subprocess.run([*words, *map(str, wheels)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise WheelsError(f"{target.suite.name} {target.architecture}: {done.stderr.strip()}")
    for pattern in _LEFT_OUT:
        for path in list(packages.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    (venv / "pyvenv.cfg").write_text(
        f"home = /usr/bin\ninclude-system-site-packages = true\nversion = {target.python}\n", encoding="utf-8"
    )
    (venv / "bin").mkdir()
    (venv / "bin" / "python3").symlink_to("/usr/bin/python3")
    (venv / "bin" / "python").symlink_to("python3")
    (venv / "bin" / "motcua").write_text(_LAUNCHER, encoding="utf-8")
    (tree / "usr" / "bin").mkdir(parents=True)
    (tree / "usr" / "bin" / "motcua").symlink_to("/opt/motcua/bin/motcua")


def _system(tree: Path) -> None:
    """Whatever git knows in ``systemd/``, to where Debian looks for it; nothing of it is enabled."""
    for name in _tracked():
        if not name.startswith("systemd/"):
            continue
        inside = Path(name).relative_to("systemd")
        top = inside.parts[0]
        if top in SYSTEM_FOLDERS:
            place = tree / SYSTEM_FOLDERS[top] / Path(*inside.parts[1:])
        elif top == "journald":
            place = tree / JOURNALS[inside.name] / "motcua.conf"
        elif Path(top).suffix in UNITS or top.endswith(".d"):
            place = tree / "usr/lib/systemd/system" / inside
        elif not Path(top).suffix:
            place = tree / PROGRAMS / inside
        else:
            continue  # a page that explains them
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place)


def _papers(tree: Path) -> None:
    """The settings that an office may change, the licence, and what is bundled."""
    (tree / "etc" / "motcua").mkdir(parents=True)
    shutil.copy(HERE / "update.yaml", tree / "etc" / "motcua" / "update.yaml")
    doc = tree / "usr" / "share" / "doc" / "motcua"
    doc.mkdir(parents=True)
    shutil.copy(HERE / "copyright", doc)
    for page in (ROOT / "docs" / "packages.md", ROOT / "CHANGELOG.md"):
        if page.exists():
            shutil.copy(page, doc)
    lines = []
    for said in sorted(tree.glob(f"{VENV}/lib/*/site-packages/*.dist-info/METADATA")):
        about = Parser().parsestr(said.read_text(encoding="utf-8"))
        licence = about["License-Expression"] or next(
            (one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or [] if one.startswith("License ::")), ""
        )
        lines.append(f"{about['Name']} {about['Version']}  {licence or 'see its dist-info'}\n")
    (doc / "bundled.txt").write_text("".join(lines), encoding="utf-8")


def _control(tree: Path, target: Target, version: str, description: str) -> None:
    wanted = [line.split("#")[0].strip() for line in (HERE / "depends.txt").read_text(encoding="utf-8").splitlines()]
    major, minor = target.suite.python
    depends = [f"python3 (>= {major}.{minor})", f"python3 (<< {major}.{minor + 1})", *filter(None, wanted)]
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    fields = {
        "Package": "motcua",
        "Version": version,
        "Architecture": target.architecture,
        "Maintainer": "Motcua <motcua@localhost>",
        "Installed-Size": str(size // 1024),
        "Section": "misc",
        "Priority": "optional",
        "Depends": ", ".join(depends),
        # Raspberry Pi OS has them; Debian on another computer serves without pins, camera and Wi-Fi.
        "Recommends": "python3-lgpio, python3-picamera2, wpasupplicant, wireless-regdb",
        "Description": f"{description}\n Kiosk, counters, television board and voice, with the office's journal.",
    }
    control = tree / "DEBIAN"
    control.mkdir()
    (control / "control").write_text("".join(f"{key}: {value}\n" for key, value in fields.items()), encoding="utf-8")
    settings = sorted(path for path in (tree / "etc").rglob("*") if path.is_file())
    (control / "conffiles").write_text("".join(f"/{one.relative_to(tree)}\n" for one in settings), encoding="utf-8")
    for script in ("postinst", "prerm", "postrm"):
        shutil.copy(HERE / script, control / script)
    files = sorted(
        path
        for path in tree.rglob("*")
        if path.is_file() and not path.is_symlink() and control not in path.parents and path not in settings
    )
    sums = [f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(tree)}\n"
            for path in files]  # fmt: skip
    (control / "md5sums").write_text("".join(sums), encoding="utf-8")


def _settle(tree: Path, epoch: int) -> None:
    """One time and plain permissions, whatever this computer's mask is."""
    programs = {tree / VENV / "bin" / "motcua", *(tree / "DEBIAN" / name for name in ("postinst", "prerm", "postrm"))}
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path in programs or path.parent == tree / PROGRAMS
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def main() -> int:
    """Build what was asked for; a package a line, the last line is ``N of N``."""
    parser = argparse.ArgumentParser(prog="make deb ARGS=…", description="The Debian packages, in dist/.")
    parser.add_argument("--suite", action="append", help=f"one of {', '.join(SUITES)}; all without")
    parser.add_argument("--architecture", action="append", help=f"one of {', '.join(MACHINES)}; all without")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--twice", action="store_true", help="build each twice and compare the bytes")
    parser.add_argument("--wheels", type=Path, default=ROOT / "build" / "wheels", help="downloads are kept here")
    words = parser.parse_args()
    wanted = targets(words.suite or list(SUITES), words.architecture or list(MACHINES))
    words.out.mkdir(parents=True, exist_ok=True)
    epoch = commit_time()
    made = 0
    with tempfile.TemporaryDirectory(prefix="motcua-wheel-") as folder:
        own = own_wheel(Path(folder), epoch)
        for target in wanted:
            try:
                wheels = locked_wheels(target, own, words.wheels)
                package = build(target, wheels, epoch=epoch, out=words.out)
                if words.twice and not filecmp.cmp(
                    package, build(target, wheels, epoch=epoch, out=Path(folder)), shallow=False
                ):
                    raise WheelsError(f"{package.name} came out otherwise the second time")
            except (WheelsError, metadata.PackageNotFoundError) as error:
                print(f"FAILED  {target.suite.name} {target.architecture}: {error}", flush=True)
                continue
            made += 1
            digest = hashlib.sha256(package.read_bytes()).hexdigest()
            print(f"ok      {package.name}  {package.stat().st_size // 1_000_000} MB  sha256 {digest}", flush=True)
    print(f"{made} of {len(wanted)}")
    return 0 if made == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
