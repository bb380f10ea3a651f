"""Postcodes of communes: a table of the folder, written by `compact`, read as any other."""
