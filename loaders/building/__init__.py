"""The build: reads the sources, judges and completes what they state, publishes a version."""
