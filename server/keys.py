"""Whose keys there are: settings in, credentials out."""

from __future__ import annotations

from .api.owner import OWNER
from .auth.credentials import Credential, Credentials, Identity
from .auth.ram import NO_ACCESS
from .auth.roles import Role, Roles
from .auth.sessions import SessionIssuer
from .config import CredentialSetting, Settings, owner_secret


def issuer_of(settings: Settings) -> SessionIssuer:
    """Whoever makes the credentials of the configured roles, under a key that the owner's secret derives."""
    roles = Roles(tuple(Role(role.name, role.policy, role.max_duration) for role in settings.roles))
    return SessionIssuer(owner_secret(settings, settings.data), roles)


def credentials_of(settings: Settings) -> Credentials:
    """The owner's key, the configured ones, and those that STS gives out."""
    owner = Credential(settings.access_key_id, owner_secret(settings, settings.data))
    return Credentials((owner, *map(_credential, settings.credentials)), issuer_of(settings))


def _credential(setting: CredentialSetting) -> Credential:
    return Credential(
        setting.access_key_id,
        setting.access_key_secret.get_secret_value(),
        setting.security_token.get_secret_value() if setting.security_token else None,
        setting.expires_at,
        _identity(setting),
    )


def _identity(setting: CredentialSetting) -> Identity | None:
    """The RAM user of a key that is not the owner's; one without a policy has no rights of their own, as on OSS."""
    if setting.policy is None and setting.user_id is None:
        return None
    names = (setting.access_key_id,) if setting.user_id is None else (setting.user_id, setting.access_key_id)
    return Identity(f"acs:ram::{OWNER['ID']}:user/{setting.access_key_id}", names, setting.policy or NO_ACCESS)
