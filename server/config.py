"""Settings: the only reader of the environment.

Every setting can be given by option (`--port 9000`), environment (`PIXOSS_PORT=9000`) and file (`port = 9000` in
`pixoss.toml`), in this order of precedence; the names are the same everywhere.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    DirectoryPath,
    Field,
    FilePath,
    PlainValidator,
    SecretStr,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ..processors.fidelity import Fidelity
from ..processors.fonts import MACHINE_FONTS, Fonts
from ..processors.limits import Profile
from .auth import ram, roles

DEFAULT_FILE = "pixoss.toml"
DEFAULT_ACCESS_KEY_ID = "pixoss"
SECRET_FILE = "access-key-secret"


def _members(value: object) -> object:
    """`a,b` as a list, so that options and environment need no JSON."""
    return _parts(value) if isinstance(value, str) else value


def _names(value: object) -> object:
    """`A.example,b.example` as a list of lower-case host names."""
    return [name.lower() for name in _parts(value)] if isinstance(value, str) else value


def _pairs(value: object) -> object:
    """`domain=bucket,domain=bucket` as a mapping, so that options and environment need no JSON."""
    if not isinstance(value, str):
        return value
    return {name.strip().lower(): rest.strip() for name, _, rest in (part.partition("=") for part in _parts(value))}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")]


# A RAM policy: JSON as text, or as a table of the file.
PolicySetting = Annotated[ram.Policy, PlainValidator(ram.read)]

# A host name, an IPv4 or a bracketed IPv6 address, with or without a port; or any.
AllowedHost = Annotated[str, Field(pattern=r"^(\*|([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?)$")]


class CredentialSetting(BaseModel):
    """One more key pair; with a `security_token` an STS credential, which expires at `expires_at` (Unix seconds).

    With a `policy` or a `user_id` it is a RAM user's, who may do what that policy, bucket policies and ACLs allow; a
    bucket policy names the user by the id or by the access key id. Without either it is one more key of the owner.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    access_key_id: str = Field(min_length=1, pattern=r"^[A-Za-z0-9._-]+$")
    access_key_secret: SecretStr
    security_token: SecretStr | None = None
    expires_at: float | None = None
    user_id: str | None = Field(default=None, pattern=r"^[0-9]{1,20}$")
    policy: PolicySetting | None = None


class RoleSetting(BaseModel):
    """A role that AssumeRole gives out: its name or ARN, its policy (default: all of OSS), its longest session."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    policy: PolicySetting = ram.FULL_ACCESS
    max_duration: int = Field(default=roles.DEFAULT_DURATION, ge=roles.MIN_DURATION, le=roles.MAX_DURATION)


class Settings(BaseSettings):
    """Everything that can be set, with defaults that need no configuration at all."""

    model_config = SettingsConfigDict(env_prefix="PIXOSS_", extra="forbid", frozen=True, env_ignore_empty=True)

    config: FilePath | None = Field(
        default=None, description="settings file (default: pixoss.toml here, if there is one)"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8880, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    tls: bool = Field(
        default=False,
        description="serve https: with tls_certificate, or with one that is made once and kept in the data folder",
    )
    tls_certificate: FilePath | None = Field(
        default=None, description="certificate chain to serve https with, as PEM; needs tls_key"
    )
    tls_key: FilePath | None = Field(default=None, description="its private key, as PEM without a passphrase")
    data: Path = Field(default=Path("data"), description="folder that keeps buckets and objects")
    ephemeral: bool = Field(default=False, description="keep nothing: data goes to a temporary folder")
    fsync: bool = Field(default=True, description="wait for the disk before an upload is acknowledged")
    region: str = Field(default="cn-hangzhou", pattern=r"^[a-z0-9-]+$", description="region that buckets report")
    access_key_id: str = Field(
        default=DEFAULT_ACCESS_KEY_ID, pattern=r"^[A-Za-z0-9._-]+$", description="AccessKey ID of the owner"
    )
    access_key_secret: SecretStr | None = Field(
        default=None, description="AccessKey secret (default: made once and kept in the data folder)"
    )
    credentials: tuple[CredentialSetting, ...] = Field(
        default=(), description="further key pairs and STS tokens, as JSON"
    )
    roles: tuple[RoleSetting, ...] = Field(
        default=(), description="roles that AssumeRole gives out, as JSON (default: any role, with all rights)"
    )
    signatures: Literal["strict", "lenient"] = Field(
        default="strict",
        description="strict or lenient, which also takes V1 signatures that leave out x-oss-process, as OSS does not",
    )
    require_region: bool = Field(
        default=False, description="refuse V4 signatures of another region than this one, as OSS does"
    )
    restore_seconds: float = Field(
        default=0, ge=0, le=864_000, description="how long RestoreObject takes to make an archived object readable"
    )
    fidelity: Fidelity = Field(
        default=Fidelity.EXACT, description="exact decodes fully, fast lets the JPEG decoder shrink while it loads"
    )
    limits: Profile = Field(
        default=Profile.OSS_2026,
        description="limits of image processing: oss-2026, or oss-classic as in OSS's documentation up to 2021",
    )
    fonts: DirectoryPath | None = Field(
        default=None, description="folder with fonts of your own for text watermarks, searched before the system's"
    )
    service_hosts: Annotated[frozenset[str], NoDecode, BeforeValidator(_members)] = Field(
        default=frozenset({"localhost"}),
        description="host names of the service itself, comma separated; BUCKET.NAME works too",
    )
    cnames: Annotated[dict[str, BucketName], NoDecode, BeforeValidator(_pairs)] = Field(
        default={}, description="own domains of buckets: DOMAIN=BUCKET, comma separated"
    )
    cors: Literal["bucket-rules", "open"] = Field(
        default="bucket-rules",
        description="bucket-rules as on OSS, or open: a bucket without CORS rules can be called by pages of any origin",
    )
    mirror_hosts: Annotated[frozenset[AllowedHost], NoDecode, BeforeValidator(_names)] = Field(
        default=frozenset(),
        description="hosts that buckets may mirror missing objects from, as in callback_hosts (default: none)",
    )
    callback_hosts: Annotated[frozenset[AllowedHost], NoDecode, BeforeValidator(_names)] = Field(
        default=frozenset(),
        description="hosts that upload callbacks may go to: NAME[:PORT], comma separated, * for any (default: none)",
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=256, description="processes that render images"
    )
    render_deadline: float = Field(
        default=30.0, gt=0, description="seconds after which rendering one image is given up"
    )
    render_memory: int = Field(
        default=4096, ge=512, description="MiB of address space that one rendering process may use; Linux only"
    )
    access_log: bool = Field(default=False, description="write a line of log for every request")

    @model_validator(mode="after")
    def _complete_key_pair(self) -> Settings:
        if self.access_key_id != DEFAULT_ACCESS_KEY_ID and self.access_key_secret is None:
            raise ValueError("access_key_id is set but access_key_secret is not")
        return self

    @model_validator(mode="after")
    def _distinct_credentials(self) -> Settings:
        names = {(self.access_key_id, None), *((one.access_key_id, one.security_token) for one in self.credentials)}
        if len(names) <= len(self.credentials):
            raise ValueError("credentials: two entries have the same access_key_id and security_token")
        return self

    @model_validator(mode="after")
    def _certificate_with_key(self) -> Settings:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key must be set together")
        return self

    @property
    def scheme(self) -> str:
        """`https` or `http`: what the server speaks."""
        return "https" if self.tls or self.tls_certificate else "http"

    @property
    def text_fonts(self) -> Fonts:
        """The fonts that watermarks are written in."""
        return Fonts(str(self.fonts.absolute())) if self.fonts else MACHINE_FONTS

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options over environment over file."""
        chosen = init_settings().get("config") or os.environ.get("PIXOSS_CONFIG") or DEFAULT_FILE
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(chosen))


def owner_secret(settings: Settings, data: Path) -> str:
    """The owner's AccessKey secret: as set, or made once and kept in `data` readable by this user alone.

    A made-up secret beats a well-known default: a server that is opened to a network is not open to everybody.
    """
    if settings.access_key_secret is None and not (data / SECRET_FILE).exists():
        publish(data / SECRET_FILE, secrets.token_urlsafe(24))
    return kept_secret(settings, data) or ""


def kept_secret(settings: Settings, data: Path) -> str | None:
    """The owner's AccessKey secret as set or kept in `data`; None where no server has made one yet."""
    if settings.access_key_secret is not None:
        return settings.access_key_secret.get_secret_value()
    path = data / SECRET_FILE
    return path.read_text().strip() if path.exists() else None


def publish(path: Path, secret: str) -> None:
    """Write `secret` whole for this user alone, or leave the file that another server has published meanwhile."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name) as file:
        file.write(secret)
        file.flush()
        with suppress(FileExistsError):
            path.hardlink_to(file.name)
