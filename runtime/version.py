"""The version, in the one place where code reads it."""

VERSION = "0.1.0"
