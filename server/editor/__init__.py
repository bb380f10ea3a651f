"""Queries that people write: the page of the editor, what it completes, answers as charts and workbooks."""
