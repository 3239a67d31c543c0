"""A machine's own files as a tree of ours: what the kernel would say."""

from __future__ import annotations

from pathlib import Path


def machine(root: Path, **said: object) -> Path:
    """Write the files that say it. ``hot_c``: list of zones; ``low``: the supply's alarm; ``errors``: of ext4."""
    if "hot_c" in said:
        for index, value in enumerate(said["hot_c"]):  # type: ignore[call-overload]
            put(root, f"sys/class/thermal/thermal_zone{index}/temp", round(value * 1000) if value is not None else "")
    if "low" in said:
        put(root, "sys/class/hwmon/hwmon0/name", "cpu_thermal")
        put(root, "sys/class/hwmon/hwmon1/name", "rpi_volt")
        put(root, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", int(bool(said["low"])))
    for index, count in enumerate(said.get("errors", ())):  # type: ignore[arg-type, var-annotated]
        put(root, f"sys/fs/ext4/mmcblk0p{index}/errors_count", count)
    if "up_s" in said:
        put(root, "proc/uptime", f"{said['up_s']} 12345.67")
    if "system" in said:
        put(root, "etc/os-release", f'NAME="Debian"\nPRETTY_NAME="{said["system"]}"\n')
    return root


def put(root: Path, name: str, value: object) -> None:
    """One file."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{value}\n", encoding="utf-8")
