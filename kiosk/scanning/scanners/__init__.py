"""One module a kind of scanner; ``none`` is one, for a kiosk that reads nothing."""
