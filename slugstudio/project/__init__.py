"""Projects: the design of a network, what it has learned, and the `.slug` files that hold both."""
