"""From a stored object and a chain to a rendered picture, and from there to another object."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

from ...processors.chain import Chain
from ...processors.errors import ImageTooLargeError, WatermarkError, image_ec
from ...processors.fidelity import Fidelity
from ...processors.fonts import MACHINE_FONTS, Fonts
from ...processors.limits import Limits
from ...processors.render import Rendered
from ...storage.base import APPENDABLE, Attributes, ObjectInfo
from ...storage.store import ObjectReader, ObjectStore
from .worker import render_bytes, render_file
from .workers import Workers

# Result cache and coalescing of equal requests belong between `Renderer.render` and the workers, by source ETag,
# canonical chain, fidelity and pipeline version.


class Renderer:
    """Renders stored pictures in worker processes within `limits`."""

    def __init__(
        self, workers: Workers, limits: Limits, fidelity: Fidelity, memory: int, fonts: Fonts = MACHINE_FONTS
    ) -> None:
        self._workers = workers
        self.limits = limits
        self._fidelity = fidelity
        self._memory = memory
        self._fonts = fonts

    async def render(self, source: ObjectReader, chain: Chain, references: Mapping[str, ObjectReader] = {}) -> Rendered:
        """The result of `chain` on an opened object, with the watermark images that it names, opened, by their keys.

        Raises `ProcessError`; what is too large is never read.
        """
        self._require_sizes(source, references)
        try:
            paths = {key: _path(reader) for key, reader in references.items()}
            return await self._run(render_file, _path(source), chain, paths)
        except FileNotFoundError:
            # An object was replaced after it was opened; the readers still hold the blobs that the client asked for.
            contents = {key: await reader.read() for key, reader in references.items()}
            return await self._run(render_bytes, await source.read(), chain, contents)

    async def _run(
        self, function: Callable[..., Rendered], source: str | bytes, chain: Chain, references: Mapping[str, object]
    ) -> Rendered:
        settings = (self.limits, self._fidelity, self._memory)
        return await self._workers.run(function, source, chain, *settings, references, self._fonts)

    def _require_sizes(self, source: ObjectReader, references: Mapping[str, ObjectReader]) -> None:
        limit, ec = self.limits.source_bytes, image_ec(1)
        if source.info.size > limit:
            raise ImageTooLargeError(f"Maximal size of image supported is {limit}.", ec=ec)
        for key, reader in references.items():
            if reader.info.size > limit:
                raise WatermarkError(f"The watermark image {key} is larger than {limit} bytes.", ec=ec)


def _path(source: ObjectReader) -> str:
    """The file of an opened object. Raises FileNotFoundError where there is none with its content and nothing else."""
    if source.info.object_type == APPENDABLE:
        raise FileNotFoundError("the file of an appendable object may grow while it is read")
    return str(source.path)


async def save(store: ObjectStore, bucket: str, key: str, rendered: Rendered) -> ObjectInfo:
    """Store a rendered picture under another name; the ACL is the bucket's, there is no metadata (section 11)."""
    attributes = Attributes(content_type=rendered.media_type)
    return await store.put_object(bucket, key, _once(rendered.content), attributes)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
