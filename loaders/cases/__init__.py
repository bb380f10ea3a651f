"""Case studies: YAML files written by social scientists, read with their positions and turned into quads."""
