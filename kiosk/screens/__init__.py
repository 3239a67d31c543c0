"""One module and one .kv a screen. A screen is built anew for each state of the visit it shows, and thrown away."""
