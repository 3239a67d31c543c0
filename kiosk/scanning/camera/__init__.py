"""A camera as a scanner: a process of its own takes frames, reads codes and tells the kiosk, which holds no frame."""
