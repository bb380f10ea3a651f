"""Moved to `ontology.sparql_tokens`, where the shapes room can reach it."""

from ..ontology.sparql_tokens import QueryForm, Token, calls, nesting_depth, query_form, tokens, words

__all__ = ["QueryForm", "Token", "calls", "nesting_depth", "query_form", "tokens", "words"]
