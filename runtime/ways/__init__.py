"""Ways to a posterior, one file each: exact, by an automatic guide, by a written one, the mode."""
