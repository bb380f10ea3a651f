"""The versions of the graph: which are kept, what each holds, and queries of any of them."""
