"""Augmentation: samples that change a little each time they are learned from; one file each.

What a network sees is the larger for it, and what does not matter, such as where in an image something is, cannot be
learned by heart (Deep Learning, section 7.4). Only training samples change, never those that the network is judged by.
"""

from slugstudio.engine.augmentation.base import Augmentation, augment
from slugstudio.engine.augmentation.erase import Erase
from slugstudio.engine.augmentation.flip import Flip
from slugstudio.engine.augmentation.noise import Noise
from slugstudio.engine.augmentation.rotate import Rotate
from slugstudio.engine.augmentation.shift import Shift
from slugstudio.engine.augmentation.zoom import Zoom

__all__ = ["Augmentation", "Erase", "Flip", "Noise", "Rotate", "Shift", "Zoom", "augment"]
