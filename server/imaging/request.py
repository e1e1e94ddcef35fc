"""What an `x-oss-process` value asks for: a chain of image operations, and perhaps where to save the result."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from ...processors.chain import Chain
from ...processors.limits import Limits
from ...processors.params import decode_base64
from ...storage.store import ObjectStore
from ..address import require_bucket_name, require_key
from ..errors import OSSError, invalid_argument
from . import styles

PARAMETER = "x-oss-process"
IMAGE = "image"
STYLE = "style"

# Families of processing that OSS knows beside images. They need services that Pixoss does not stand in for.
OTHER_FAMILIES = frozenset(
    {"video", "audio", "doc", "imm", "hls", "csv", "json", "text", "zip", "object", "ai", "live"}
)


@dataclass(frozen=True, slots=True)
class SaveAs:
    """The target of `sys/saveas`: the key, and the bucket as it was given (empty means the source's own)."""

    key: str
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class ProcessRequest:
    """A chain that has been parsed and validated, and the target of `sys/saveas` if there is one.

    `by_style` says that the chain is a style's, which works on protected source images too.
    """

    chain: Chain
    save_as: SaveAs | None = None
    by_style: bool = False


async def parse(value: str, store: ObjectStore, bucket: str, limits: Limits) -> ProcessRequest:
    """The request behind the value of `x-oss-process`; a style is looked up in `bucket` and expanded.

    Nothing of the source is read. Raises `OSSError` or `ProcessError`, each naming the parameter that is wrong.
    """
    pipeline, bar, system = value.partition("|")
    save_as = _save_as(system) if bar else None
    family, _, rest = pipeline.partition("/")
    if family == STYLE:
        return ProcessRequest(await styles.chain(store, bucket, rest, limits), save_as, by_style=True)
    if family == IMAGE:
        return ProcessRequest(Chain.parse(pipeline, limits), save_as)
    raise _unknown(family)


def _unknown(family: str) -> OSSError:
    if family in OTHER_FAMILIES:
        return OSSError("NotImplemented", f"Processing of the kind {family} is not built in Pixoss.")
    return invalid_argument(PARAMETER, family)


def _save_as(text: str) -> SaveAs:
    """The target in `sys/saveas,o_<base64 key>[,b_<base64 bucket>]`; unknown keys and empty arguments are ignored."""
    name, *arguments = text.split(",")
    if name != "sys/saveas":
        raise invalid_argument(PARAMETER, name)
    values = {key: value for key, _, value in (argument.partition("_") for argument in arguments)}
    if not values.get("o"):
        raise OSSError("MissingArgument", details={"ArgumentName": "o"})
    target = SaveAs(key=decode_base64(values["o"]), bucket=decode_base64(values.get("b", "")))
    require_key(target.key)
    if target.bucket:
        require_bucket_name(target.bucket)
    return target


def posted_value(body: bytes, query_value: str) -> str:
    """The process string of a POST: `x-oss-process=…` in the body, raw or form-encoded; old clients use the query.

    ali-oss form-encodes it, the other SDKs send it raw: it is decoded only where a percent sign shows that it must be.
    """
    try:
        text = body.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise invalid_argument(PARAMETER, "", "The body is not UTF-8.") from None
    name, _, value = text.partition("=")
    if not text and query_value:
        return query_value
    if name != PARAMETER or not value:
        raise OSSError("InvalidRequest", f"no {PARAMETER} parameter found")
    return unquote(value) if "%" in value else value
