"""Records of other open-data portals, taken into the graph: read, judged, linked, kept up to date."""
