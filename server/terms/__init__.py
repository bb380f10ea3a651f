"""The ontology as pages: its modules, and each class, property, scheme and concept."""
