"""Data sets: what a network learns from, how it is divided, and what is done to its values.

A file dropped into this folder is found by itself: its source enters the registry ``DataSource.kinds``.
"""

from importlib import import_module
from pkgutil import iter_modules

from slugstudio.datasets.circles import Circles
from slugstudio.datasets.clusters import Clusters
from slugstudio.datasets.dataset import Dataset
from slugstudio.datasets.digits import Digits
from slugstudio.datasets.fashion_small import FashionSmall
from slugstudio.datasets.mnist import MNIST
from slugstudio.datasets.preprocessing import Fitted, Preprocessing, Scale, Standardise, Unchanged
from slugstudio.datasets.source import DataSource
from slugstudio.datasets.spirals import Spirals
from slugstudio.datasets.split import split
from slugstudio.datasets.xor import XOR

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

__all__ = [
    "MNIST",
    "XOR",
    "Circles",
    "Clusters",
    "DataSource",
    "Dataset",
    "Digits",
    "FashionSmall",
    "Fitted",
    "Preprocessing",
    "Scale",
    "Spirals",
    "Standardise",
    "Unchanged",
    "split",
]
