"""Controls: how another thread steers a training, read before every batch."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slugstudio.engine.train import TrainSettings


@dataclass(frozen=True)
class Orders:
    """What was asked for since the last batch."""

    stop: bool = False
    paused: bool = False
    resumed: bool = False
    steps: int = 0
    snapshot: bool = False
    settings: TrainSettings | None = None


_NONE = Orders()


class Controls:
    """One thread-safe object between who steers and who trains."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._orders = _NONE

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle without the orders, which are meant for the training that this object steers."""
        return Controls, ()

    def pause(self) -> None:
        """Wait before the next batch."""
        self._change(paused=True)

    def resume(self) -> None:
        """Go on; whoever waits tells of it, even if it is to pause again at once."""
        self._change(paused=False, resumed=True, steps=0)

    def step_once(self) -> None:
        """Train one more batch and pause."""
        with self._condition:
            self._orders = replace(self._orders, paused=True, steps=self._orders.steps + 1)
            self._condition.notify_all()

    def stop(self) -> None:
        """End before the next batch; the state stays fit for going on later."""
        self._change(stop=True)

    def request_snapshot(self) -> None:
        """Ask for a `Snapshot` event between two batches, also while paused."""
        self._change(snapshot=True)

    def set_settings(self, settings: TrainSettings) -> None:
        """Use other settings from the next batch on; the seed stays that of the start."""
        self._change(settings=settings)

    @property
    def quiet(self) -> bool:
        """Whether nothing is asked, as before nearly every batch; reading one name needs no lock."""
        return self._orders is _NONE

    def take(self) -> Orders:
        """Return the orders and clear those that are carried out once; a step is used up by being taken."""
        with self._condition:
            orders = self._orders
            left = Orders(stop=orders.stop, paused=orders.paused, steps=max(0, orders.steps - 1))
            self._orders = _NONE if left == _NONE else left
            return orders

    def wait(self) -> None:
        """Sleep until there is something to do: not paused any more, or an order."""
        with self._condition:
            self._condition.wait_for(lambda: self._orders != Orders(paused=True))

    def _change(self, **changes: Any) -> None:
        with self._condition:
            self._orders = replace(self._orders, **changes)
            self._condition.notify_all()
