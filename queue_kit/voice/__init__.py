"""The ground of every voice: phrases, clips, the chime, how they are joined, and what plays them."""
