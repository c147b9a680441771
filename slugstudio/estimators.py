"""Networks as estimators of scikit-learn: for its pipelines, its cross-validation and its searches.

They need scikit-learn, the extra ``sklearn``; nothing else in Slugstudio does.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from slugstudio.engine.activation import Activation, ReLU
from slugstudio.engine.declaration import Array, as_shape
from slugstudio.engine.errors import ConfigError, DataError
from slugstudio.engine.events import Diverged, EpochDone
from slugstudio.engine.layers import Dense, Layer
from slugstudio.engine.layers.base import as_layers
from slugstudio.engine.loss import Loss, MeanSquaredError, SoftmaxCategoricalCrossEntropy
from slugstudio.engine.network import Network
from slugstudio.engine.optimizers import Adam, Optimizer
from slugstudio.engine.train import TrainData, TrainSettings, train
from slugstudio.engine.weighting import checked_weights, class_weights
from slugstudio.engine.words import received

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils import Tags, check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError:
    raise ImportError("slugstudio.estimators needs scikit-learn: pip install 'slugstudio[sklearn]'") from None

PRECISIONS = (np.float64, np.float32)
"""What is computed in: the precision of the samples, and float64 for those that have neither."""


class _SlugEstimator(BaseEstimator):
    """What both estimators share.

    As scikit-learn asks, the constructor keeps its arguments as they are, and `fit` checks them.
    """

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: Activation | None = None,
        layers: Sequence[Layer] | None = None,
        loss: Loss | None = None,
        optimizer: Optimizer | None = None,
        epochs: int = 100,
        batch_size: int = 32,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.layers = layers
        self.loss = loss
        self.optimizer = optimizer
        self.epochs = epochs
        self.batch_size = batch_size
        self.random_state = random_state

    def _learn(self, x: Array, y: Array, n_outputs: int, loss: Loss, weights: Array | None) -> None:
        """Train a new network that ends with as many outputs, of the form that the loss judges by.

        The weights are brought to a mean of 1, so that only their ratios count.
        """
        settings = TrainSettings(
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=Adam() if self.optimizer is None else self.optimizer,
            loss=loss,
            seed=_seed(self.random_state),
        )
        last = Dense(n_outputs, activation=loss.partner())
        network = Network([*self._hidden(), last], x.shape[1:], seed=settings.seed, dtype=x.dtype)
        weights = None if weights is None else weights / weights.mean()
        losses = []
        for event in train(network, TrainData(x, y, x[:0], y[:0], weights), settings):
            if isinstance(event, EpochDone):
                losses.append(event.loss)
            elif isinstance(event, Diverged):
                raise DataError(event.message)
        self.network_, self.loss_curve_ = network, losses

    def _hidden(self) -> tuple[Layer, ...]:
        if self.layers is not None:
            return as_layers(type(self).__name__, self.layers)
        sizes = as_shape(type(self).__name__, "hidden_layer_sizes", self.hidden_layer_sizes)
        activation = ReLU() if self.activation is None else self.activation
        return tuple(Dense(size, activation=activation) for size in sizes)

    def _sample_weights(self, sample_weight: npt.ArrayLike | None, n: int) -> Array | None:
        return None if sample_weight is None else checked_weights(sample_weight, n, np.dtype(np.float64))

    def _outputs(self, X: npt.ArrayLike) -> Array:
        check_is_fitted(self)
        outputs = self.network_.predict(validate_data(self, X, dtype=PRECISIONS, reset=False))
        if not np.isfinite(outputs).all():
            row = int((~np.isfinite(outputs)).any(axis=1).argmax())
            raise DataError(
                f"expected finite outputs, received others for sample {row}; scale it as those learned from."
            )
        return outputs


class SlugClassifier(ClassifierMixin, _SlugEstimator):
    """A network that learns classes.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int
        The units of each hidden Dense.
    activation : Activation, optional
        That of the hidden layers, by default ``ReLU()``.
    layers : sequence of Layer, optional
        The layers before the last, in place of ``hidden_layer_sizes`` and ``activation``: for images, begin with
        ``Reshape((channels, height, width))`` and end with ``Flatten()``. A Dense with one output for each class always
        follows them.
    loss : SoftmaxCategoricalCrossEntropy, optional
        For example with ``label_smoothing``.
    optimizer : Optimizer, optional
        By default ``Adam()``.
    epochs : int
        How often every sample is seen.
    batch_size : int
    random_state : int, RandomState or None
        A whole number is the seed itself: the same as that of `slugstudio.engine.model.Model`.
    class_weight : mapping of labels to numbers, or ``"balanced"``, optional
        What the samples of each class weigh, as `slugstudio.engine.weighting.class_weights` tells; only ratios count.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
    network_ : Network
        In float32 if it learned from float32 samples, else in float64.
    loss_curve_ : list of float
        The mean loss of each epoch.
    n_features_in_ : int

    Examples
    --------
    >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> classifier = SlugClassifier(8, epochs=300, optimizer=Adam(lr=0.02), random_state=0)
    >>> classifier.fit(X, ["same", "other", "other", "same"]).predict([[0, 1], [1, 1]]).tolist()
    ['other', 'same']
    """

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (100,),
        activation: Activation | None = None,
        layers: Sequence[Layer] | None = None,
        loss: Loss | None = None,
        optimizer: Optimizer | None = None,
        epochs: int = 100,
        batch_size: int = 32,
        random_state: int | np.random.RandomState | None = None,
        class_weight: Mapping[object, float] | Literal["balanced"] | None = None,
    ) -> None:
        super().__init__(hidden_layer_sizes, activation, layers, loss, optimizer, epochs, batch_size, random_state)
        self.class_weight = class_weight

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:
        """Learn from samples, beginning anew.

        Parameters
        ----------
        X : array of shape (n, n_features)
        y : array of shape (n,)
            Labels of any type.
        sample_weight : array of shape (n,), optional
            How much each sample counts; only ratios do. A weight of 2 is the same as the sample twice where one batch
            holds all samples; with smaller batches it is so on average, as the samples come in another order.

        Raises
        ------
        ValueError
            If samples, labels or a parameter cannot be used, or if training diverges.
        """
        loss = SoftmaxCategoricalCrossEntropy() if self.loss is None else self.loss
        if not isinstance(loss, SoftmaxCategoricalCrossEntropy):
            reason = f"expected a SoftmaxCategoricalCrossEntropy, received {received(loss)}."
            raise ConfigError("SlugClassifier", "loss", reason)
        x, labels = validate_data(self, X, y, dtype=PRECISIONS)
        check_classification_targets(labels)
        classes, places = np.unique(labels, return_inverse=True)
        weights = self._sample_weights(sample_weight, len(x))
        if self.class_weight is not None:
            weights = class_weights(labels, self.class_weight, weights)
        taught = classes if weights is None else classes[np.unique(places[weights > 0])]
        if len(taught) < 2:
            raise DataError(f"expected samples of two classes or more, received one class ({taught[0]}).")
        self._learn(x, places, len(classes), loss, weights)
        self.classes_, self._loss = classes, loss
        return self

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the label of each sample: array of shape (n,).

        Parameters
        ----------
        X : array of shape (n, n_features)
        """
        places = self._outputs(X).argmax(axis=1)
        labels: Array = self.classes_[places]
        return labels

    def predict_proba(self, X: npt.ArrayLike) -> Array:
        """Return the probability of each class, in the order of ``classes_``: array of shape (n, n_classes).

        Parameters
        ----------
        X : array of shape (n, n_features)
        """
        outputs = self._outputs(X)
        return self._loss.probabilities(outputs)


class SlugRegressor(RegressorMixin, _SlugEstimator):
    """A network that learns numbers; it learns best from targets that are scaled to a spread of about 1.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int
        The units of each hidden Dense.
    activation : Activation, optional
        That of the hidden layers, by default ``ReLU()``.
    layers : sequence of Layer, optional
        The layers before the last, in place of ``hidden_layer_sizes`` and ``activation``: for images, begin with
        ``Reshape((channels, height, width))`` and end with ``Flatten()``. A Dense with one output for each target
        always follows them.
    loss : Loss, optional
        By default ``MeanSquaredError()``.
    optimizer : Optimizer, optional
        By default ``Adam()``.
    epochs : int
        How often every sample is seen.
    batch_size : int
    random_state : int, RandomState or None
        A whole number is the seed itself: the same as that of `slugstudio.engine.model.Model`.

    Attributes
    ----------
    network_ : Network
        In float32 if it learned from float32 samples, else in float64.
    loss_curve_ : list of float
        The mean loss of each epoch.
    n_features_in_ : int

    Examples
    --------
    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> SlugRegressor(16, optimizer=Adam(lr=0.02), random_state=0).fit(X, X[:, 0] ** 2).score(X, X[:, 0] ** 2) > 0.98
    True
    """

    def __sklearn_tags__(self) -> Tags:
        """Say that several targets can be learned at once."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:
        """Learn from samples, beginning anew.

        Parameters
        ----------
        X : array of shape (n, n_features)
        y : array of shape (n,) or (n, k)
        sample_weight : array of shape (n,), optional
            How much each sample counts; only ratios do.

        Raises
        ------
        ValueError
            If samples, targets or a parameter cannot be used, or if training diverges.
        """
        x, targets = validate_data(self, X, y, dtype=PRECISIONS, multi_output=True, y_numeric=True)
        rows = targets.reshape(len(targets), -1)
        weights = self._sample_weights(sample_weight, len(x))
        self._learn(x, rows, rows.shape[1], MeanSquaredError() if self.loss is None else self.loss, weights)
        self._target_shape = targets.shape[1:]
        return self

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the number, or the numbers, for each sample: array of shape (n,) or (n, k), as the targets had.

        Parameters
        ----------
        X : array of shape (n, n_features)
        """
        outputs = self._outputs(X)
        return outputs.reshape(len(outputs), *self._target_shape)


def _seed(random_state: Any) -> int:
    if isinstance(random_state, numbers.Integral):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))
