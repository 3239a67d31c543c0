"""Films on the television: decoded and sounded by a process of their own, so that no file can hold up a call."""
