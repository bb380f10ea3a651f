"""One place per source: source, checked rows, quads; and the build that publishes a version."""
