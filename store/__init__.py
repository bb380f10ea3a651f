"""Where the graph lives: numbered, immutable versions, and the engines that answer from them."""
