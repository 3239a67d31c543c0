"""A camera of the kernel's: vivid's, whose picture is a sheet that the check holds up."""

from __future__ import annotations

from typing import Final

from tests.rig.checks import Check, Rig
from tests.rig.machine import PYTHON, ROOT, wait_until
from tests.rig.office import KioskInside

CODE: Final = "H00.00-261110-0005"
CAPTURE, OUTPUT = "/dev/video-rig-in", "/dev/video-rig-out"

#: names the two ends of vivid by what they can do, joins them (its output is what its camera sees), and shows a picture
_HOLDS_UP: Final = """
import ctypes, fcntl, mmap, os, struct, sys
from pathlib import Path
import numpy as np
from kiosk.scanning.camera.sources import v4l2_kernel as kernel
from tests.scanning.pictures import bars

S_INPUT, S_OUTPUT, S_CTRL, QUERYCTRL = 0xC0045627, 0xC004562F, 0xC008561C, 0xC0445624
ENUMINPUT, ENUMOUTPUT, OUT, NEXT = 0xC050561A, 0xC0485630, 2, 0x80000000
nodes = {}
for node in sorted(Path("/sys/class/video4linux").glob("video*")):
    can = kernel.Capability()
    file = os.open(f"/dev/{node.name}", os.O_RDWR)
    fcntl.ioctl(file, kernel.QUERYCAP, can)
    kind = {1: "in", 2: "out"}.get(can.device_caps & 3)
    if can.driver == b"vivid" and kind and can.device_caps & kernel.CAN_STREAM:
        nodes.setdefault(kind, (node.name, file))
    else:
        os.close(file)
for kind, (name, _) in nodes.items():
    link = Path(f"/dev/video-rig-{kind}")
    link.unlink(missing_ok=True)
    link.symlink_to(f"/dev/{name}")
watching, showing = nodes["in"][1], nodes["out"][1]

def named(file, request, wanted):
    for index in range(8):
        held = bytearray(struct.pack("<I", index) + bytes(((request >> 16) & 0x3FFF) - 4))
        try:
            fcntl.ioctl(file, request, held)
        except OSError:
            break
        if held[4:36].split(b"\\0")[0].startswith(wanted):
            return index
    raise SystemExit(f"no {wanted}")

fcntl.ioctl(watching, S_INPUT, ctypes.c_int(named(watching, ENUMINPUT, b"S-Video")))
fcntl.ioctl(showing, S_OUTPUT, ctypes.c_int(named(showing, ENUMOUTPUT, b"S-Video")))
form = kernel.Format(type=OUT, width=720, height=576, pixelformat=kernel.fourcc("GREY"))
fcntl.ioctl(showing, kernel.S_FMT, form)
sheet = np.full((form.height, form.width), 235, np.uint8)
code = bars(sys.argv[1], module=2, high=160)
sheet[200 : 200 + code.shape[0], (form.width - code.shape[1]) // 2 :][:, : code.shape[1]] = code
lines = np.zeros((form.height, max(form.bytesperline, form.width)), np.uint8)
lines[:, : form.width] = sheet

def switch_on(file, wanted):
    control = 0
    while True:
        held = bytearray(struct.pack("<I", control | NEXT) + bytes(64))
        try:
            fcntl.ioctl(file, QUERYCTRL, held)
        except OSError:
            return False
        control = struct.unpack_from("<I", held)[0]
        if held[8:40].split(b"\\0")[0] == wanted:
            fcntl.ioctl(file, S_CTRL, bytearray(struct.pack("<Ii", control, 1)))
            return True

if not (switch_on(watching, b"Loop Video") or switch_on(showing, b"Loop Video")):
    raise SystemExit("vivid has no loop")

def buffer(index=0):
    return kernel.Buffer(index=index, type=OUT, memory=kernel.MMAP, bytesused=lines.nbytes, field=form.field)

wanted = kernel.Request(count=2, type=OUT, memory=kernel.MMAP)
fcntl.ioctl(showing, kernel.REQBUFS, wanted)
for index in range(wanted.count):
    one = buffer(index)
    fcntl.ioctl(showing, kernel.QUERYBUF, one)
    area = mmap.mmap(showing, one.length, offset=one.offset)
    area[: lines.nbytes] = lines.tobytes()
    fcntl.ioctl(showing, kernel.QBUF, buffer(index))
fcntl.ioctl(showing, kernel.STREAMON, ctypes.c_int(OUT))
Path("/rig/held-up").touch()
while True:
    one = buffer()
    fcntl.ioctl(showing, kernel.DQBUF, one)
    fcntl.ioctl(showing, kernel.QBUF, buffer(one.index))
"""


def camera(rig: Rig) -> None:
    """The kiosk sees a receipt through /dev/video and asks for its dossier."""
    machine = rig.machine
    with machine.started("vivid", PYTHON, "-u", "-c", _HOLDS_UP, CODE, env={"PYTHONPATH": str(ROOT)}):
        wait_until((machine.folder / "held-up").exists, "vivid's two ends", 90)
        kiosk = KioskInside(
            machine, rig.office, "--scanner", f"camera:{CAPTURE}?size=720x576&fps=5&cpu=90", name="kiosk-camera"
        )
        with kiosk.running():
            wait_until(lambda: "Không tìm thấy hồ sơ" in kiosk.sees().get("words", []), f"answer to {CODE}", 240)


CHECKS: Final = (Check("a camera behind /dev/video shows a receipt to the kiosk, which reads it", camera),)
