"""What a key means that names no object: a base object in the shape of a style, or of legacy parameters.

`a.jpg!small` is `a.jpg` with the style `small` where the bucket has the delimiter `!`; `a.jpg@!small` and
`a.jpg@100w.jpg` work where it takes the legacy syntax (image processing 12.2, 12.3 and 14).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...processors.chain import Chain
from ...processors.limits import Limits
from ...storage.errors import NoSuchKey
from ...storage.store import ObjectStore
from . import configuration, legacy, styles
from .configuration import ProcessConfiguration

LEGACY = "@"
LEGACY_STYLE = "!"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a key: the base object's key, and behind it a style's name or else legacy parameters."""

    key: str
    style: str | None = None
    parameters: str = ""


async def resolve(store: ObjectStore, bucket: str, key: str) -> Reading | None:
    """The reading of a key that is known to name no object; None where it has none, and the key is simply missing.

    The delimiters are tried in the order of the configuration, each at its last occurrence in the key, then the legacy
    `@`. The first reading counts whose object and style both exist, else the first whose object does. A bucket that
    was never configured costs one look-up.
    """
    settings = await configuration.load(store, bucket)
    existing = [reading for reading in _readings(key, settings) if await _exists(store, bucket, reading.key)]
    for reading in existing:
        if reading.style is None or await styles.find(store, bucket, reading.style):
            return reading
    return existing[0] if existing else None


async def source_key(store: ObjectStore, bucket: str, key: str) -> str:
    """The key of the object that a missing key asks for, which may be missing too: that key itself, or its base.

    The first reading counts that needs no style or names one that exists.
    """
    for reading in _readings(key, await configuration.load(store, bucket)):
        if reading.style is None or await styles.find(store, bucket, reading.style):
            return reading.key
    return key


def _readings(key: str, settings: ProcessConfiguration) -> Iterator[Reading]:
    for delimiter in settings.working_delimiters:
        base, _, name = key.rpartition(delimiter)
        if base and styles.is_name(name):
            yield Reading(base, style=name)
    base, _, parameters = key.rpartition(LEGACY)
    if not base or not settings.takes_legacy:
        return
    if parameters.startswith(LEGACY_STYLE):
        yield Reading(base, style=parameters.removeprefix(LEGACY_STYLE))
    else:
        yield Reading(base, parameters=parameters)


async def _exists(store: ObjectStore, bucket: str, key: str) -> bool:
    try:
        await store.head_object(bucket, key)
    except NoSuchKey:
        return False
    return True


async def chain(store: ObjectStore, bucket: str, reading: Reading, limits: Limits) -> Chain:
    """The chain that a reading asks for. Raises `NoSuchStyle`, and what bad parameters are refused with."""
    if reading.style is not None:
        return await styles.chain(store, bucket, reading.style, limits)
    return Chain.parse(legacy.translate(reading.parameters), limits)
