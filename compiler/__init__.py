"""From tree to torch source: checking, graph rewrites, emission. Never imports torch."""
