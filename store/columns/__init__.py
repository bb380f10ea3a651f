"""A second, columnar form of a version, for questions that read much and answer little.

The engine visits quads one by one, each a place of its own in memory; grouping, counting, sorting and
filtering a whole predicate go faster over sorted columns of numbers. `making` writes them once for each
version, `reading` opens them (mapped, so that all workers share the same pages), `parsing` recognises the
questions that they can answer, `answering` answers them. What is not recognised is the engine's. The two must
agree, and tests/store/test_columns.py holds them to it.
"""
