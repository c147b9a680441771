"""The layers, one file each.

A file dropped into this folder is found by itself: its layer enters the registry ``Layer.kinds``, and with it the
palette, the property form, the project file and the tests.
"""

from importlib import import_module
from pkgutil import iter_modules

from slugstudio.engine.layers.base import Layer, Mode
from slugstudio.engine.layers.convolution import Convolution
from slugstudio.engine.layers.dense import Dense
from slugstudio.engine.layers.dropout import Dropout
from slugstudio.engine.layers.flatten import Flatten
from slugstudio.engine.layers.max_pooling import MaxPooling
from slugstudio.engine.layers.mean_pooling import MeanPooling

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

__all__ = ["Convolution", "Dense", "Dropout", "Flatten", "Layer", "MaxPooling", "MeanPooling", "Mode"]
