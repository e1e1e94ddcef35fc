"""What `pixoss serve` says when it starts: where it listens, the key pair, and snippets to paste."""

from __future__ import annotations

from pathlib import Path

from .config import Settings

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}

TEMPLATE = """\
Pixoss listens on {endpoint}  (data: {data}, region: {region})

  AccessKey ID      {key}
  AccessKey secret  {secret}
{certificate}
Python (oss2)
  bucket = oss2.Bucket(oss2.Auth('{key}', '{secret}'), '{endpoint}', 'my-bucket')

Python (alibabacloud-oss-v2)
  config = oss.config.load_default()
  config.credentials_provider = oss.credentials.StaticCredentialsProvider('{key}', '{secret}')
  config.region, config.endpoint, config.use_path_style = '{region}', '{endpoint}', True
  client = oss.Client(config)

Node (ali-oss)
  const client = new OSS({{ endpoint: '{named_endpoint}', sldEnable: true, region: 'oss-{region}',
    accessKeyId: '{key}', accessKeySecret: '{secret}', bucket: 'my-bucket', authorizationV4: true }})

Stop with Ctrl-C."""


# What makes curl, Python with requests (oss2), Node and Go trust a certificate that no authority has signed.
CERTIFICATE = """\
  Certificate       {file}
    curl --cacert, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS and SSL_CERT_FILE take this file
"""


def endpoints(settings: Settings, port: int) -> tuple[str, str]:
    """The addresses that a client on this machine uses: by number where the host is one, and by name."""
    host = ANY_ADDRESS.get(settings.host, settings.host)
    shown = f"[{host}]" if ":" in host else host
    named = "localhost" if host.startswith("127.") else shown
    return f"{settings.scheme}://{shown}:{port}", f"{settings.scheme}://{named}:{port}"


def banner(settings: Settings, secret: str, port: int, certificate: Path | None = None) -> str:
    """The text, with the address that a client on this machine uses, and the certificate that it has to trust."""
    endpoint, named_endpoint = endpoints(settings, port)
    return TEMPLATE.format(
        endpoint=endpoint,
        # ali-oss wants a host name: with an IP address it can not sign URLs.
        named_endpoint=named_endpoint,
        data="kept nowhere" if settings.ephemeral else settings.data,
        region=settings.region,
        key=settings.access_key_id,
        secret=secret,
        certificate=CERTIFICATE.format(file=certificate.absolute()) if certificate else "",
    )
