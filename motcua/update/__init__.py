"""Updating a device that nobody stands beside: when, with what way back, and how the new version is judged."""
