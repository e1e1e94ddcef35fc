"""Tags of objects and buckets: as a header carries them, and as the XML of the tagging calls does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote_plus
from xml.etree.ElementTree import Element

from .errors import OSSError, malformed

MAX_OBJECT_TAGS = 10
MAX_KEY_BYTES = 128
MAX_VALUE_BYTES = 256

# Letters of any script, digits and these (API reference, PutObjectTagging).
_ALLOWED = re.compile(r"[\w +\-=.:/]*")


def tags_in_header(text: str, limit: int = MAX_OBJECT_TAGS) -> dict[str, str]:
    """The tags of `x-oss-tagging`: `key=value` pairs, form-encoded, joined with `&`. Raises as `checked` does."""
    pairs = (part.partition("=") for part in text.split("&") if part)
    return checked(((unquote_plus(key), unquote_plus(value)) for key, _, value in pairs), limit)


def tags_in_document(root: Element, limit: int) -> dict[str, str]:
    """The tags of a `Tagging` document. Raises `MalformedXML` where there is no tag set, and as `checked` does."""
    tag_set = root.find("TagSet")
    if tag_set is None:
        raise malformed("Tagging has no TagSet")
    pairs = ((tag.findtext("Key", ""), tag.findtext("Value", "")) for tag in tag_set.findall("Tag"))
    return checked(pairs, limit)


def tag_set(tags: Mapping[str, str]) -> dict[str, object]:
    """The content of a `Tagging` document."""
    return {"TagSet": {"Tag": [{"Key": key, "Value": value} for key, value in tags.items()]}}


def checked(pairs: Iterable[tuple[str, str]], limit: int) -> dict[str, str]:
    """Tags by key. Raises `InvalidTag` for a bad key or value, a repeated key, and more than `limit` of them."""
    tags: dict[str, str] = {}
    for key, value in pairs:
        if not (key and _is_fit(key, MAX_KEY_BYTES)):
            raise OSSError("InvalidTag", "The TagKey you have provided is invalid.", details={"TagKey": key})
        if not _is_fit(value, MAX_VALUE_BYTES):
            raise OSSError("InvalidTag", "The TagValue you have provided is invalid.", details={"TagValue": value})
        if key in tags:
            raise OSSError("InvalidTag", "The TagKey is there more than once.", details={"TagKey": key})
        tags[key] = value
    if len(tags) > limit:
        raise OSSError("InvalidTag", f"There may be at most {limit} tags.")
    return tags


def _is_fit(text: str, limit: int) -> bool:
    return len(text.encode()) <= limit and _ALLOWED.fullmatch(text) is not None
