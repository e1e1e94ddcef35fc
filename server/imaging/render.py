"""From a stored object and a chain to a rendered picture, and from there to another object."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from ...processors.chain import Chain
from ...processors.errors import ImageTooLargeError, image_ec
from ...processors.fidelity import Fidelity
from ...processors.limits import Limits
from ...processors.render import Rendered
from ...storage.base import Attributes, ObjectInfo, ObjectReader, ObjectStore
from .worker import render_bytes, render_file
from .workers import Workers

# Result cache and coalescing of equal requests belong between `Renderer.render` and the workers, by source ETag,
# canonical chain, fidelity and pipeline version.


class Renderer:
    """Renders stored pictures in worker processes within `limits`."""

    def __init__(self, workers: Workers, limits: Limits, fidelity: Fidelity, memory: int) -> None:
        self._workers = workers
        self._limits = limits
        self._fidelity = fidelity
        self._memory = memory

    async def render(self, source: ObjectReader, chain: Chain) -> Rendered:
        """The result of `chain` on an opened object. Raises `ProcessError`; a source too large is never read."""
        self._require_size(source.info.size)
        try:
            return await self._run(render_file, str(source.path), chain)
        except FileNotFoundError:
            # The object was replaced after it was opened; the reader still holds the blob that the client asked for.
            return await self._run(render_bytes, await source.read(), chain)

    async def _run(self, function: Callable[..., Rendered], source: str | bytes, chain: Chain) -> Rendered:
        return await self._workers.run(function, source, chain, self._limits, self._fidelity, self._memory)

    def _require_size(self, size: int) -> None:
        limit = self._limits.source_bytes
        if size > limit:
            raise ImageTooLargeError(f"Maximal size of image supported is {limit}.", ec=image_ec(1))


async def save(store: ObjectStore, bucket: str, key: str, rendered: Rendered) -> ObjectInfo:
    """Store a rendered picture under another name; the ACL is the bucket's, there is no metadata (section 11)."""
    attributes = Attributes(content_type=rendered.media_type)
    return await store.put_object(bucket, key, _once(rendered.content), attributes)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
