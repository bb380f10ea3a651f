"""Stored queries, one file per question, and their runner."""
