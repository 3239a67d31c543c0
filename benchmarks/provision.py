"""`motcua bench provision`: a province of 152 offices with 6 devices each, validated and made, and applied twice.

The inventory is grown from the shipped example: a solo, four boards and kiosks, one machine of signs an office. It is
read as the technician's is (YAML with lines), every device's tree is made and written by the same code, in a process of
its own; then the same command once more, over the same folder.
"""

from __future__ import annotations

import hashlib
import json as json_format
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from motcua.figures import Bound, Figures

OFFICES: Final = 152
DEVICES: Final = 6
BOUNDS: Final[dict[str, Bound]] = {
    "render_s": ("<=", 20),
    "changed_second": ("=", 0),
    "devices": ("=", OFFICES * DEVICES),
}
EXAMPLE: Final = Path(__file__).parents[1] / "provisioning" / "example"
_LIMIT_S: Final = 300


def run(
    *,
    offices: Annotated[int, typer.Option(help="so many offices")] = OFFICES,
    json: Annotated[bool, typer.Option("--json", help="end with one line of JSON")] = False,
) -> None:
    """Validate and render a province; apply it twice and compare the trees' hashes."""
    figures = Figures("bench provision", {**BOUNDS, "devices": ("=", offices * DEVICES)})
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        folder = Path(name)
        inventory = grown(folder, offices)
        command = [sys.executable, "-m", "motcua", "provision"]
        secrets = ["--secrets", str(folder / "secrets.yaml")]
        subprocess.run([*command, "authority", folder / "ca", "--province", "tinh-mau"], check=True, timeout=_LIMIT_S)
        words: list[str | Path] = [
            *command,
            "render",
            inventory,
            "--out",
            folder / "out",
            *secrets,
            "--authority",
            folder / "ca",
        ]
        first = _timed([*words, "--json"])
        before = tree_hash(folder / "out")
        second = _timed([*words, "--json"])
        after = tree_hash(folder / "out")
        figures.add("render_s", first[0], "read, checked, made and written; all offices' signing keys made")
        figures.add("changed_second", second[1]["changed"] + (before != after), f"tree {after[:16]}")
        figures.add("devices", first[1]["devices"])
        figures.also("second_s", second[0])
    figures.finish(json=json)


def _timed(words: list[str | Path]) -> tuple[float, dict[str, int]]:
    began = time.perf_counter()
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, timeout=_LIMIT_S)
    return time.perf_counter() - began, json_format.loads(done.stdout.splitlines()[-1])


def grown(folder: Path, offices: int) -> Path:
    """An inventory of so many offices in ``folder``, with its secrets and the files it names; gives its path."""
    shutil.copytree(EXAMPLE / "offices", folder / "offices")
    secrets = folder / "secrets.yaml"
    secrets.touch(mode=0o600)
    secrets.write_text((EXAMPLE / "secrets.yaml.sample").read_text(encoding="utf-8"), encoding="utf-8")
    head, _, _ = (EXAMPLE / "province.yaml").read_text(encoding="utf-8").partition("\noffices:\n")
    path = folder / "province.yaml"
    path.write_text(f"{head}\noffices:\n{''.join(_office(number) for number in range(offices))}", encoding="utf-8")
    return path


def _office(number: int) -> str:
    network = f"10.{20 + number // 200}.{number % 200}"
    lines = [
        f"  - id: xa-{number:03d}",
        "    configuration: offices/commune.yaml",
        f"    hub: {{address: {network}.10}}",
        f"    networks: [{{id: day, kind: wired, gateway: {network}.1, dns: [{network}.1]}}]",
        "    devices:",
        *_device("kiosk-1", "solo", "pi5", "portrait-1080p", f"day, address: {network}.10/24, rtc: pi5"),
        *_device("kiosk-2", "kiosk", "pi4", "landscape-1080p", f"day, address: {network}.11/24, rtc: ds3231"),
        *_device("kiosk-3", "kiosk", "cm4", "touch-display", "tru-so"),
        *_device("board-1", "board", "pi4", "landscape-1080p", "tru-so"),
        *_device("board-2", "board", "pi5", "portrait-1080p", "tru-so"),
        *_device("signs-1", "signs", "zero2w", "none", "tru-so, signs: offices/signs.yaml"),
    ]
    return "\n".join(lines) + "\n"


def _device(name: str, role: str, board: str, screen: str, more: str) -> list[str]:
    return [f"      - {{id: {name}, role: {role}, board: {board}, screen: {screen}, network: {more}}}"]


def tree_hash(folder: Path) -> str:
    """SHA-256 over every path, kind, mode and content below a folder; times are left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        digest.update(f"{path.relative_to(folder)}\0{about.st_mode:o}\0{about.st_uid}:{about.st_gid}\0".encode())
        if stat.S_ISLNK(about.st_mode):
            digest.update(os.fsencode(path.readlink()))
        elif stat.S_ISREG(about.st_mode):
            digest.update(path.read_bytes())
    return digest.hexdigest()
