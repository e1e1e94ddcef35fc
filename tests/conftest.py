"""How long tests that make up their own cases look for a bad one: ``pytest --hypothesis-profile=long`` for minutes."""

from hypothesis import settings

settings.register_profile("long", max_examples=10_000, deadline=None)
