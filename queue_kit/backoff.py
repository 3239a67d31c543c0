"""A wait before a start that follows failed ones: 0, 1, 2, 4 … 60 s. Run by the units before each process.

systemd has ``RestartSteps=`` and ``RestartMaxDelaySec=`` for this from version 254 on; Debian 12 has 252. The count
lies in the unit's runtime folder, which outlives a restart (``RuntimeDirectoryPreserve=restart``) and is gone with a
stop or a reboot. Meanwhile a panel says that the device is starting: a process that died left it black. Only what is
small is imported: this runs before every start on a slow board.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

LONGEST_S = 60
#: a process that lived so long had no failed start
FORGOTTEN_S = 600.0


def wait_s(starts: int) -> int:
    """Seconds to wait when there were so many starts shortly before."""
    return 0 if starts <= 0 else min(LONGEST_S, 1 << min(starts - 1, 10))


def count(file: Path, now_s: float) -> int:
    """Starts shortly before this one, and this one noted. A file that cannot be read or written counts as none."""
    try:
        starts = int(file.read_text(encoding="ascii")) if now_s - file.stat().st_mtime < FORGOTTEN_S else 0
    except (OSError, ValueError):
        starts = 0
    try:
        file.write_text(f"{starts + 1}\n", encoding="ascii")
        os.utime(file, (now_s, now_s))
    except OSError:
        return 0
    return starts


def main() -> None:
    """Wait as long as the count in ``RUNTIME_DIRECTORY`` says."""
    folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if not folder:
        return
    starts = count(Path(folder) / "starts", time.time())
    seconds = wait_s(starts)
    if seconds:
        print(f"start {starts + 1} within ten minutes: waiting {seconds} s", flush=True)  # noqa: T201 -- for the journal
        from queue_kit.screen.splash import show_again

        show_again()
        time.sleep(seconds)


if __name__ == "__main__":
    main()
