"""The retired syntax of image processing, `key@100w_100h.jpg`, put into the words of today's."""

from .stages import translate

__all__ = ["translate"]
