"""One command a file. Import-free, so that light commands start fast."""
