"""Messages are their English text and can be said in other words."""

from __future__ import annotations

import copy
import pickle

from slugstudio.engine.messages import Message, said

WORDS = {"{a} does not fit {b}.": "{b} passt nicht zu {a}.", "its input": "die Eingabe"}


def inner() -> Message:
    return Message("input", "its input")


def test_a_message_is_its_text() -> None:
    assert Message("fit", "{a} does not fit {b}.", a="5x5", b=inner()) == "5x5 does not fit its input."


def test_a_message_is_said_in_other_words_with_what_is_inside_it() -> None:
    message = Message("fit", "{a} does not fit {b}.", a="5x5", b=inner())
    assert message.said(lambda text: WORDS.get(text, text)) == "die Eingabe passt nicht zu 5x5."


def test_what_is_no_message_stays() -> None:
    assert said(3, str.upper) == 3


def test_copies_know_their_origin() -> None:
    message = Message("fit", "{a}", a=1)
    for again in (copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert (again, again.code, again.template, again.parameters) == ("1", "fit", "{a}", {"a": 1})
