"""Refusals as values: their words, and the way across a process border."""

import pickle

import pytest

from pixoss.processors import errors
from pixoss.processors.errors import ProcessError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ProcessError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_pickling_whole(kind):
    error = kind("A message.", ec="0040-00000312", parameter="w", value="0")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert vars(again) == vars(error)
    assert (again.code, str(again)) == (kind.code, "A message.")


def test_the_words_on_the_wire():
    assert {kind.code for kind in KINDS} == {
        "BadRequest",
        "CutEdgeExceedRange",
        "ImageDamage",
        "ImageTooLarge",
        "InvalidArgument",
        "MemLimitExceeded",
        "MissingArgument",
        "NotImplemented",
        "TooManyPipes",
        "WatermarkError",
    }


def test_damage_has_its_message():
    assert errors.ImageDamageError().message == "The image file may be damaged."


def test_no_refusal_knows_a_status():
    assert not [name for kind in KINDS for name in dir(kind) if "status" in name]
