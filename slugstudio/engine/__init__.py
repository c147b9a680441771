"""The engine: declared layers, compiled into networks and trained, in numpy alone.

Start at `slugstudio.engine.model` to use it, at `slugstudio.engine.network` and `slugstudio.engine.train` to see how it
works, and at any file of `slugstudio.engine.layers` to add a layer.
"""
