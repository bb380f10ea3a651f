"""The ontology: its Turtle modules, names, reasoning, checks and comparison (ground floor)."""
