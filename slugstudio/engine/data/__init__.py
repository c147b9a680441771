"""Data without Qt or files of ours: IDX, verified downloads, MNIST, the embedded sets, generated points."""
