"""Drawings of the pages: each module works out where things lie, templates/drawings writes them as SVG."""
