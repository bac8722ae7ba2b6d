"""Long forms."""

NAMES = EXPRESSIONS = GUIDES = WARNINGS = {}
