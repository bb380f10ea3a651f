"""The territories as pages: a search, a map of France, and a page for each."""
