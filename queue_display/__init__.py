"""What the lobby sees and hears: the television board and the voice."""
