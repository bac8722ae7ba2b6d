"""Entry point of ``python -m nacre``."""
