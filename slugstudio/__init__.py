"""Slugstudio: build a network from layers, press Play, and watch it learn."""

__version__ = "0.1.0"
