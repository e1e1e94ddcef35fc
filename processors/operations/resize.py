"""``resize``: brings a picture to a wanted size in one of five modes."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from PIL import Image
from pydantic import model_validator

from ..errors import InvalidArgumentError, MissingArgumentError, image_ec
from ..geometry import EXACT, Fit, Layout, Size, contain, lay_out, percent_of, sides
from ..limits import check_growth, require_result
from ..params import WHITE, Color, Flag, HexColor, Mode, Percent, Scale, Side
from ..picture import Picture, Source
from .base import PixelOperation, Tools, key

_MODE = (
    "How to fit: `lfit` inside the box, `mfit` around it, `fill` around it and cut from the middle, `pad` inside it, "
    "padded on all sides, `fixed` stretched."
)
_LOSES = "ignored beside `w` or `h`"
_LIMIT = "`1` leaves a picture that would have to be enlarged at its size, `0` enlarges it; no matter for `p`."


class Resize(PixelOperation):
    """Scaling by ``w``/``h``, else by ``l``/``s``, else by ``p`` percent (OSS's page "Resize images")."""

    action: ClassVar[str] = "resize"

    mode: Mode = key("m", ec=311, default=Fit.LFIT, description=_MODE)
    width: Side | None = key("w", ec=312, description="Width in pixels, 1 to 16384.")
    height: Side | None = key("h", ec=313, description="Height in pixels, 1 to 16384 (the EC is inferred).")
    longer: Side | None = key("l", ec=314, description=f"Longer side in pixels, 1 to 16384; {_LOSES} (EC inferred).")
    shorter: Side | None = key("s", ec=315, description=f"Shorter side in pixels, 1 to 16384; {_LOSES}.")
    percent: Scale | None = key("p", ec=317, description=f"Both sides in percent, 1 to 1000; {_LOSES} or `l` or `s`.")
    limit: Flag = key("limit", ec=319, default=True, description=_LIMIT)
    color: HexColor = key("color", ec=318, default=WHITE, description="Colour of the margin of `m_pad`, RRGGBB.")

    sizes: ClassVar[frozenset[str]] = frozenset({"width", "height", "longer", "shorter", "percent"})
    """The fields of which one at least must be given."""

    @model_validator(mode="before")
    @classmethod
    def _is_not_nothing(cls, values: dict[str, Any]) -> dict[str, Any]:
        """OSS gives two zeros an EC of their own."""
        if values.get("w") == values.get("h") == "0":
            raise InvalidArgumentError.of("w", "0", image_ec(321))
        return values

    @model_validator(mode="after")
    def _says_a_size(self) -> Self:
        if not self.model_fields_set & self.sizes:
            raise MissingArgumentError.of("resize", image_ec(322))
        return self

    def written(self) -> dict[str, str]:
        """Without the parameters that lose to others or have no effect."""
        written = super().written()
        moot = _moot(written)
        return {name: value for name, value in written.items() if name not in moot}

    @property
    def keeps_motion(self) -> bool:
        """Only ``p`` makes an animation a still picture."""
        return not self._is_scale

    @property
    def _is_scale(self) -> bool:
        return not (self.width or self.height or self.longer or self.shorter)

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture scaled, then cut or padded as the mode says; a result past the limits is refused (EC 7)."""
        layout = self.layout(picture.source, picture.size)
        require_result(layout.scaled, tools.limits)
        require_result(self._asked(picture.size, layout), tools.limits)
        scaled = picture.draw(layout.scaled, lambda image: tools.kernel.resample(image, layout.scaled))
        if layout.canvas == layout.scaled:
            return scaled
        return scaled.draw(layout.canvas, lambda image: _lay(image, layout, self.color))

    def needed_size(self, source: Source, size: Size) -> Size:
        """The size before cut and padding, which the operation would scale to itself."""
        return self.layout(source, size).scaled

    def layout(self, source: Source, size: Size) -> Layout:
        """Where a picture of ``size`` goes; GIF sources are never enlarged, whatever ``limit`` says."""
        is_gif = source.format == "gif"
        if self._is_scale:
            percent = self.percent or 100
            return Layout.plain(percent_of(size, min(percent, 100) if is_gif else percent))
        return lay_out(size, self.mode, *self._sides(size), enlarge=not (self.limit or is_gif))

    def _sides(self, size: Size) -> tuple[int | None, int | None]:
        if self.width or self.height:
            return self.width, self.height
        return sides(size, self.longer, self.shorter)

    def _asked(self, size: Size, layout: Layout) -> Size:
        """The result's size, but the wanted one where the mode names it: ``m_fixed,w_5000,h_5000`` is too large (EC 7)
        even if the limit would then leave the source as it is."""
        if self._is_scale or self.mode not in EXACT:
            return layout.canvas
        return lay_out(size, self.mode, *self._sides(size), enlarge=True).canvas


class MarkResize(Resize):
    """``resize`` of a watermark image, which can also be measured by the picture that it goes to."""

    share: Percent | None = key("P", description="Percent of the picture that the mark goes to, 1 to 100.")

    sizes: ClassVar[frozenset[str]] = Resize.sizes | {"share"}

    def written(self) -> dict[str, str]:
        """``P`` wins over all others (our choice: no page says)."""
        return {"P": str(self.share)} if self.share else super().written()

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The mark as large as fits into its percentage of the picture's sides, be it enlarged (our reading of "10
        percent of 100x100 is 10x10")."""
        if self.share is None or tools.main is None:
            return super().apply(picture, tools)
        size = contain(picture.size, percent_of(tools.main, self.share))
        check_growth(picture.size, size, tools.limits)
        return picture.draw(size, lambda image: tools.kernel.resample(image, size))


def _moot(written: dict[str, str]) -> set[str]:
    if written.keys() & {"w", "h"}:
        lost = {"l", "s", "p"}
    elif written.keys() & {"l", "s"}:
        lost = {"p"}
    else:
        lost = {"m", "limit"}
    return lost if written.get("m") == Fit.PAD and "m" not in lost else lost | {"color"}


def _lay(image: Image.Image, layout: Layout, color: Color) -> Image.Image:
    """The image on its canvas: a cut where the canvas is smaller, an opaque margin of ``color`` where it is larger."""
    if layout.left <= 0 and layout.upper <= 0:
        left, upper = -layout.left, -layout.upper
        return image.crop((left, upper, left + layout.canvas.width, upper + layout.canvas.height))
    if image.mode in ("L", "LA") and not color.is_grey:
        image = image.convert("RGB" if image.mode == "L" else "RGBA")
    canvas = Image.new(image.mode, layout.canvas, _ink(image.mode, color))
    canvas.paste(image, (layout.left, layout.upper))
    return canvas


def _ink(mode: str, color: Color) -> tuple[int, ...]:
    channels = color[:1] if mode in ("L", "LA") else tuple(color)
    return (*channels, 255) if mode in ("LA", "RGBA") else channels
