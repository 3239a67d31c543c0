"""What a device boots with and is locked down by, rendered from a short description of it. Never edited by hand."""
