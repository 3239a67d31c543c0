"""The office's catalogue of procedures (thủ tục hành chính): import, one file on disk, search, distribution.

Readers (the kiosk, the hub) use :func:`queue_kit.catalogue.reader.open_catalogue`; whoever keeps the catalogue uses
``motcua catalogue``.
"""
