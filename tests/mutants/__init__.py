"""``make mutants``: listed faults are put into a copy one at a time; the tests named beside each must catch it."""
