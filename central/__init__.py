"""The province: what every office's journal says, in one database. Knows no office's process, only the wire."""
