"""Settings as options of a command, and what is wrong with them in words."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from .config import Settings

# Key pairs beyond the owner's belong into the environment or the file, not where `ps` shows them; roles have policies,
# which nobody would write on a command line.
NO_OPTION = frozenset({"credentials", "roles"})


def add_settings(parser: argparse.ArgumentParser, names: Iterable[str] = Settings.model_fields) -> None:
    """Give `parser` an option for each of these settings; what is not given must stay absent (`SUPPRESS`)."""
    for name in names:
        if name not in NO_OPTION:
            _add_option(parser, name, Settings.model_fields[name])


def _add_option(parser: argparse.ArgumentParser, name: str, field: FieldInfo) -> None:
    option, text = "--" + name.replace("_", "-"), (field.description or "") + _default(field)
    if field.annotation is bool:
        parser.add_argument(option, action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS, help=text)
    else:
        metavar = name.rpartition("_")[2].upper()
        parser.add_argument(option, metavar=metavar, default=argparse.SUPPRESS, help=text)


def _default(field: FieldInfo) -> str:
    """The default as one would write it; nothing where the description tells what happens without the setting."""
    default = field.get_default(call_default_factory=True, validated_data={})
    if default in (None, {}, frozenset()):
        return ""
    if isinstance(default, bool):
        return f" (default: {'on' if default else 'off'})"
    return f" (default: {', '.join(default) if isinstance(default, frozenset) else default})"


def explained(error: ValidationError) -> str:
    """One line for each wrong setting."""
    lines = (f"pixoss: {'.'.join(map(str, item['loc'])) or 'settings'}: {item['msg']}" for item in error.errors())
    return "\n".join(lines)
