"""Names as people write them, matched to the things of the graph; the index that search is answered from."""
