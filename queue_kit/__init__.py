"""What several of the office's processes share: paper, fonts, the catalogue, languages, the parts of screens."""
