"""The technician at the kiosk: the hidden page, its PIN, and the checks that only a kiosk can make."""
