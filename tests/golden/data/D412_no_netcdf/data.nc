these are notes
