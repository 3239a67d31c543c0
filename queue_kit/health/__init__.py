"""How a machine is, as it says itself: heat, voltage, its card, its devices. Unknown is said as unknown."""
