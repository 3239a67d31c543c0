"""The rig: what only a real kernel can show, on a virtual machine with devices, run by ``make rig``.

QEMU emulates the processor (no KVM is needed), boots Debian's own kernel and mounts this machine's root file system
read-only under an overlay, so the project's own environment runs inside. Broker and hub stay outside and are reached
over the emulated network; inside are the kiosk on KMSDRM, scanners, printers and signs on real device files.
"""
