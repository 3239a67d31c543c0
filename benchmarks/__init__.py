"""Each figure that the README states, measured again by one command, beside its limit and the best peer's figure."""
