"""The stack of layers and the palette that they come from."""
