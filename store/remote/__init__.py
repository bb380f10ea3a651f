"""Any SPARQL 1.1 engine elsewhere, by W3C protocols alone. docs/store.md says when and how to move to one."""
