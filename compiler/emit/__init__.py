"""One file per generated function."""
