"""Fit directories: complete, pickle-free, readable by a fresh process."""
