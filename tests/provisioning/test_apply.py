"""A folder becomes what the inventory says, once; a second run finds nothing to do; verify names each difference."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import stat
import threading
from pathlib import Path

import pytest

from benchmarks.provision import grown, tree_hash
from motcua.update.settings import Settings, read_settings
from provisioning.apply import Target, apply_tree, differences
from provisioning.device_tree import device_tree
from provisioning.errors import ProvisionError
from provisioning.secrets_file import read_secrets
from provisioning.tree import Entry, Tree, cmdline, file, make_tree, read_bundle
from tests.provisioning.conftest import CMDLINE, PUBLISHERS_KEY, UPDATES, Office

WANTS = "etc/systemd/system/multi-user.target.wants"


def test_a_second_run_changes_nothing_and_says_so(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "root"
    assert "38 changed" in office.applied("kiosk-1", root).output
    line = (root / "boot/firmware/cmdline.txt").read_text()
    assert "root=" in line
    before = tree_hash(root), {path: path.lstat().st_ino for path in root.rglob("*")}
    assert "nothing to change" in office.applied("kiosk-1", root).output
    assert (tree_hash(root), {path: path.lstat().st_ino for path in root.rglob("*")}) == before
    assert not list(root.rglob("*.motcua-new"))


def test_only_the_roles_own_target_starts(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "root"
    wants = root / WANTS
    wants.mkdir(parents=True)
    (wants / "motcua-signs.target").symlink_to("/usr/lib/systemd/system/motcua-signs.target")
    (wants / "ssh.service").symlink_to("/usr/lib/systemd/system/ssh.service")
    office.applied("kiosk-1", root)
    assert sorted(path.name for path in wants.iterdir()) == ["motcua-solo.target", "ssh.service"]


def test_a_changed_role_leaves_nothing_of_the_old_one_but_its_keys(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "root"
    office.applied("board-1", root)
    (root / "etc/motcua/identity/board-1/key.pem").write_text("a key")
    office.change("- id: board-1\n        role: board", "- id: board-1\n        role: kiosk")
    assert f"{WANTS}/motcua-board.target: stale" in office.verified("board-1", root, code=1).output
    office.applied("board-1", root)
    assert not (root / "etc/motcua/env/display.env").exists()
    assert (root / "etc/motcua/env/kiosk.env").exists()
    assert (root / "etc/motcua/identity/board-1/key.pem").exists()
    assert "nothing to change" in office.applied("board-1", root).output


def test_what_the_office_trusts_is_never_taken_away(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "root"
    office.applied("kiosk-1", root)
    words = ["--device", "kiosk-1", "--root", root, "--secrets", office.secrets]
    office.run("apply", office.inventory, *words)
    assert (root / "etc/motcua/ca.pem").exists()
    assert "nothing to change" in office.run("apply", office.inventory, *words).output


SPOILT = [
    ("etc/hostname", lambda path: path.write_text("somebody\n"), "etc/hostname: differs"),
    ("etc/motcua/env/kiosk.env", lambda path: path.unlink(), "etc/motcua/env/kiosk.env: missing"),
    ("etc/motcua/device.yaml", lambda path: path.chmod(0o666), "etc/motcua/device.yaml: mode (666, wanted 644)"),
    ("etc/localtime", lambda path: (path.unlink(), path.symlink_to("/x")), "etc/localtime: differs (/x, wanted"),
    (
        "etc/NetworkManager/system-connections/motcua-day.nmconnection",
        lambda path: path.write_text("psk=geheim"),
        "motcua-day.nmconnection: differs\n",
    ),
]


@pytest.mark.parametrize(("path", "spoil", "words"), SPOILT)
def test_verify_names_each_difference_and_apply_mends_it(
    office: Office, tmp_path: Path, path: str, spoil: object, words: str
) -> None:
    root = tmp_path / "root"
    office.applied("kiosk-1", root)
    assert callable(spoil)
    spoil(root / path)
    said = office.verified("kiosk-1", root, code=1).output
    assert words in said
    assert "geheim" not in said
    assert "1 changed" in office.applied("kiosk-1", root).output
    assert path not in office.verified("kiosk-1", root, code=1).output, "only the identities are left"


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_what_updates_need_is_written_for_the_devices_own_debian(office: Office, tmp_path: Path, suite: str) -> None:
    """The key, the repository, the window; without ``updates`` in the inventory they go again."""
    root = tmp_path / "root"
    (root / "usr/lib").mkdir(parents=True)
    about = f'NAME="Debian GNU/Linux"\nVERSION_CODENAME={suite}\nID=debian\n'
    (root / "usr/lib/os-release").write_text(about, encoding="utf-8")
    office.updates()
    office.applied("signs-1", root)
    assert "nothing to change" in office.applied("signs-1", root).output
    sources = (root / "etc/apt/sources.list.d/motcua.sources").read_text(encoding="utf-8")
    fields = dict(line.split(": ", 1) for line in sources.splitlines() if not line.startswith("#"))
    assert fields == {
        "Types": "deb", "URIs": "http://10.20.0.5/motcua", "Suites": suite, "Components": "main",
        "Signed-By": "/etc/apt/keyrings/motcua.asc",
    }  # fmt: skip
    key = root / "etc/apt/keyrings/motcua.asc"
    assert (key.read_text(encoding="utf-8"), stat.S_IMODE(key.stat().st_mode)) == (PUBLISHERS_KEY, 0o644)
    settings = read_settings(root / "etc/motcua/update.yaml")
    assert settings.window == (dt.time(22), dt.time(4, 30))
    assert settings.settle_s == Settings().settle_s
    # A device that was brought to another Debian looks at that one's packages.
    (root / "usr/lib/os-release").write_text(about.replace(suite, "forky"), encoding="utf-8")
    assert "motcua.sources: differs" in office.verified("signs-1", root, code=1).output
    office.change(UPDATES, "")
    office.applied("signs-1", root)
    assert not [path for path in root.rglob("*") if "apt" in path.parts and path.is_file()]
    assert not (root / "etc/motcua/update.yaml").exists()


def test_only_a_hub_fetches_the_list_of_procedures_and_without_an_address_nobody_does(
    office: Office, tmp_path: Path
) -> None:
    hub, board = tmp_path / "hub", tmp_path / "board"
    certificate, _ = office.authority().serve_files(["dvc.tinh-mau.vn"])
    (office.folder / "dvc.pem").write_bytes(certificate.read_bytes())
    address = "https://dvc.tinh-mau.vn:8443/tthc/xa.json?cap=xa&nam=2026"
    line = f'catalogue: {{source: "{address}", ca: dvc.pem, most_lost: 5}}\n'
    office.change("networks:\n  - {id: day", f"{line}networks:\n  - {{id: day")
    office.applied("kiosk-1", hub)
    office.applied("board-1", board)
    said = (hub / "etc/motcua/env/motcua-catalogue.env").read_text(encoding="utf-8").splitlines()[-1]
    wanted = f"--from {address} --ca /etc/motcua/catalogue-ca.pem --most-lost 5"
    assert said == f'MOTCUA_ARGS="{wanted}"'
    assert (hub / "etc/motcua/catalogue-ca.pem").read_bytes() == certificate.read_bytes()
    assert not (board / "etc/motcua/env/motcua-catalogue.env").exists()
    office.change(line, "catalogue: {source: file:/media/tinh/tthc}\n")
    office.applied("kiosk-1", hub)
    said = (hub / "etc/motcua/env/motcua-catalogue.env").read_text(encoding="utf-8").splitlines()[-1]
    assert said == 'MOTCUA_ARGS="--from /media/tinh/tthc"'
    assert not (hub / "etc/motcua/catalogue-ca.pem").exists()
    office.change("catalogue: {source: file:/media/tinh/tthc}\n", "")
    office.applied("kiosk-1", hub)
    assert not (hub / "etc/motcua/env/motcua-catalogue.env").exists()


def test_verify_for_machines(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "root"
    office.applied("signs-1", root)
    words = ["--device", "signs-1", "--root", root, *office.all(), "--json"]
    said = json.loads(office.run("verify", office.inventory, *words, code=1).stdout)
    assert said["ok"] is False
    assert said["differences"] == ["etc/motcua/identity/signs-1: key.pem missing: not enrolled"]


def test_no_link_leads_out_of_the_folder_and_nothing_is_written_then(office: Office, tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / "etc").mkdir(parents=True)
    (root / "etc/systemd").symlink_to(outside)
    assert "apply.link" in office.applied("kiosk-1", root, code=1).output
    assert not list(outside.iterdir())
    assert [path.name for path in (root / "etc").iterdir()] == ["systemd"]


def test_a_folder_in_a_files_place_is_refused_before_anything_is_written(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc/hostname/x").mkdir(parents=True)
    assert "apply.kind" in office.applied("kiosk-1", root, code=1).output
    assert not (root / "etc/motcua").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_owners_are_those_of_the_folders_own_books(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\nmotcua-hub:x:991:990::/:/bin/false\n")
    (root / "etc/group").write_text("root:x:0:\nmotcua-hub:x:990:\n")
    target = Target.at(root)
    tree = make_tree("a/b", [file("etc/motcua/x", "x", group="motcua-hub", mode=0o640)], {})
    apply_tree(target, tree)
    about = (root / "etc/motcua/x").stat()
    assert (about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)) == (0, 990, 0o640)
    os.chown(root / "etc/motcua/x", 1000, 1000)
    assert [change.what for change in differences(target, tree)] == ["owner"]
    apply_tree(target, tree)
    assert not apply_tree(target, tree)


def test_without_roots_rights_owners_are_left_alone(office: Office, tmp_path: Path) -> None:
    tree = device_tree(office.place("board-1"), read_secrets(office.secrets))
    target = Target(tmp_path, owners=False)
    assert apply_tree(target, tree)
    assert not apply_tree(target, tree)


def test_a_reader_sees_the_old_file_or_the_new_one_never_half(tmp_path: Path) -> None:
    target = Target(tmp_path, owners=False)
    texts = [b"a" * 200_000, b"b" * 200_000]
    trees = [make_tree("a/b", [file("etc/hosts", text)], {}) for text in texts]
    apply_tree(target, trees[0])
    seen: set[bytes] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add((tmp_path / "etc/hosts").read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(40):
        apply_tree(target, trees[(i + 1) % 2], durable=False)
    stop.set()
    reader.join()
    assert seen <= set(texts)


# --- the kernel's line, bundles


def test_the_cards_own_words_stay_in_the_kernels_line() -> None:
    rendered = b"console=tty3 quiet loglevel=3 root=/dev/mmcblk0p2 vt.global_cursor_default=0\n"
    line = cmdline(rendered, CMDLINE.encode()).decode().split()
    assert "root=PARTUUID=4e639091-02" in line
    assert "root=/dev/mmcblk0p2" not in line
    assert "rootwait" in line
    assert "console=serial0,115200" not in line
    assert "loglevel=3" in line
    joined = cmdline(rendered, CMDLINE.encode())
    assert cmdline(rendered, joined) == joined, "a second run changes nothing"
    assert cmdline(rendered, b"") == rendered


BAD = [
    b"", b"{", b"[]", b'{"device": "a/b"}',
    b'{"device":"a/b","entries":[{"path":"/etc/hosts"}]}',
    b'{"device":"a/b","entries":[{"path":"etc/../root/x"}]}',
    b'{"device":"a/b","entries":[{"path":"etc/shadow"}]}',
    b'{"device":"a/b","entries":[{"path":"usr/bin/sh"}]}',
    b'{"device":"a/b","entries":[{"path":"etc/apt/sources.list.d/other.sources"}]}',
    b'{"device":"a/b","entries":[{"path":"etc/hosts","content":"???"}]}',
    b'{"device":"a/b","entries":[{"path":"etc/hosts","user":"root\\nx"}]}',
    b'{"device":"a/b","entries":[{"path":"etc/hosts","run":"x"}]}',
    b'{"device":"a/b","entries":[],"identities":{"../x":"root"}}',
    b" " * (9 * 1024 * 1024),
]  # fmt: skip


@pytest.mark.parametrize("data", BAD)
def test_a_bundle_that_is_not_exactly_one_is_refused(data: bytes) -> None:
    with pytest.raises(ProvisionError, match=r"card\.bad_bundle"):
        read_bundle(data)


def test_a_bundle_brings_the_same_tree(office: Office) -> None:
    tree = device_tree(office.place("kiosk-1"), read_secrets(office.secrets))
    assert read_bundle(tree.bundle()) == tree
    assert hashlib.sha256(tree.bundle()).hexdigest() == tree.digest()
    assert isinstance(tree, Tree)
    assert all(isinstance(entry, Entry) for entry in tree.entries)


# --- a whole fleet


def test_a_fleet_applied_twice_is_the_same_tree(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    folder.mkdir()
    fleet = Office(folder, folder / "ca")
    grown(folder, 8)
    fleet.run("authority", fleet.ca, "--province", "tinh-mau")
    first = fleet.run("render", fleet.inventory, "--out", folder / "out", *fleet.all())
    assert "48 devices, 48 changed" in first.output
    before = tree_hash(folder / "out")
    assert "nothing to change" in fleet.run("render", fleet.inventory, "--out", folder / "out", *fleet.all()).output
    assert tree_hash(folder / "out") == before
    # One mistake among them is found, and told with its own line.
    text = fleet.inventory.read_text(encoding="utf-8")
    where = text.index("id: board-2", text.index("id: xa-005"))
    fleet.inventory.write_text(text[:where] + text[where:].replace("board: pi5", "board: pi6", 1), encoding="utf-8")
    said = fleet.run("render", fleet.inventory, "--out", folder / "out", *fleet.all(), code=1).output
    assert "xa-005/board-2" in said
    line = 1 + text[:where].count("\n")
    assert f"line {line}" in said
    assert tree_hash(folder / "out") == before
