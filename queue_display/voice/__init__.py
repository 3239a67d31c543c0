"""The voice of the lobby: phrases, clips, the chime, announcements and what plays them."""
