"""A bucket's styles: named process strings, kept as bucket documents."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from ...processors.chain import Chain
from ...processors.limits import Limits
from ...storage.base import Document
from ...storage.errors import NoSuchDocument
from ...storage.store import ObjectStore
from ..errors import OSSError
from . import legacy

KIND = "style"
MAX_STYLES = 50
MAX_NAME = 63

CATEGORIES = frozenset({"image", "document", "video"})

_NAME = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_FORBIDDEN = re.compile(r"[;()'*?\s]|[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Style:
    """One style as OSS shows it; times are Unix milliseconds."""

    name: str
    content: str
    category: str
    created_ms: int
    modified_ms: int


async def chain(store: ObjectStore, bucket: str, name: str, limits: Limits) -> Chain:
    """The chain behind a style. Raises `NoSuchStyle`, and `BadRequest` for a style that is not of image operations.

    Operations are validated when a style is used, not when it is put, as OSS does. Old buckets have styles in the
    legacy syntax, such as `200w`, and these work in every way of access (image processing 12.1).
    """
    content = (await get(store, bucket, name)).content
    return Chain.parse(content if content.startswith("image/") else _translated(content), limits)


def _translated(content: str) -> str:
    try:
        return legacy.translate(content)
    except OSSError as error:
        if error.code != "InvalidArgument":
            raise
        raise OSSError("BadRequest", "Style content is invalid.", ec="0040-00000602") from None


async def get(store: ObjectStore, bucket: str, name: str) -> Style:
    """The style called `name`. Raises `NoSuchStyle`."""
    style = await find(store, bucket, name)
    if style is None:
        raise OSSError("NoSuchStyle")
    return style


async def find(store: ObjectStore, bucket: str, name: str) -> Style | None:
    """The style called `name`, None if there is none; what cannot be a name costs no look-up."""
    if not is_name(name):
        return None
    try:
        return _read(await store.get_document(bucket, KIND, name))
    except NoSuchDocument:
        return None


async def put(store: ObjectStore, bucket: str, name: str, content: str, category: str) -> None:
    """Create or replace a style. Raises `InvalidArgument` or `BadRequest` with OSS's ECs."""
    require_name(name)
    _require_content(content)
    if category not in CATEGORIES:
        raise OSSError("InvalidArgument", f"The value: {category} of parameter: category is invalid.")
    styles = await store.list_documents(bucket, KIND)
    if len(styles) >= MAX_STYLES and name not in {style.name for style in styles}:
        raise OSSError("InvalidArgument", f"A bucket may have {MAX_STYLES} styles at most.")
    document = json.dumps({"content": content, "category": category})
    await store.put_document(bucket, KIND, name, document.encode("utf-8"))


async def listing(store: ObjectStore, bucket: str) -> list[Style]:
    """All styles of a bucket in the order of their creation."""
    return [_read(document) for document in await store.list_documents(bucket, KIND)]


async def delete(store: ObjectStore, bucket: str, name: str) -> None:
    """Remove a style; one that is not there is no error (our choice, as for every DELETE of OSS)."""
    await store.delete_document(bucket, KIND, name)


def require_name(name: str) -> None:
    """Raise `InvalidArgument` unless `name` is 1 to 63 of A-Z, a-z, 0-9, `_`, `.` and `-`."""
    message = f"The value: {name} of parameter: stylename is invalid."
    if not 1 <= len(name) <= MAX_NAME:
        raise OSSError("InvalidArgument", message, ec="0017-00000250")
    if not _NAME.fullmatch(name):
        raise OSSError("InvalidArgument", message, ec="0017-00000251")


def is_name(name: str) -> bool:
    """Whether a style may be called so."""
    return len(name) <= MAX_NAME and _NAME.fullmatch(name) is not None


def _require_content(content: str) -> None:
    if not content or _FORBIDDEN.search(content):
        raise OSSError("BadRequest", "Style content is invalid.", ec="0017-00000253")


def _read(document: Document) -> Style:
    try:
        fields = json.loads(document.content)
        content, category = str(fields["content"]), str(fields["category"])
    except (ValueError, KeyError, TypeError) as error:
        raise OSSError("InternalError", ec="0040-00000601") from error
    return Style(document.name, content, category, document.created_ms, document.modified_ms)
