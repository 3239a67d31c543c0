"""Cards: what is written, what is refused before anything is, and what a first start makes of it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from provisioning import boot_volume
from provisioning.apply import Target
from provisioning.boot_volume import opened
from provisioning.card import CLOUD_FILES, MANIFEST, REPORT, Load, read_manifest, write_card
from provisioning.device_tree import device_tree
from provisioning.disks import Disks
from provisioning.errors import CardError, ProvisionError
from provisioning.first_boot import first_boot
from provisioning.secrets_file import read_secrets
from tests.provisioning.conftest import Office, Service, fsck, image, inserted, stock

PASSPHRASE = b"doi-mat-khau-nay"
PACKAGE = b"!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n2.0\n"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- what is written


def test_trixies_card_is_told_by_cloud_init(office: Office, boot: Path) -> None:
    office.card("board-1", boot)
    user_data = (boot / "user-data").read_text("utf-8")
    assert user_data.startswith("#cloud-config\n")
    values = YAML(typ="safe", pure=True).load(user_data)
    assert values["hostname"] == "xa-mau-son-board-1"
    assert values["ssh_pwauth"] is False
    nobody = {"name": "technician", "gecos": "Motcua", "lock_passwd": True, "shell": "/usr/sbin/nologin"}
    assert values["users"] == [nobody]
    assert ["systemctl", "disable", "--now", "ssh.service"] in values["runcmd"]
    network = YAML(typ="safe", pure=True).load((boot / "network-config").read_text("utf-8"))
    assert network["wifis"]["wlan0"]["access-points"] == {"UBND xã": {"password": PASSPHRASE.decode()}}
    assert network["wifis"]["wlan0"]["regulatory-domain"] == "VN"
    meta = YAML(typ="safe", pure=True).load((boot / "meta-data").read_text("utf-8"))
    assert meta["instance-id"].startswith("motcua-")
    line = (boot / "cmdline.txt").read_text().split()
    assert "root=PARTUUID=4e639091-02" in line, "the card's own root stays"
    assert "console=serial0,115200" not in line
    assert "quiet" in line
    assert (boot / "config.txt").read_text().startswith("# Written by Motcua")


def test_a_login_is_there_for_the_technicians_keys_alone(office: Office, boot: Path) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJhcmVseQ technician@tinh-mau"
    office.change("technician_keys: []", f'technician_keys: ["{key}"]')
    office.card("board-1", boot)
    values = YAML(typ="safe", pure=True).load((boot / "user-data").read_text("utf-8"))
    (technician,) = values["users"]
    assert technician["ssh_authorized_keys"] == [key]
    assert technician["lock_passwd"] is True
    assert ["systemctl", "enable", "--now", "ssh.service"] in values["runcmd"]


@pytest.mark.parametrize("device", ["kiosk-1", "board-1"])
def test_cloud_init_itself_finds_the_files_good(office: Office, boot: Path, device: str) -> None:
    program = shutil.which("cloud-init")
    if program is None:
        pytest.skip("cloud-init is not installed (apt install cloud-init): its schema was not asked")
    office.card(device, boot)
    words = [program, "schema", "--config-file", boot / "user-data"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    # It must be able to say no.
    (boot / "user-data").write_text("#cloud-config\nruncmd: {a: 1}\n")
    assert subprocess.run(words, capture_output=True, check=False, timeout=60).returncode != 0


def test_bookworms_card_starts_one_script_once_by_the_kernel_line(office: Office, tmp_path: Path) -> None:
    boot = stock(tmp_path / "old", cloud_init=False)
    office.card("board-1", boot)
    line = (boot / "cmdline.txt").read_text().split()
    assert "init=/usr/lib/raspberrypi-sys-mods/firstboot" in line, "the stock system's own first start stays"
    assert "root=PARTUUID=4e639091-02" in line
    assert "systemd.run=/boot/firmware/motcua/first-boot.sh" in line
    assert not set(CLOUD_FILES) & {path.name for path in boot.iterdir()}
    assert PASSPHRASE in (boot / "motcua/network.nmconnection").read_bytes()
    before = line
    office.card("board-1", boot)
    assert (boot / "cmdline.txt").read_text().split() == before, "a second run adds nothing"


def test_the_cards_script_and_unit_are_good_to_their_own_tools(office: Office, tmp_path: Path) -> None:
    boot = stock(tmp_path / "old", cloud_init=False)
    office.card("board-1", boot)
    assert subprocess.run(["sh", "-n", boot / "motcua/first-boot.sh"], check=False).returncode == 0
    if shutil.which("shellcheck"):
        done = subprocess.run(
            ["shellcheck", boot / "motcua/first-boot.sh"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: the unit was not verified")
    root = tmp_path / "root"
    here = root / "usr/local/lib/motcua-card"
    here.mkdir(parents=True)
    shutil.copy(boot / "motcua/first-boot.sh", here / "first-boot.sh")
    (here / "first-boot.sh").chmod(0o755)
    unit = tmp_path / "motcua-card.service"
    text = (boot / "motcua/motcua-card.service").read_text()
    unit.write_text(text.replace("/usr/local/lib/motcua-card", str(here)))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_an_image_gets_the_same_files_and_fsck_is_content(office: Office, boot: Path, tmp_path: Path) -> None:
    disk = image(tmp_path / "card.img", boot)
    package = tmp_path / "motcua_0.9.0_trixie_arm64.deb"
    package.write_bytes(PACKAGE + b"x" * 3_000_000)
    office.card("board-1", disk, "--package", package)
    fsck(disk)
    with opened(disk) as volume:
        manifest = read_manifest(volume)
        assert manifest is not None
        assert manifest.device == "xa-mau-son/board-1"
        for path, digest in manifest.files.items():
            data = volume.read(path)
            assert data is not None
            assert hashlib.sha256(data).hexdigest() == digest
        sums = (volume.read("motcua/packages.sha256") or b"").decode()
        assert sums == f"{hashlib.sha256(package.read_bytes()).hexdigest()}  {package.name}\n"
        assert volume.read("kernel8.img") == (boot / "kernel8.img").read_bytes(), "the stock's own files stay"
    office.card("board-1", disk)
    fsck(disk)
    with opened(disk) as volume:
        assert not volume.exists(f"motcua/packages/{package.name}"), "what is no longer wanted is gone"


# --- refusals, before anything is written

REFUSED = [
    ({"without": ("config.txt",)}, "board-1", "card.not_boot"),
    ({"without": ("overlays",)}, "board-1", "card.not_boot"),
    ({"without": ("issue.txt",)}, "board-1", "card.not_boot"),
    ({"stage": 4}, "board-1", "card.not_lite"),
    ({"without": ("bcm2711-rpi-4-b.dtb",)}, "board-1", "card.wrong_board"),
    ({"without": ("kernel_2712.img",)}, "kiosk-1", "card.wrong_board"),
    ({"without": ("bcm2710-rpi-zero-2-w.dtb",)}, "signs-1", "card.wrong_board"),
]


@pytest.mark.parametrize(("kind", "device", "key"), REFUSED)
def test_a_wrong_card_is_refused_and_stays_as_it_was(
    office: Office, tmp_path: Path, kind: dict[str, object], device: str, key: str
) -> None:
    boot = stock(tmp_path / "wrong", **kind)  # type: ignore[arg-type]
    before = contents(boot)
    assert f"({key})" in office.card(device, boot, code=1).output
    assert contents(boot) == before


def test_an_unknown_board_and_the_twin_get_no_card(office: Office, boot: Path) -> None:
    before = contents(boot)
    office.change("board: pi4", "board: amd64")
    assert "card.wrong_board" in office.card("board-1", boot, code=1).output
    office.change("board: amd64", "board: orange")
    assert "inventory.invalid" in office.card("board-1", boot, code=1).output
    assert contents(boot) == before


def test_what_is_no_image_no_package_and_no_folder_is_refused(office: Office, boot: Path, tmp_path: Path) -> None:
    text = tmp_path / "letter.img"
    text.write_bytes(b"Kinh gui" * 1000)
    assert "card.not_fat32" in office.card("board-1", text, code=1).output
    assert text.read_bytes() == b"Kinh gui" * 1000
    assert "card.not_fat32" in office.card("board-1", tmp_path / "none.img", code=1).output
    before = contents(boot)
    assert "card.bad_package" in office.card("board-1", boot, "--package", text, code=1).output
    assert contents(boot) == before


def test_a_card_too_small_for_what_it_must_carry_is_refused(office: Office, boot: Path, tmp_path: Path) -> None:
    disk = image(tmp_path / "small.img", boot, megabytes=36)
    package = tmp_path / "large.deb"
    package.write_bytes(PACKAGE + b"x" * 40_000_000)
    before = disk.read_bytes()
    said = office.card("board-1", disk, "--package", package, code=1).output
    assert "card.too_small" in said
    assert disk.read_bytes() == before


SECTORS_32_GB = 62_333_952


def kernel(tmp_path: Path, mounts: dict[str, str], *, sectors: int = SECTORS_32_GB) -> Disks:
    """A computer as its kernel shows it: its system on sda (sda1, and a mapped dm-0), a card in mmcblk0."""
    sys = tmp_path / "sys"
    for disk, size in (("sda", 10**9), ("mmcblk0", sectors), ("dm-0", 10**8), ("loop7", 0)):
        (sys / "block" / disk).mkdir(parents=True)
        (sys / "block" / disk / "size").write_text(f"{size}\n")
    for part, disk in (("sda1", "sda"), ("sda2", "sda"), ("mmcblk0p1", "mmcblk0")):
        (sys / "block" / disk / part).mkdir()
        (sys / "block" / disk / part / "partition").write_text("1\n")
    (sys / "block/dm-0/slaves").mkdir()
    (sys / "block/dm-0/slaves/sda2").symlink_to(sys / "block/sda/sda2")
    (sys / "dev/block").mkdir(parents=True)
    numbers = {"8:0": "sda", "8:1": "sda/sda1", "8:2": "sda/sda2", "179:0": "mmcblk0", "179:1": "mmcblk0/mmcblk0p1"}
    for number, place in {**numbers, "253:0": "dm-0", "7:7": "loop7"}.items():
        (sys / "dev/block" / number).symlink_to(sys / "block" / place)
    lines = [f"30 1 {number} / {at.replace(' ', chr(92) + '040')} rw - ext4 x rw" for at, number in mounts.items()]
    return Disks("\n".join(lines) + "\n", sys)


def refusal(where: Path, disks: Disks) -> str:
    with pytest.raises(CardError) as caught, opened(where, disks):
        pytest.fail("it was opened")
    return caught.value.key


def test_the_running_systems_own_disk_is_never_a_card(boot: Path, tmp_path: Path) -> None:
    # Another partition of the same disk, and the volume that a mapped root lies on.
    assert refusal(boot, kernel(tmp_path / "a", {"/": "8:2", str(boot): "8:1"})) == "card.own_disk"
    assert refusal(boot, kernel(tmp_path / "b", {"/": "253:0", str(boot): "8:1"})) == "card.own_disk"
    plain = kernel(tmp_path / "c", {"/": "8:2"})
    for own in ("/", "/boot"):
        assert refusal(Path(own), plain) == "card.own_disk"
    with opened(boot, kernel(tmp_path / "e", {"/": "8:2", str(boot): "179:1"})) as volume:
        assert volume.exists("config.txt")


def test_a_mounted_card_that_is_too_small_is_refused(boot: Path, tmp_path: Path) -> None:
    four_gb = kernel(tmp_path / "a", {"/": "8:2", str(boot): "179:1"}, sectors=7_800_000)
    assert refusal(boot, four_gb) == "card.too_small"


def test_an_image_that_is_mounted_somewhere_is_refused(boot: Path, tmp_path: Path) -> None:
    disk = image(tmp_path / "card.img", boot)
    used = kernel(tmp_path / "a", {"/": "8:2", "/mnt/the card": "7:7"})
    (used.sys / "block/loop7/loop").mkdir()
    (used.sys / "block/loop7/loop/backing_file").write_text(f"{disk}\n")
    with pytest.raises(CardError) as caught, opened(disk, used):
        pytest.fail("it was opened")
    assert caught.value.key == "card.mounted"
    assert caught.value.details["mounted"] == "/mnt/the card"
    with opened(disk, kernel(tmp_path / "b", {"/": "8:2"})) as volume:
        assert volume.exists("config.txt")


def changed(boot: Path, path: str, data: bytes) -> None:
    (boot / path).write_bytes(data)


CHANGES = [
    ("user-data", b"#cloud-config\nruncmd: [[rm, -rf, /]]\n"),
    ("motcua/bundle.json", b"{}"),
    ("motcua/card.json", b"{}"),
    ("motcua/authority.pem", b"-----BEGIN CERTIFICATE-----\n"),
]


@pytest.mark.parametrize(("path", "data"), CHANGES)
def test_a_card_that_somebody_changed_is_not_used_and_not_written(
    office: Office, boot: Path, path: str, data: bytes
) -> None:
    office.card("board-1", boot)
    changed(boot, path, data)
    before = contents(boot)
    said = office.card("board-1", boot, code=1).output
    assert "card.changed" in said
    assert path in said.replace("\n", "")
    assert contents(boot) == before


def test_a_manifest_made_to_fit_has_no_seal(office: Office, boot: Path) -> None:
    office.card("board-1", boot)
    bundle = (boot / "motcua/bundle.json").read_bytes().replace(b"board-1", b"board-9")
    changed(boot, "motcua/bundle.json", bundle)
    manifest = json.loads((boot / MANIFEST).read_text())
    assert manifest["files"]["motcua/bundle.json"] != hashlib.sha256(bundle).hexdigest()
    manifest["files"]["motcua/bundle.json"] = hashlib.sha256(bundle).hexdigest()
    changed(boot, MANIFEST, json.dumps(manifest).encode())
    assert "card.changed" in office.card("board-1", boot, code=1).output


def test_a_card_of_another_device_is_not_made_over(office: Office, boot: Path) -> None:
    office.card("board-1", boot)
    assert "card.other_device" in office.card("kiosk-1", boot, code=1).output


def test_a_card_cut_while_it_was_written_is_made_again(
    office: Office, boot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = read_secrets(office.secrets)
    place, authority = office.place("board-1"), office.authority()
    tree = device_tree(place, secrets, authority=authority.public(place))
    load = Load(place, tree, secrets.passphrase(place))

    class Cut(Exception):
        pass

    def cut(path: str) -> None:
        if path == "user-data":
            raise Cut

    with pytest.raises(Cut), opened(boot) as volume:
        write_card(volume, boot, load, authority, each=cut)
    assert not (boot / MANIFEST).exists(), "half a card has no manifest: a device takes nothing of it"
    with pytest.raises(CardError, match=r"card\.no_card"):
        first_boot(boot, Target.at(boot))
    (boot / REPORT).unlink()
    office.card("board-1", boot)
    assert (boot / MANIFEST).exists()


# --- the first start


def started(office: Office, boot: Path, root: Path, service: Service, device: str = "kiosk-1") -> Path:
    office.change("https://ca.motcua.internal:8455", service.url)
    office.card(device, boot)
    return inserted(boot, root)


def test_a_new_device_serves_reports_and_forgets_the_secrets(
    office: Office, boot: Path, tmp_path: Path, service: Service
) -> None:
    root = tmp_path / "root"
    boot = started(office, boot, root, service, "board-1")
    token = json.loads((boot / "motcua/enrol.json").read_text())["token"].encode()
    assert any(PASSPHRASE in data for data in contents(boot).values())
    said = office.run("first-boot", "--boot", boot, "--root", root)
    assert "enrolled" in said.stdout
    assert "as the inventory says" in office.verified("board-1", root).output
    left = contents(boot)
    assert not [path for path, data in left.items() if PASSPHRASE in data or token in data]
    assert json.loads(left[REPORT])["state"] == "done"
    assert MANIFEST not in left
    assert left["user-data"] == b"#cloud-config\n{}\n"
    assert "done already" in office.run("first-boot", "--boot", boot, "--root", root).stdout
    assert "card.used" in office.card("board-1", boot, code=1).output


def test_without_a_network_it_says_so_on_the_card_and_goes_on_later(
    office: Office, boot: Path, tmp_path: Path, service: Service
) -> None:
    root = tmp_path / "root"
    office.change("https://ca.motcua.internal:8455", "https://localhost:1")
    office.card("kiosk-1", boot)
    boot = inserted(boot, root)
    assert "enrol.away" in office.run("first-boot", "--boot", boot, "--root", root, code=1).output
    report = json.loads((boot / REPORT).read_text("utf-8"))
    assert (report["state"], report["key"]) == ("failed", "enrol.away")
    assert (root / "etc/motcua/device.yaml").exists(), "what needs no network is done"
    assert (boot / MANIFEST).exists(), "the secrets stay until they were used"
    stick = tmp_path / "stick"
    stick.mkdir()
    office.run("first-boot", "--boot", boot, "--root", root, "--folder", stick, code=1)
    office.run("sign", stick, "--authority", office.ca)
    office.run("first-boot", "--boot", boot, "--root", root, "--folder", stick)
    assert "as the inventory says" in office.verified("kiosk-1", root).output
    assert not (boot / MANIFEST).exists()


def test_a_changed_card_makes_nothing_of_a_device(office: Office, boot: Path, tmp_path: Path, service: Service) -> None:
    root = tmp_path / "root"
    boot = started(office, boot, root, service)
    changed(boot, "motcua/bundle.json", (boot / "motcua/bundle.json").read_bytes().replace(b"kiosk-1", b"kiosk-2"))
    said = office.run("first-boot", "--boot", boot, "--root", root, code=1).output
    assert "card.changed" in said
    assert [path.name for path in root.iterdir()] == ["boot"]
    assert json.loads((boot / REPORT).read_text("utf-8"))["key"] == "card.changed"


def test_what_the_stock_systems_own_first_start_changes_is_no_mans_hand(
    office: Office, tmp_path: Path, service: Service
) -> None:
    boot, root = stock(tmp_path / "old", cloud_init=False), tmp_path / "root"
    boot = started(office, boot, root, service)
    # It takes its own first word away, and the card's script the words that started it.
    line = (boot / "cmdline.txt").read_text().split()
    left = [word for word in line if not word.startswith(("init=", "systemd.run", "systemd.unit="))]
    assert len(left) == len(line) - 4
    changed(boot, "cmdline.txt", " ".join(left).encode() + b"\n")
    office.run("first-boot", "--boot", boot, "--root", root)
    assert "as the inventory says" in office.verified("kiosk-1", root).output


def test_cut_while_blanking_it_only_goes_on_blanking(
    office: Office, boot: Path, tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    boot = started(office, boot, root, service)
    real, count = boot_volume.FolderVolume.remove, [0]

    class Cut(Exception):
        pass

    def remove(self: boot_volume.FolderVolume, path: str) -> None:
        count[0] += 1
        if count[0] == 2:
            raise Cut
        real(self, path)

    monkeypatch.setattr(boot_volume.FolderVolume, "remove", remove)
    with pytest.raises(Cut):
        first_boot(boot, Target.at(root))
    monkeypatch.undo()
    assert first_boot(boot, Target.at(root)) is None
    assert not [path for path, data in contents(boot).items() if PASSPHRASE in data or b"token" in data]


def test_a_folder_that_is_no_card_is_told(boot: Path, tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match=r"card\.no_card"):
        first_boot(boot, Target.at(tmp_path))
