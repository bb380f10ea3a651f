"""Two versions of the ontology compared: what changed, in words, and how far the version should rise."""
