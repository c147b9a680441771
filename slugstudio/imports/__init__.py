"""Import: what comes into a project from other programs, shown before anything changes."""

from slugstudio.imports.errors import ImportRefused
from slugstudio.imports.onnx_project import open_onnx
from slugstudio.imports.weights import Comparison, Row, compare, read_arrays, with_weights

__all__ = ["Comparison", "ImportRefused", "Row", "compare", "open_onnx", "read_arrays", "with_weights"]
