"""Configurations of a bucket that are checked, kept and told: one class for all, a row each in `configurations`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ...storage.base import Document
from ...storage.errors import NoSuchDocument
from ...storage.store import ObjectStore
from ..call import Call
from ..errors import OSSError, invalid_argument, malformed
from ..response import Response, xml_response
from ..rules import documents
from ..xml import content, parse
from .body import xml_body

# Larger than any of these configurations is on OSS (our choice).
MAX_BODY = 64 << 10

BOOLEAN = "true|false"
SWITCH = "Enabled|Disabled"
NUMBER = r"-?\d{1,18}"

# Names of inventories, access points and the like, which OSS bounds more narrowly and each in its own way (our choice).
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._*-]{0,127}", re.ASCII)

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Field:
    """A rule for the elements at `path` below the root: they hold text only, all of which matches `pattern`.

    There is one of them at most unless `is_list`, and at least one if `is_required`. What matches `true|false` is made
    lower-case: oss2 sends `True` and reads only `true` (SDK source).
    """

    path: str
    pattern: str
    is_required: bool = False
    is_list: bool = False

    def check(self, root: Element, refusal: str) -> None:
        """Return if the elements keep to the rule. Raises `MalformedXML` for a missing one, `refusal` for a bad one."""
        found = root.findall(self.path)
        if self.is_required and not found:
            raise malformed(f"{root.tag} has no {self.path}")
        if any(len(element) for element in found) or (len(found) > 1 and not self.is_list):
            raise malformed(f"{self.path} is not one text")
        for element in found:
            text = (element.text or "").strip()
            element.text = text.lower() if self.pattern == BOOLEAN else text
            if not re.fullmatch(self.pattern, element.text, re.ASCII):
                raise OSSError(refusal, details={"ErrorDetail": f"{self.path} is {text!r}"})


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration: PUT checks and keeps the XML, GET tells it, DELETE forgets it, 204 also where there is none.

    `name` is that of the operations (`BucketLogging`), `subresource` also the kind of the document; `unset` is what GET
    answers where nothing was put: fields of the root, which also fill in what was left out later, or an error code.
    `check` may look further than `fields` can, and change the document. `part` names the query parameter that tells
    several such configurations of one bucket apart, `part_name` the operations when it is there.
    """

    name: str
    subresource: str
    root: str
    unset: Fields | str
    fields: tuple[Field, ...] = ()
    refusal: str = "MalformedXML"
    check: Callable[[Call, Element], Awaitable[None]] | None = None
    is_deletable: bool = False
    part: str = ""
    part_name: str = ""

    async def put(self, call: Call) -> Response:
        """Replace the configuration. Raises `MalformedXML`, or what the fields demand."""
        root = await xml_body(call, self.root, limit=MAX_BODY)
        check_fields(root, self.fields, self.refusal)
        if self.check:
            await self.check(call, root)
        await call.store.put_document(call.bucket.name, self.subresource, self._part(call), documents.packed(root))
        return Response()

    async def get(self, call: Call) -> Response:
        """The configuration. Raises the error that `unset` names."""
        fields = await self.load(call.store, call.bucket.name, self._part(call))
        if fields is None:
            raise OSSError(str(self.unset))
        return xml_response(self.root, fields)

    async def delete(self, call: Call) -> Response:
        """Forget the configuration."""
        await call.store.delete_document(call.bucket.name, self.subresource, self._part(call))
        return Response(204)

    async def load(self, store: ObjectStore, bucket: str, part: str = "") -> Fields | None:
        """What the configuration says, the default where nothing was put; None where there is no default."""
        found = await find(store, bucket, self.subresource, part)
        default = None if isinstance(self.unset, str) else self.unset
        if found is None:
            return default
        told = content(parse(found.content, self.root))
        return {**(default or {}), **(told if isinstance(told, dict) else {})}

    def _part(self, call: Call) -> str:
        has_part = self.part and self.part in call.request.params
        return name_of(call.request.params, self.part) if has_part else ""


def check_fields(root: Element, fields: tuple[Field, ...], refusal: str = "MalformedXML") -> None:
    """Return if a document keeps to all rules."""
    for field in fields:
        field.check(root, refusal)


def name_of(given: Mapping[str, str], argument: str) -> str:
    """The name in a query parameter or header. Raises `InvalidArgument` also where it is missing."""
    name = given.get(argument, "")
    if not _NAME.fullmatch(name):
        raise invalid_argument(argument, name)
    return name


async def find(store: ObjectStore, bucket: str, kind: str, name: str = "") -> Document | None:
    """A document of the bucket; None where there is none. Raises `NoSuchBucket`."""
    try:
        return await store.get_document(bucket, kind, name)
    except NoSuchDocument:
        return None
