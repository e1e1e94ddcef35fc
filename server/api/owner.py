"""The one account that owns every bucket and object here (our choice: a stand-in for one account's storage)."""

from collections.abc import Mapping

OWNER: Mapping[str, object] = {"ID": "1000000000000001", "DisplayName": "1000000000000001"}
