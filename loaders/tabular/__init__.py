"""Tabular sources as declarations: a description (source.yml) and a mapping in YARRRML (mapping.yml)."""
