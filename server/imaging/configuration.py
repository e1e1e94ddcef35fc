"""A bucket's process configuration: style delimiters, source-image protection and the legacy syntax, as a document.

Source: `?processConfiguration` of the Java SDK and its integration tests, which run against the real service; OSS's own
API reference does not have it (image processing 12.3).
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from ...storage.errors import NoSuchDocument
from ...storage.store import ObjectStore
from ..errors import invalid_argument

KIND = "processConfiguration"
EVERY_SUFFIX = "*"
DELIMITERS = frozenset("-_/!")

# The Java SDK always sends a list; the number of rules is that of OSS's page on source-image protection.
MAX_SUFFIXES = 10

_SUFFIX = re.compile(r"[A-Za-z0-9]{1,16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProcessConfiguration:
    """What a bucket allows beside `x-oss-process`; the defaults are what the real service shows for a new bucket.

    `host` is `Both`, or `Img` for delimiters that work on the retired image domain only; `suffixes` are those of the
    protected objects, without their dot; `delimiters` are in the order in which they are tried.
    """

    host: str = "Both"
    suffixes: tuple[str, ...] = ()
    delimiters: tuple[str, ...] = ()
    takes_legacy: bool = False

    @property
    def working_delimiters(self) -> tuple[str, ...]:
        """The delimiters that work here: with `Img` none, because Pixoss has no image domain."""
        return self.delimiters if self.host == "Both" else ()

    def protects(self, key: str) -> bool:
        """Whether the object of this key may be had by the anonymous in the shape of a style only; case counts."""
        return EVERY_SUFFIX in self.suffixes or key.endswith(tuple(f".{suffix}" for suffix in self.suffixes))


DEFAULT = ProcessConfiguration()


async def load(store: ObjectStore, bucket: str) -> ProcessConfiguration:
    """The bucket's configuration, the default one when none was ever put; one look-up."""
    try:
        document = await store.get_document(bucket, KIND, "")
    except NoSuchDocument:
        return DEFAULT
    fields = json.loads(document.content)
    return ProcessConfiguration(
        fields["host"], tuple(fields["suffixes"]), tuple(fields["delimiters"]), fields["takes_legacy"]
    )


async def save(store: ObjectStore, bucket: str, configuration: ProcessConfiguration) -> None:
    """Replace the bucket's configuration."""
    await store.put_document(bucket, KIND, "", json.dumps(asdict(configuration)).encode("utf-8"))


def parse_delimiters(text: str) -> tuple[str, ...]:
    """The delimiters in `-,/`, in order and once each. Raises `InvalidArgument` for any but `-`, `_`, `/` and `!`."""
    delimiters = tuple(dict.fromkeys(text.split(","))) if text else ()
    if not DELIMITERS.issuperset(delimiters):
        raise invalid_argument("StyleDelimiters", text)
    return delimiters


def parse_suffixes(text: str) -> tuple[str, ...]:
    """The suffixes in `jpg,png`, or `*` for all. Raises `InvalidArgument`, also for none: it would protect nothing."""
    suffixes = tuple(dict.fromkeys(text.split(",")))
    if suffixes == (EVERY_SUFFIX,):
        return suffixes
    if len(suffixes) > MAX_SUFFIXES or not all(_SUFFIX.fullmatch(suffix) for suffix in suffixes):
        raise invalid_argument("SourceFileProtectSuffix", text)
    return suffixes
