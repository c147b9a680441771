from typing import Any

import numpy as np

class TargetTags:
    multi_output: bool

class Tags:
    target_tags: TargetTags

def check_random_state(seed: Any) -> np.random.RandomState: ...
