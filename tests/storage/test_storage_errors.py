"""The kinds of a store's refusal."""

import pickle

import pytest

from pixoss.storage import errors
from pixoss.storage.errors import InsufficientStorage, NoSuchKey, StorageError, StoreBusy

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, StorageError)]
OTHER_WORDS = {"StoreBusy": "ServiceUnavailable", "IsDeleteMarker": "MethodNotAllowed"}
INTERNAL = {"StorageError", "InsufficientStorage", "StoreUnusable", "DamagedObject"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_named_as_oss_names_it(kind: type[StorageError]) -> None:
    own_words = dict.fromkeys(INTERNAL, "InternalError") | OTHER_WORDS
    assert kind.code == own_words.get(kind.__name__, kind.__name__)


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_survives_pickling(kind: type[StorageError]) -> None:
    again = pickle.loads(pickle.dumps(kind("bucket", "key")))
    assert (type(again), again.bucket, again.key, again.code) == (kind, "bucket", "key", kind.code)


def test_a_refusal_says_what_it_is_about() -> None:
    assert str(NoSuchKey("bucket", "a/b")) == "NoSuchKey: bucket/a/b"
    assert str(StoreBusy("bucket")) == "StoreBusy: bucket"
    assert str(InsufficientStorage()) == "InsufficientStorage"
