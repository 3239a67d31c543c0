"""The image's recipe as far as it needs neither root nor Debian's archive: its tables, its lines, its disk."""

import os
import subprocess
from pathlib import Path

import pytest

from provisioning.tree import cmdline
from tools.image.disk import MIB, SECTOR, Layout, disk_id, parts, tree_digest, write
from tools.image.root import HERE, KEPT, STATE, fstab, kernel_line, packages

ID = "6d6f7463"
LAYOUT = Layout(ID, 1_700_000_000, boot_mib=64, state_mib=16)
PI_LINE = Path(__file__).parents[1] / "firmware_config/golden/pi4-solo/boot/firmware/cmdline.txt"


def mounted(table: str, folder: Path) -> dict[str, set[str]]:
    """Places and their options, as findmnt reads them."""
    file = folder / "fstab"
    file.write_text(table, encoding="ascii")
    words = ["findmnt", "--tab-file", str(file), "--noheadings", "--list", "--output", "TARGET,OPTIONS"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return {place: set(options.split(",")) for place, options in (line.split() for line in said.splitlines())}


def test_the_root_is_read_only_and_the_state_runs_nothing(tmp_path: Path) -> None:
    found = mounted(fstab(ID), tmp_path)
    assert "ro" in found["/"]
    assert {"noatime", "nodev", "nosuid", "noexec", "errors=remount-ro"} <= found[f"/{STATE}"]
    assert {f"/{place}" for place in KEPT.values()} <= set(found)
    assert {"/tmp", "/var/tmp", "/var/log"} <= set(found)


def test_what_closes_the_root_after_an_update_knows_by_the_same_table(tmp_path: Path) -> None:
    """motcua-install.service asks findmnt; a device whose root is writable stays as it is."""
    mounted(fstab(ID), tmp_path)
    asks = ["findmnt", "--tab-file", str(tmp_path / "fstab"), "--options", "ro", "/"]
    assert subprocess.run(asks, check=False, capture_output=True).returncode == 0
    mounted("PARTUUID=1-02 / ext4 noatime,errors=remount-ro 0 1\n", tmp_path)
    assert subprocess.run(asks, check=False, capture_output=True).returncode != 0


def test_a_pis_own_line_gets_the_images_root_read_only() -> None:
    line = cmdline(PI_LINE.read_bytes(), kernel_line(ID).encode()).decode().split()
    assert f"root=PARTUUID={ID}-02" in line
    assert {"ro", "rootwait", "fsck.repair=yes"} <= set(line)
    assert len([word for word in line if word.startswith("root=")]) == 1


@pytest.mark.parametrize(("architecture", "kernel"), [("amd64", "linux-image-amd64"), ("arm64", "linux-image-rpi-v8")])
def test_each_architecture_gets_its_own_kernel(architecture: str, kernel: str) -> None:
    found = packages(architecture)
    assert [name for name in found if name.startswith("linux-image")][:1] == [kernel]
    assert {"network-manager", "nftables", "systemd-timesyncd"} <= set(found)


def test_every_package_of_the_image_has_its_reason() -> None:
    for line in (HERE / "packages.txt").read_text(encoding="utf-8").splitlines():
        assert "#" in line, line


def small_root(folder: Path) -> Path:
    root = folder / "root"
    for place in ("etc", "boot/firmware", STATE, *KEPT.values()):
        (root / place).mkdir(parents=True)
    (root / "etc/fstab").write_text(fstab(ID), encoding="ascii")
    (root / "boot/firmware/cmdline.txt").write_text(kernel_line(ID), encoding="ascii")
    (root / STATE / "hub").mkdir()
    (root / KEPT["network"]).chmod(0o700)
    return root


def test_three_partitions_as_firmware_and_kernel_look_for_them(tmp_path: Path) -> None:
    one = tmp_path / "one.img"
    write(small_root(tmp_path), one, LAYOUT)
    boot, system, state = parts(one)
    assert (boot.start, boot.size, state.size) == (MIB, 64 * MIB, 16 * MIB)
    assert one.stat().st_size == state.start + state.size
    assert system.start % MIB == 0
    with one.open("rb") as disk:
        disk.seek(440)
        assert disk.read(4)[::-1].hex() == ID  # PARTUUID=ID-02 is found by it
    line = ["mcopy", "-n", "-i", f"{one}@@{boot.start}", "::cmdline.txt", "-"]
    assert subprocess.run(line, check=True, capture_output=True, text=True).stdout == kernel_line(ID)
    assert not list(tmp_path.glob("*.part")), "a file that was not finished has no name of an image"


def test_the_state_begins_with_what_outlives_a_start(tmp_path: Path) -> None:
    image = tmp_path / "image.img"
    write(small_root(tmp_path), image, LAYOUT)
    part = parts(image)[2]
    state = tmp_path / "state"
    with image.open("rb") as disk:
        disk.seek(part.start)
        state.write_bytes(disk.read(part.size))
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
    said = subprocess.run(
        ["debugfs", "-R", "ls -p /system", str(state)], check=True, capture_output=True, text=True, env=environment
    ).stdout
    found = {line.split("/")[5]: line.split("/")[2] for line in said.splitlines() if line.count("/") > 5}
    assert set(KEPT) <= set(found)
    assert found["network"] == "040700"
    assert part.size % SECTOR == 0


def test_the_same_files_have_the_same_digest_whenever_they_were_laid(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    one, two = small_root(tmp_path), small_root(tmp_path / "again")
    os.utime(two / "etc/fstab", (1, 1))
    assert tree_digest(one) == tree_digest(two)
    (two / "etc/fstab").chmod(0o600)
    assert tree_digest(one) != tree_digest(two)


def test_the_same_package_is_the_same_disk() -> None:
    assert disk_id(b"package", b"office") == disk_id(b"package", b"office") != disk_id(b"package", b"other")
