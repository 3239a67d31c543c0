"""What every Kivy screen of the office stands on: start-up, theme, fonts, icons, widgets, the idle frame rate.

Nothing here imports Kivy at import time except ``widgets`` and ``fonts.register``: call
:func:`queue_kit.screen.boot.prepare` first, then import Kivy.
"""
