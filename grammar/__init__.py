"""From text to tree: parsing, its complaints, and the formatter."""
