"""One graph rewrite a file: pure functions from graph to graph."""
