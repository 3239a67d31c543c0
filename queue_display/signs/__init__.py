"""The number signs above the counters and the keypads on the desks: ``motcua signs``, one process a machine.

What a sign shows follows from the board's snapshot alone (:mod:`queue_display.signs.shows`); how it is told is one
module a protocol (:mod:`queue_display.signs.protocols`). A key becomes a request to the hub, for the officer on duty.
"""
