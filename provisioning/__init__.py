"""From a blank card to a device that serves: inventory, files, cards, identities, replacements."""
