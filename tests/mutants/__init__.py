"""``make mutants``: listed faults are put into a copy of the tree one at a time; the tests named beside each catch it."""
