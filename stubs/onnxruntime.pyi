from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

__version__: str

class SessionOptions:
    log_severity_level: int

class InferenceSession:
    def __init__(
        self, path_or_bytes: str | bytes, sess_options: SessionOptions | None = ..., providers: Sequence[str] = ...
    ) -> None: ...
    def run(self, output_names: Sequence[str] | None, input_feed: Mapping[str, npt.NDArray[Any]]) -> list[Any]: ...
