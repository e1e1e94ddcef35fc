"""One row of the table of calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from .auth.access import Access, Permission
from .call import Call
from .response import Response

Handler = Callable[[Call], Awaitable[Response]]


class State(Enum):
    """How much of an operation there is; the values are the words of docs/api.md."""

    WORKS = "works"
    STORED = "stored only"
    EMPTY = "answers empty"


# Actions of families of operations that are not named like them.
_ACTIONS = {f"{method}BucketTags": f"{method}BucketTagging" for method in ("Put", "Get", "Delete")}


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers one or several operations of the API reference (`operations`, the first gives the RAM action).

    `action` is the RAM action where it is not named like the operation (API reference, "RAM policy": actions).
    """

    operations: str
    handler: Handler
    permission: Permission
    action: str = ""
    state: State = State.WORKS

    @property
    def access(self) -> Access:
        """What the caller must be allowed."""
        operation = self.operations.split()[0]
        return Access(self.action or _ACTIONS.get(operation, operation), self.permission)
