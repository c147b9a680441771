"""Every data source keeps what it declares; the test table is the registry."""

from __future__ import annotations

import numpy as np
import pytest

from slugstudio.datasets import MNIST, XOR, Circles, Clusters, DataSource, Digits, FashionSmall, Spirals
from slugstudio.datasets.source import Points2D
from slugstudio.engine.data import embedded
from slugstudio.engine.declaration import fields
from slugstudio.engine.errors import ConfigError
from slugstudio.engine.records import from_record, to_record

KINDS = list(DataSource.kinds.values())
LOADABLE = [kind for kind in KINDS if kind is not MNIST]
GENERATED = [kind for kind in KINDS if issubclass(kind, Points2D)]


def test_the_kinds_are_registered() -> None:
    assert set(KINDS) >= {Circles, Clusters, Digits, FashionSmall, MNIST, Spirals, XOR}
    assert set(GENERATED) == {Circles, Clusters, Spirals, XOR}


@pytest.mark.parametrize("kind", LOADABLE)
def test_what_is_declared_is_what_is_loaded(kind: type[DataSource]) -> None:
    source = kind()
    assert source.at_hand
    source.fetch()
    loaded = source.load()
    assert loaded.x.shape == (source.n_samples, *source.sample_shape)
    assert (loaded.x.dtype, loaded.y.dtype) == (np.float32, np.int64)
    assert loaded.classes == source.classes
    assert loaded.title == source.title
    assert sorted(set(loaded.y.tolist())) == list(range(source.n_classes))
    assert loaded.source
    assert loaded.licence


@pytest.mark.parametrize("kind", KINDS)
def test_the_record_gives_the_source_again(kind: type[DataSource]) -> None:
    source = kind()
    if isinstance(source, Points2D):
        source = source.replace(n_samples=60, noise=0.3, seed=9)
    assert from_record(DataSource, to_record(source)) == source


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_explained_and_every_kind_has_a_summary(kind: type[DataSource]) -> None:
    assert kind.summary()
    assert all(field.help and field.label for field in fields(kind))


@pytest.mark.parametrize("kind", GENERATED)
def test_a_declaration_always_generates_the_same(kind: type[Points2D]) -> None:
    first, again, other = kind(seed=4).load(), kind(seed=4).load(), kind(seed=5).load()
    np.testing.assert_array_equal(first.x, again.x)
    assert not np.array_equal(first.x, other.x)


@pytest.mark.parametrize("kind", GENERATED)
def test_the_fields_take_effect(kind: type[Points2D]) -> None:
    few = kind(n_samples=60, noise=0.0)
    assert len(few.load()) == 60
    spread = few.replace(noise=0.5).load().x.std(axis=0)
    assert (spread > few.load().x.std(axis=0)).all()


def test_arms_turns_and_clusters_take_effect() -> None:
    assert Spirals(n_classes=4).load().y.max() == 3
    assert Clusters(n_classes=7).load().y.max() == 6
    assert Clusters(n_classes=7).classes[6] == "Cluster 7"
    assert not np.array_equal(Spirals(turns=2).load().x, Spirals(turns=1).load().x)


@pytest.mark.parametrize("kind", GENERATED)
@pytest.mark.parametrize("wrong", [{"n_samples": 0}, {"noise": -0.1}, {"seed": -1}])
def test_a_field_out_of_its_range_is_refused(kind: type[Points2D], wrong: dict[str, float]) -> None:
    (name,) = wrong
    with pytest.raises(ConfigError, match=f"{kind.__name__}.{name}: expected"):
        kind(**wrong)


@pytest.mark.parametrize("kind", GENERATED)
def test_the_fewest_points_still_give_every_class_some(kind: type[Points2D]) -> None:
    most = {"n_classes": 10} if kind is Clusters else {"n_classes": 6} if kind is Spirals else {}
    source = kind(n_samples=20, **most)
    assert np.bincount(source.load().y, minlength=source.n_classes).min() >= 2


def test_images_and_points_are_told_apart() -> None:
    digits, spirals = Digits().load(), Spirals().load()
    assert (digits.is_image, digits.is_2d, digits.sample_shape, digits.n_classes) == (
        True,
        False,
        (1, 8, 8),
        10,
    )
    assert (spirals.is_image, spirals.is_2d, spirals.sample_shape, spirals.n_classes) == (
        False,
        True,
        (2,),
        2,
    )


@pytest.mark.parametrize(("kind", "raw"), [(Digits, embedded.digits), (FashionSmall, embedded.fashion_small)])
def test_embedded_images_come_as_they_are(kind: type[DataSource], raw: type) -> None:
    images, labels = raw()
    loaded = kind().load()
    np.testing.assert_array_equal(loaded.x[:, 0], images)
    np.testing.assert_array_equal(loaded.y, labels)


def test_titles_are_those_that_people_read() -> None:
    titles = {kind.kind: kind().title for kind in KINDS}
    assert titles["Digits"] == "Digits"
    assert titles["FashionSmall"] == "Fashion"
    assert FashionSmall().classes[9] == "Ankle boot"
    assert Digits().classes == MNIST().classes == tuple("0123456789")


def test_the_base_promises_and_does_nothing_itself() -> None:
    class Bare(DataSource, abstract=True):
        pass

    class BarePoints(Points2D, abstract=True):
        pass

    for name in ("sample_shape", "n_samples", "classes", "n_classes"):
        with pytest.raises(NotImplementedError):
            getattr(Bare(), name)
    for load in (Bare().load, BarePoints().load):
        with pytest.raises(NotImplementedError):
            load()
    assert "Bare" not in DataSource.kinds
