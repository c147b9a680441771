"""The mailbox between the training thread and the window.

A signal for every step would flood the window's event loop (measured: 20,000 steps froze it for over a second). So the
training thread only leaves mail here, and the window fetches it at its own pace.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from slugstudio.engine.declaration import Array
from slugstudio.engine.events import BatchDone


@dataclass
class Mail:
    """What came since the mailbox was last emptied.

    ``letters`` are the rare messages in their order; of batches and weights only the latest counts. ``n_samples`` is
    the number of samples that were trained on.
    """

    letters: list[Any] = field(default_factory=list)
    batch: BatchDone | None = None
    weights: Array | None = None
    n_samples: int = 0


class Mailbox:
    """Holds the mail; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mail = Mail()

    def post(self, letter: object) -> None:
        """Leave a message that must not get lost."""
        with self._lock:
            self._mail.letters.append(letter)

    def post_batch(self, batch: BatchDone) -> None:
        """Leave the latest batch."""
        with self._lock:
            self._mail.batch = batch
            self._mail.n_samples += batch.n_samples

    def post_weights(self, vector: Array) -> None:
        """Leave the latest weights, a copy that nobody writes into."""
        with self._lock:
            self._mail.weights = vector

    @property
    def wants_weights(self) -> bool:
        """Tell whether the last weights were fetched: only then is it worth copying others."""
        return self._mail.weights is None

    def empty(self) -> Mail:
        """Return what has come and begin anew."""
        with self._lock:
            mail, self._mail = self._mail, Mail()
        return mail
