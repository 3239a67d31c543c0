"""The image booted in a virtual machine, and its power really cut; see docs/image.md."""
