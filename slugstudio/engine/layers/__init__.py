"""The layers, one file each.

A file dropped into this folder is found by itself: its layer enters the registry ``Layer.kinds``, and with it the
palette, the property form, the project file and the tests.
"""

from importlib import import_module
from pkgutil import iter_modules

from slugstudio.engine.layers.activation_layer import ActivationLayer
from slugstudio.engine.layers.base import Layer, Mode
from slugstudio.engine.layers.batch_normalization import BatchNormalization
from slugstudio.engine.layers.convolution import Convolution
from slugstudio.engine.layers.dense import Dense
from slugstudio.engine.layers.dropout import Dropout
from slugstudio.engine.layers.flatten import Flatten
from slugstudio.engine.layers.gaussian_noise import GaussianNoise
from slugstudio.engine.layers.global_mean_pooling import GlobalMeanPooling
from slugstudio.engine.layers.layer_normalization import LayerNormalization
from slugstudio.engine.layers.max_pooling import MaxPooling
from slugstudio.engine.layers.mean_pooling import MeanPooling
from slugstudio.engine.layers.reshape import Reshape
from slugstudio.engine.layers.residual import Residual
from slugstudio.engine.layers.spatial_dropout import SpatialDropout
from slugstudio.engine.layers.transposed_convolution import TransposedConvolution
from slugstudio.engine.layers.up_sampling import UpSampling

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

__all__ = [
    "ActivationLayer",
    "BatchNormalization",
    "Convolution",
    "Dense",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "GlobalMeanPooling",
    "Layer",
    "LayerNormalization",
    "MaxPooling",
    "MeanPooling",
    "Mode",
    "Reshape",
    "Residual",
    "SpatialDropout",
    "TransposedConvolution",
    "UpSampling",
]
