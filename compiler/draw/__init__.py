"""Drawings of a model graph: a picture as data, and its texts in several formats."""
