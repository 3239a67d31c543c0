"""The lines a slip can take, one module each: ``none``, ``network``, ``file``, ``serial``, ``usb``."""
