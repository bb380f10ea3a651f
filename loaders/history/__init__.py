"""History of the map of France: what changed between its yearly editions, 2021 to 2026."""
