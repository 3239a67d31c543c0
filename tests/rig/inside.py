"""The rig's hand inside the virtual machine: runs what it is told over a virtio port and says how it ended.

One JSON line each way. ``{"run": [...], "timeout_s": 60}`` waits for the end; ``{"start": [...], "log": "name"}`` does
not; ``{"stop": pid}`` ends one that was started. Standard library only.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any


def _run(order: dict[str, Any]) -> dict[str, Any]:
    try:
        done = subprocess.run(
            order["run"], capture_output=True, text=True, errors="replace", check=False,
            timeout=order.get("timeout_s", 60), env={**os.environ, **order.get("env", {})},
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return {"code": 124, "out": str(late.stdout or ""), "err": f"no end within {late.timeout} s"}
    except OSError as error:
        return {"code": 127, "out": "", "err": str(error)}
    return {"code": done.returncode, "out": done.stdout, "err": done.stderr}


def _start(order: dict[str, Any]) -> dict[str, Any]:
    with (Path("/rig") / order["log"]).open("ab") as log:
        child = subprocess.Popen(
            order["start"], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, **order.get("env", {})},
        )  # fmt: skip
    CHILDREN[child.pid] = child
    return {"pid": child.pid}


def _stop(order: dict[str, Any]) -> dict[str, Any]:
    child = CHILDREN.pop(order["stop"])
    child.send_signal(signal.SIGTERM)
    try:
        return {"code": child.wait(order.get("timeout_s", 30))}
    except subprocess.TimeoutExpired:
        child.kill()
        return {"code": child.wait()}


def _say(port: io.RawIOBase, answer: dict[str, Any]) -> None:
    # The kernel takes 32 KiB of a virtio port at a time and leaves the rest with the caller.
    left = memoryview(json.dumps(answer).encode() + b"\n")
    while left:
        left = left[port.write(left) or 0 :]


CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


def main() -> None:
    with Path(sys.argv[1]).open("r+b", buffering=0) as port:
        _say(port, {"ready": True})
        rest = b""
        while True:
            block = port.read(65536)
            if not block:
                continue
            rest += block
            while b"\n" in rest:
                line, _, rest = rest.partition(b"\n")
                order = json.loads(line)
                answer = _run(order) if "run" in order else _start(order) if "start" in order else _stop(order)
                _say(port, answer)


if __name__ == "__main__":
    main()
