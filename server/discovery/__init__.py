"""For the web at large: what machines that know nothing of the graph find on its pages."""
