"""SHACL shapes, one file per ontology module; validation and its report."""
