"""The touch screen in the lobby: a citizen takes a number, and a slip comes out."""
