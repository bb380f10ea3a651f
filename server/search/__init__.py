"""Search: what can be found, the index of each version, the page and the suggestions of the box."""
