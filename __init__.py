"""Nacre: a graph-compiling probabilistic programming language."""
