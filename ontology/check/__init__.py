"""The editor's check: syntax, hygiene rules, OWL 2 DL, consistency, and what is newly inferred."""
