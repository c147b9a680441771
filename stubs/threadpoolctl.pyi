"""What we use of threadpoolctl, which carries no types."""

from contextlib import AbstractContextManager

class ThreadpoolController:
    def __init__(self) -> None: ...
    def limit(self, *, limits: int, user_api: str) -> AbstractContextManager[object]: ...
