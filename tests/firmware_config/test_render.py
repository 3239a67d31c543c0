"""A device's files follow from its description: the same each time, each line explained, nothing by hand."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware_config.command import app
from firmware_config.device import describe
from firmware_config.errors import FirmwareError
from firmware_config.explain import explain_cmdline, explain_config, explain_file
from firmware_config.firewall import listening
from firmware_config.render import render, write
from tests.firmware_config.devices import DEVICES, GOLDEN, rendered

USUAL = {"board": "pi5", "role": "solo", "screen": "portrait-1080p"}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", DEVICES)
def test_a_device_has_the_files_that_were_looked_at(name: str) -> None:
    assert rendered(name) == tree(GOLDEN / name)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"board": "pi3"}, "board"),
        ({"role": "printer"}, "role"),
        ({"screen": "8k"}, "screen"),
        ({"screen": "none"}, "needs a screen"),
        ({"role": "hub"}, "has no screen"),
        ({"board": "zero2w"}, "too little memory"),
        ({"touch_rotation": 90}, "touch-display"),
        ({"touch_rotation": 45, "screen": "touch-display"}, "touch_rotation"),
        ({"scanner_port": "1-1:1.0"}, "no USB port"),
        ({"panel_ports": ('1-1" RUN+="/bin/sh',)}, "no USB port"),
        ({"root": "PARTUUID=1 init=/bin/sh"}, "names no root"),
        ({"networks": ("10.0.0.1/8",)}, "networks"),
        ({"matrices": True}, "signs"),
        ({"board": "amd64", "rtc": True}, "amd64"),
        ({"role": "kiosk", "backup_port": "1-1"}, "backup_port"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_description_is_refused(changed: dict[str, object], says: str) -> None:
    with pytest.raises(FirmwareError) as refused:
        describe(**{**USUAL, **changed})
    assert refused.value.key == "firmware.device"
    assert says in refused.value.en
    assert says in refused.value.vi


@pytest.mark.parametrize(
    ("text", "key", "line", "says"),
    [
        ("arm_64bit=1\ndtoverlai=disable-bt\n", "firmware.unknown_key", 2, "dtoverlay?"),
        ("gpu_mem=512", "firmware.unknown_key", 1, "gpu_mem"),
        ("initramfs init.gz followkernel", "firmware.unknown_key", 1, "initramfs"),
        ("dtoverlay=gpio-shutdown", "firmware.unknown_key", 1, "gpio-shutdown"),
        ("dtoverlay=i2c-rtc,ds3232", "firmware.unknown_key", 1, "ds3231?"),
        ("dtparam=uart0=on", "firmware.unknown_key", 1, "uart0"),
        ("\n[pi6]\n", "firmware.unknown_key", 2, "pi6"),
        ("dtparam=watchdog=1", "firmware.bad_value", 1, "on or off"),
        ("enable_uart=yes", "firmware.bad_value", 1, "0 or 1"),
        ("dtoverlay=vc4-kms-v3d," + "cma-512," * 12, "firmware.line_too_long", 1, "98"),
    ],
)
def test_a_hand_in_config_txt_is_found(text: str, key: str, line: int, says: str) -> None:
    with pytest.raises(FirmwareError) as refused:
        explain_config(text)
    assert (refused.value.key, refused.value.details["line"]) == (key, line)
    assert says in refused.value.en


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("root=PARTUUID=1-02 init=/bin/sh", "firmware.bad_value"),
        ("root=LABEL=root systemd.run=/boot/firstrun.sh", "firmware.unknown_key"),
        ("root=LABEL=root console=serial0,115200", "firmware.bad_value"),
        ("root=LABEL=root\nquiet\n", "firmware.one_line"),
        ("", "firmware.one_line"),
        ("root=LABEL=root quiet=1", "firmware.bad_value"),
    ],
)
def test_a_hand_in_the_kernels_line_is_found(text: str, key: str) -> None:
    with pytest.raises(FirmwareError) as refused:
        explain_cmdline(text)
    assert refused.value.key == key


def test_every_line_that_is_rendered_is_explained(tmp_path: Path) -> None:
    for name in DEVICES:
        for path in (GOLDEN / name).rglob("*.txt"):
            told = explain_file(path)
            written = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
            wanted = written[0].split() if "cmdline" in path.name else written
            assert [one.text for one in told] == wanted
            assert all(one.says for one in told)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.txt").write_bytes(b"\xff\xfe\x00arm")
    for path in (tmp_path / "config.txt", tmp_path / "nothing.txt"):
        with pytest.raises(FirmwareError) as refused:
            explain_file(path)
        assert refused.value.key == "firmware.unreadable"


def test_of_a_cards_own_line_only_where_its_root_is_stays() -> None:
    stock = (
        "console=serial0,115200 console=tty1 root=PARTUUID=aa-02 rootfstype=ext4 fsck.repair=yes rootwait quiet "
        "init=/bin/sh ds=nocloud;i=rpi cfg80211.ieee80211_regdom=GB systemd.run=/boot/x root=LABEL=x;rm"
    )
    files = render(describe(**USUAL), stock_cmdline=stock)
    line = files["boot/firmware/cmdline.txt"].decode()
    assert "root=PARTUUID=aa-02 " in line
    assert "ds=nocloud;i=rpi" in line
    for gone in ("serial0", "tty1 ", "/bin/sh", "systemd.run", "=GB", "LABEL=x"):
        assert gone not in line
    assert line.count("root=") == 1


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    words = ["render", "--board", "pi5", "--role", "solo", "--screen", "portrait-1080p", "--out", str(tmp_path)]
    first, second = CliRunner().invoke(app, words), CliRunner().invoke(app, words)
    assert first.exit_code == second.exit_code == 0
    assert "nothing to change" in second.stdout
    assert write(render(describe(**USUAL)), tmp_path) == []
    said = CliRunner().invoke(app, ["explain", str(tmp_path / "boot/firmware/config.txt")])
    assert "disable-bt" in said.stdout


def test_a_refusal_is_told_in_two_languages_and_nothing_is_written(tmp_path: Path) -> None:
    words = ["render", "--board", "pi5", "--role", "solo", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "needs a screen" in done.output
    assert "Thiết bị không đúng" in done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not any(map(shutil.which, ("nft", "/usr/sbin/nft"))), reason="nft is missing: apt install nftables")
@pytest.mark.parametrize("name", DEVICES)
def test_the_packet_filter_is_one(name: str) -> None:
    nft = shutil.which("nft") or "/usr/sbin/nft"
    words = ["unshare", "--map-root-user", "--net", nft, "--check", "--file", str(GOLDEN / name / "etc/nftables.conf")]
    if subprocess.run(["unshare", "--map-root-user", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this kernel lets nobody make a network of their own")
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")


def test_only_a_hub_and_central_are_reached_from_the_network() -> None:
    assert {name: sorted(listening(device)) for name, device in DEVICES.items()} == {
        "pi4-solo": [8443, 8444, 8883], "pi5-kiosk": [], "cm4-board": [], "zero2w-signs": [],
        "amd64-hub": [22, 8443, 8883], "amd64-central": [22, 8883],
    }  # fmt: skip
    for name, device in DEVICES.items():
        text = (GOLDEN / name / "etc/nftables.conf").read_text(encoding="utf-8")
        assert {int(port) for port in re.findall(r"tcp dport (\d+)", text)} == set(listening(device))
        assert text.count("policy drop;") == 2


@pytest.mark.parametrize("name", DEVICES)
def test_device_rules_are_sound(name: str) -> None:
    path = GOLDEN / name / "etc/udev/rules.d/71-motcua.rules"
    words = ["udevadm", "verify", str(path)]
    version = subprocess.run(["udevadm", "--version"], capture_output=True, text=True, check=False).stdout
    if version.strip().isdecimal() and int(version) >= 254:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    term = r'[A-Z]+(\{[A-Za-z0-9_]+\})?(==|!=|\+=|-=|=)"[^"]*"'
    assert [line for line in lines if not re.fullmatch(rf"{term}(, {term})*", line)] == []
    labels = set(re.findall(r'LABEL="(\w+)"', "\n".join(lines)))
    assert set(re.findall(r'GOTO="(\w+)"', "\n".join(lines))) <= labels


def test_a_touch_panel_that_is_not_enrolled_yet_is_known_by_its_kind_alone() -> None:
    rules = render(describe(**USUAL))["etc/udev/rules.d/71-motcua.rules"].decode()
    assert 'ATTR{bInterfaceClass}!="08"' in rules
    opened = [line for line in rules.splitlines() if 'GROUP="input"' in line]
    assert opened
    assert all('ENV{ID_INPUT_TOUCHSCREEN}=="1"' in line for line in opened)


def test_nothing_of_usb_is_let_in_but_what_is_enrolled() -> None:
    text = rendered("cm4-board")["etc/udev/rules.d/71-motcua.rules"].decode()
    before = text[: text.index('ATTR{authorized}="0"')]
    assert 'ATTR{bInterfaceClass}!="03|08"' in before
    assert re.findall(r'=="(\d+)", KERNEL=="([^"]+)"', before) == [("08", "1-1:*")]
    assert 'SUBSYSTEM=="input", SUBSYSTEMS=="usb", GROUP="root", MODE="0600"' in text
    opened = re.findall(r'SUBSYSTEM=="input", KERNEL.*GROUP="input"', text)
    assert opened == []


@pytest.mark.parametrize("name", DEVICES)
def test_there_is_no_console_and_no_key_that_stops_the_machine(name: str) -> None:
    files = rendered(name)
    for unit in ("getty@.service", "autovt@.service", "serial-getty@.service", "ctrl-alt-del.target"):
        assert files[f"etc/systemd/system/{unit}"] == b""
    assert b"NAutoVTs=0\nReserveVT=0\n" in files["etc/systemd/logind.conf.d/motcua.conf"]
    assert b"\nkernel.sysrq = 0\n" in files["etc/sysctl.d/90-motcua.conf"]
    assert not re.search(rb"password|PRIVATE KEY", files["boot/firmware/cmdline.txt"] if "pi" in name else b"")
