"""Inference as functions of a log density; nothing else of ours is known here."""
