"""What people and programs meet: SPARQL, pages, and the command line (top floor)."""
