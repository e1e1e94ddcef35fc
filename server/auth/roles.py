"""The roles that AssumeRole gives out, and how long their credentials may last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .ram import FULL_ACCESS, Policy

MIN_DURATION = 900  # seconds
DEFAULT_DURATION = 3600
MAX_DURATION = 43_200

_ARN = re.compile(r"acs:ram::(?P<account>[0-9]{1,20}):role/(?P<name>[A-Za-z0-9._/-]{1,128})", re.ASCII)


@dataclass(frozen=True, slots=True)
class RoleArn:
    """`acs:ram::ACCOUNT:role/NAME`, in parts."""

    account: str
    name: str

    @classmethod
    def parse(cls, text: str) -> RoleArn | None:
        """The parts of an ARN; None if `text` is none of a role."""
        found = _ARN.fullmatch(text)
        return cls(found["account"], found["name"]) if found else None

    def __str__(self) -> str:
        return f"acs:ram::{self.account}:role/{self.name}"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: what it may do, and the seconds that its credentials may last, 900 to 43200.

    `name` is a bare name, which any account's ARN of that name means, or a whole ARN.
    """

    name: str
    policy: Policy = FULL_ACCESS
    max_duration: int = DEFAULT_DURATION

    def is_meant(self, arn: RoleArn) -> bool:
        """Whether `arn` is this role's."""
        return self.name in (arn.name, str(arn))


@dataclass(frozen=True, slots=True)
class Roles:
    """All configured roles.

    Where none is, every role exists and may do what the owner may, for as long as any role's credentials may last: a
    script must work without configuration, and restrict itself by its session policy if it wants to (our choice).
    """

    entries: tuple[Role, ...] = ()

    def find(self, arn: RoleArn) -> Role | None:
        """The role of an ARN; None if there is none."""
        if not self.entries:
            return Role(str(arn), max_duration=MAX_DURATION)
        return next((role for role in self.entries if role.is_meant(arn)), None)
