"""When a signed request counts: the dates that it may carry and the three rules about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from ..errors import OSSError

MAX_SKEW = 900  # seconds, on either side (API reference, "RequestTimeTooSkewed")
MAX_WINDOW = 604_800  # seconds, seven days (EC 0002-00000232)

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_RFC_1123 = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|\+0000)", re.ASCII
)
_ISO_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z", re.ASCII)


class Validity(Protocol):
    """A rule about the time at which a request may arrive."""

    @property
    def span(self) -> tuple[float | None, float | None]:
        """The first and the last moment at which it may, in Unix seconds; None for no bound."""
        ...

    def require(self, now: float) -> None:
        """Return if the rule holds at `now` (Unix seconds), else raise as OSS does."""
        ...


@dataclass(frozen=True, slots=True)
class Unlimited:
    """No rule: a form is limited by the expiration that its policy states."""

    @property
    def span(self) -> tuple[float | None, float | None]:
        """See `Validity`."""
        return None, None

    def require(self, now: float) -> None:
        """Return always."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A signed header: `moment` (Unix seconds) may differ by 15 minutes from the server's clock."""

    moment: int

    @property
    def span(self) -> tuple[float | None, float | None]:
        """See `Validity`."""
        return self.moment - MAX_SKEW, self.moment + MAX_SKEW

    def require(self, now: float) -> None:
        """Raise `RequestTimeTooSkewed`; java and ali-oss set their clock by its `ServerTime` and try again."""
        if abs(now - self.moment) > MAX_SKEW:
            details = {
                "MaxAllowedSkewMilliseconds": str(MAX_SKEW * 1000),
                "RequestTime": iso_time(self.moment),
                "ServerTime": iso_time(now),
            }
            raise OSSError("RequestTimeTooSkewed", details=details)


@dataclass(frozen=True, slots=True)
class Until:
    """A signed URL of V1 or V2: good up to and including `expires` (Unix seconds), without an upper bound."""

    expires: int

    @property
    def span(self) -> tuple[float | None, float | None]:
        """See `Validity`."""
        return None, self.expires

    def require(self, now: float) -> None:
        """Raise `AccessDenied` with "Request has expired."."""
        if now > self.expires:
            raise _expired(self.expires, now, "0002-00000069")


@dataclass(frozen=True, slots=True)
class Window:
    """A signed URL of V4: good from `start` (Unix seconds, less the skew) for `seconds`."""

    start: int
    seconds: int

    @property
    def span(self) -> tuple[float | None, float | None]:
        """See `Validity`."""
        return self.start - MAX_SKEW, self.start + self.seconds

    def require(self, now: float) -> None:
        """Raise `AccessDenied` before and after the window."""
        if now < self.start - MAX_SKEW:
            raise OSSError("AccessDenied", "Request is not valid yet.", ec="0002-00000235")
        if now > self.start + self.seconds:
            raise _expired(self.start + self.seconds, now, "0002-00000236")


def header_date(headers: Mapping[str, str], names: tuple[str, ...] = ("x-oss-date", "date")) -> str:
    """The date that a signed header rests on, as sent, from the first of `names` that arrived.

    Raises `AccessDenied` with EC 0002-00000503 if none did.
    """
    for name in names:
        if text := headers.get(name):
            return text
    raise _no_valid_date("0002-00000503")


def moment_of(text: str) -> int:
    """Unix seconds of `Thu, 15 Jan 2026 08:30:45 GMT` (or `+0000`) or `20260115T083045Z`; both in either header.

    Raises `AccessDenied` with EC 0002-00000505.
    """
    if found := _ISO_BASIC.fullmatch(text):
        return _seconds(*map(int, found.groups()))
    if (found := _RFC_1123.fullmatch(text)) and (month := _MONTHS.get(found[2])):
        return _seconds(int(found[3]), month, *map(int, found.group(1, 4, 5, 6)))
    raise _no_valid_date("0002-00000505")


def iso_moment_of(text: str) -> int:
    """Unix seconds of `20260115T083045Z`, the only form that V4 signs; raises as `moment_of` does."""
    if not _ISO_BASIC.fullmatch(text):
        raise _no_valid_date("0002-00000505")
    return moment_of(text)


def iso_basic(moment: int) -> str:
    """`20260115T083045Z` for Unix seconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("-", "").replace(":", "")[:15] + "Z"


def iso_time(seconds: float) -> str:
    """`2026-01-15T08:30:45.000Z` for Unix seconds, as every time in OSS's XML."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seconds(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int:
    try:
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
    except ValueError:
        raise _no_valid_date("0002-00000505") from None


def _no_valid_date(ec: str) -> OSSError:
    return OSSError("AccessDenied", "OSS authentication requires a valid Date.", ec=ec)


def _expired(expires: int, now: float, ec: str) -> OSSError:
    details = {"Expires": iso_time(expires), "ServerTime": iso_time(now)}
    return OSSError("AccessDenied", "Request has expired.", ec=ec, details=details)
