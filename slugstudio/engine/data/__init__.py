"""Data for the engine's own programs: IDX files, verified downloads, MNIST, the embedded sets and generated points."""
