"""Weights that a training went on without: of layers that were deleted or had other shapes, kept for their return."""

from __future__ import annotations

import dataclasses

from slugstudio.engine.declaration import Array, Shape
from slugstudio.project.design import Design
from slugstudio.project.keeping import Key
from slugstudio.project.project import Project, Trained, kept_shapes


class Remembered:
    """What layers had learned before the network was trained without them, so that undo never undoes learning."""

    def __init__(self) -> None:
        self._arrays: dict[tuple[Key, Shape], Array] = {}

    def keep(self, before: Trained | None, after: Trained | None) -> None:
        """Remember the weights of ``before`` that ``after`` lacks; forget everything if nothing is learned any more."""
        if after is None:
            self._arrays.clear()
        elif before is not None:
            for key, array in before.weights.items():
                if key not in after.weights or after.weights[key].shape != array.shape:
                    self._arrays[key, array.shape] = array

    def forget(self, layer_id: str, design: Design) -> None:
        """Forget what a layer had learned in the shapes that it has in ``design``."""
        for name, shape in (kept_shapes(design).get(layer_id) or {}).items():
            self._arrays.pop(((layer_id, name), shape), None)

    def restored(self, project: Project) -> Project:
        """Return the project with what is remembered in the layers that have no weights of their shapes."""
        trained = project.trained
        if trained is None or not self._arrays:
            return project
        found = {}
        for layer_id, shapes in kept_shapes(project.design).items():
            for name, shape in (shapes or {}).items():
                key = (layer_id, name)
                known = trained.weights.get(key)
                if (known is None or known.shape != shape) and (key, shape) in self._arrays:
                    found[key] = self._arrays[key, shape]
        if not found:
            return project
        settled = project.settled()
        assert settled.trained is not None
        self.keep(trained, settled.trained)
        weights = {**settled.trained.weights, **found}
        return dataclasses.replace(settled, trained=dataclasses.replace(settled.trained, weights=weights))
