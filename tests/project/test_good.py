from __future__ import annotations

import math

import pytest

from slugstudio.engine.events import EpochDone
from slugstudio.project import Project, good
from slugstudio.project.good import GoodCopy
from slugstudio.project.session import Session
from tests.project.made import points_design


@pytest.fixture
def session() -> Session:
    session = Session(Project(points_design(epochs=1)))
    list(session.run())
    return session


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(good.time, "perf_counter", lambda: now[0])
    return now


def epoch(loss: float = 0.5, val_loss: float | None = 0.5) -> EpochDone:
    return EpochDone(5, 1, loss, 0.5, val_loss, None, 1.0)


def test_an_epoch_is_copied_and_the_next_one_after_a_second(session: Session, clock: list[float]) -> None:
    copy = GoodCopy(Project(session.design))
    assert copy.project.trained is None
    copy.follow(session, epoch(val_loss=None))
    first = copy.project
    assert first.trained == session.capture().trained
    clock[0] += 0.99
    copy.follow(session, epoch())
    assert copy.project is first
    clock[0] += 0.02
    copy.follow(session, epoch())
    assert copy.project is not first


@pytest.mark.parametrize("bad", [epoch(math.inf), epoch(val_loss=math.nan)])
def test_an_epoch_whose_losses_are_not_finite_is_none_to_go_back_to(session: Session, bad: EpochDone) -> None:
    copy = GoodCopy(Project(session.design))
    copy.follow(session, bad)
    assert copy.project.trained is None


def test_copies_of_large_projects_are_made_more_rarely(
    session: Session, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = session.capture

    def slow() -> Project:
        clock[0] += 3.0
        return capture()

    monkeypatch.setattr(session, "capture", slow)
    copy = GoodCopy(Project(session.design))
    copy.follow(session, epoch())
    first = copy.project
    clock[0] += 140
    copy.follow(session, epoch())
    assert copy.project is first
    clock[0] += 10
    copy.follow(session, epoch())
    assert copy.project is not first


def test_too_little_memory_for_a_copy_leaves_the_training_alone(
    session: Session, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> Project:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(session, "capture", full)
        copy = GoodCopy(Project(session.design))
        copy.follow(session, epoch())
    clock[0] += 1e9
    copy.follow(session, epoch())
    assert copy.project.trained is None
