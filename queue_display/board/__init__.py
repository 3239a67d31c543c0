"""The television board: which messages count, whose turn it is, what the picture holds, and the screen itself."""
