"""Errors of the system, turned into the store's where they leave a block."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from .errors import StorageError

T = TypeVar("T")
E = TypeVar("E", bound=Exception)


class Translating(Generic[E, T]):
    """A context in which an error of type `caught` is raised as `translate(error)`; `entered` is what `as` gives.

    It has no state and can be entered by several threads at once. A class, because a generator would add a microsecond
    to each of the look-ups that every request makes.
    """

    def __init__(self, caught: type[E], translate: Callable[[E], StorageError], entered: T) -> None:
        self._caught = caught
        self._translate = translate
        self._entered = entered

    def __enter__(self) -> T:
        return self._entered

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, self._caught):
            raise self._translate(error) from error
