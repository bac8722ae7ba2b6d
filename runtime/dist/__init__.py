"""Numerics of the distribution families, one file each."""
