from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slugstudio.engine.layers import Dense, Dropout, Flatten
from slugstudio.project import edits
from slugstudio.project.design import Design
from slugstudio.project.history import History
from slugstudio.project.undo import Edit, Learned, UndoHistory
from tests.project.made import digits_design, points_design, trained

NOTHING = Learned(None, History())


def with_rate(design: Design, p: float) -> Design:
    return edits.replace_layer(design, design.layers[3].id, Dropout(p))


def pushed(history: UndoHistory, before: Design, after: Design, key: str | None = None) -> Design:
    history.push(Edit(before, after, f"to {after.layers[3].layer}", key))
    return after


def test_nothing_can_be_undone_at_first() -> None:
    history = UndoHistory()
    assert not history.can_undo
    assert not history.can_redo
    assert (history.undo_text, history.redo_text) == ("", "")


def test_a_step_is_undone_and_done_again() -> None:
    history, start = UndoHistory(), digits_design()
    after = with_rate(start, 0.5)
    history.push(Edit(start, after, "set the rate"))
    assert (history.can_undo, history.can_redo, history.undo_text) == (True, False, "set the rate")
    assert history.undo(NOTHING)[0] == start
    assert (history.can_undo, history.can_redo, history.redo_text) == (False, True, "set the rate")
    assert history.redo(NOTHING)[0] == after
    assert (history.can_undo, history.can_redo) == (True, False)


def test_an_edit_after_an_undo_forgets_what_was_undone() -> None:
    history, start = UndoHistory(), digits_design()
    pushed(history, start, with_rate(start, 0.5))
    history.undo(NOTHING)
    pushed(history, start, with_rate(start, 0.6))
    assert not history.can_redo
    assert history.undo(NOTHING)[0] == start


def test_consecutive_edits_with_one_key_are_one_step() -> None:
    history, start = UndoHistory(), digits_design()
    design = start
    for p in (0.3, 0.4, 0.5):
        design = pushed(history, design, with_rate(design, p), "rate")
    assert history.undo(NOTHING)[0] == start
    assert not history.can_undo
    assert history.redo(NOTHING)[0] == design


def test_returning_to_where_a_stroke_began_leaves_no_step() -> None:
    history, start = UndoHistory(), digits_design()
    design = pushed(history, start, with_rate(start, 0.3), "rate")
    pushed(history, design, start, "rate")
    assert not history.can_undo
    design = pushed(history, start, with_rate(start, 0.4), "rate")
    assert history.undo(NOTHING)[0] == start


def test_returning_to_the_start_leaves_earlier_steps_alone() -> None:
    history, start = UndoHistory(), digits_design()
    first = pushed(history, start, with_rate(start, 0.1), "rate")
    renamed = edits.rename_layer(first, first.layers[0].id, "edges")
    pushed(history, first, renamed)
    design = pushed(history, renamed, with_rate(renamed, 0.2), "rate")
    pushed(history, design, renamed, "rate")
    pushed(history, renamed, with_rate(renamed, 0.3), "rate")
    assert history.undo(NOTHING)[0] == renamed
    assert history.undo(NOTHING)[0] == first
    assert history.undo(NOTHING)[0] == start


def test_edits_with_other_keys_or_none_do_not_merge() -> None:
    history, start = UndoHistory(), digits_design()
    design = start
    for p, key in ((0.1, "a"), (0.2, "b"), (0.3, None), (0.4, None)):
        design = pushed(history, design, with_rate(design, p), key)
    for p in (0.3, 0.2, 0.1):
        assert history.undo(NOTHING)[0] == with_rate(start, p)
    assert history.undo(NOTHING)[0] == start


def test_an_undo_or_redo_ends_a_stroke() -> None:
    history, start = UndoHistory(), digits_design()
    one = pushed(history, start, with_rate(start, 0.1), "rate")
    history.undo(NOTHING)
    history.redo(NOTHING)
    pushed(history, one, with_rate(one, 0.2), "rate")
    assert history.undo(NOTHING)[0] == one


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    history, start = UndoHistory(), digits_design()
    pushed(history, start, with_rate(start, 0.1))
    history.undo(NOTHING)
    history.push(Edit(start, start, "nothing"))
    assert not history.can_undo
    assert history.can_redo


def test_an_id_that_was_undone_is_never_given_again() -> None:
    history, start = UndoHistory(), digits_design()
    one, first = edits.insert_layer(start, 0, Flatten())
    two, second = edits.insert_layer(one, 0, Flatten())
    history.push(Edit(start, one, "add"))
    history.push(Edit(one, two, "add"))
    history.undo(NOTHING)
    _, third = edits.insert_layer(history.undo(NOTHING)[0], 0, Dense(3))
    assert third not in {first, second}
    assert edits.insert_layer(history.redo(NOTHING)[0], 0, Dense(3))[1] == third


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "remove", "move", "duplicate", "rate", "epochs", "undo", "redo"]),
        st.integers(0, 9),
    ),
    max_size=30,
)


def edited(design: Design, what: str, number: int) -> tuple[Design, str | None]:
    place = number % (len(design.layers) + 1)
    chosen = design.ids[place : place + 1]
    match what:
        case "insert":
            return edits.insert_layer(design, place, Dropout(number / 10))[0], None
        case "remove":
            return edits.remove_layers(design, chosen), None
        case "move":
            return edits.move_layers(design, chosen, (place * 2) % (len(design.layers) + 1)), None
        case "duplicate":
            return edits.duplicate_layers(design, chosen), None
        case "rate" if chosen:
            return edits.replace_layer(design, chosen[0], Dropout(number / 10)), f"rate {chosen[0]}"
    return edits.set_training(design, design.training.replace(epochs=number + 1)), "epochs"


@given(STEPS)
def test_any_edits_are_undone_to_the_first_design_and_done_again_to_the_last(
    steps: list[tuple[str, int]],
) -> None:
    start = design = digits_design()
    history = UndoHistory()
    known_ids = set(start.ids)
    for what, number in steps:
        if what in ("undo", "redo"):
            if history.can_undo if what == "undo" else history.can_redo:
                design = history.undo(NOTHING)[0] if what == "undo" else history.redo(NOTHING)[0]
        else:
            after, key = edited(design, what, number)
            new = set(after.ids) - set(design.ids)
            assert not new & known_ids
            known_ids |= new
            history.push(Edit(design, after, what, key))
            design = after
    while history.can_redo:
        design = history.redo(NOTHING)[0]
    last = design
    while history.can_undo:
        design = history.undo(NOTHING)[0]
    assert design == start
    while history.can_redo:
        design = history.redo(NOTHING)[0]
    assert design == last


def test_a_step_that_throws_learning_away_holds_it_and_takes_what_came_after() -> None:
    project = trained(points_design())
    before, after = Learned(project.trained, project.history), Learned(None, History())
    history, design = UndoHistory(), project.design
    history.push(Edit(design, design, "reset", learned=before))
    assert history.changes_learned(0)
    assert not history.changes_learned(1)
    assert history.undo(after) == (design, before)
    assert history.changes_learned(1)
    assert history.redo(before) == (design, after)
    other = edits.remove_layers(design, design.ids[:1])
    history.push(Edit(design, other, "delete"))
    assert not history.changes_learned(1)
    assert history.undo(before) == (design, before)


def test_travelling_goes_to_any_step_and_exchanges_what_is_learned_on_the_way() -> None:
    project = trained(points_design())
    before, after = Learned(project.trained, project.history), Learned(None, History())
    history, design = UndoHistory(), project.design
    other = edits.remove_layers(design, design.ids[:1])
    history.push(Edit(design, design, "reset", learned=before))
    history.push(Edit(design, other, "delete"))
    assert (history.texts, history.place) == (("reset", "delete"), 2)
    assert history.travel(2, after) is None
    assert history.changes_learned(0)
    assert history.travel(0, after) == (design, before)
    assert (history.texts, history.place) == (("reset", "delete"), 0)
    assert history.travel(2, before) == (other, after)
