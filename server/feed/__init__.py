"""The change feed over HTTP: LDES for programs, Atom and a page for people; and the dumps."""
