"""What the kiosk reads: texts of barcodes and QR codes, from whichever scanner stands beside the screen.

A scanner gives texts and knows nothing of what they mean; the visit decides (:mod:`kiosk.session.scanned`).
"""

from kiosk.scanning.scanner import Heard, Scanner, check_scanner, open_scanner

__all__ = ["Heard", "Scanner", "check_scanner", "open_scanner"]
