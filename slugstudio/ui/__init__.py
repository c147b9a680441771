"""The studio: the only package that imports Qt."""
