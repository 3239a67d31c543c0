"""No scanner: codes are typed, or read at the counter."""

from __future__ import annotations


class NoScanner:
    """Reads nothing."""

    @property
    def there(self) -> bool | None:
        """There is nothing that could be away."""
        return None

    def start(self) -> None:
        """Nothing to listen to."""

    def stop(self) -> None:
        """Nothing to end."""
