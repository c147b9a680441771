"""Pictures of what layers, activations and data sources do, computed by themselves."""
