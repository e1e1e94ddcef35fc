"""Lifecycle rules: what is taken and refused, and the sweep through the server."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from oss_client import KEY, SECRET, Client
from support_storage import PLAIN, content

from pixoss.server.dispatch import SERVICES
from pixoss.server.sweep import main
from pixoss.storage.base import ENABLED
from pixoss.storage.filesystem import FilesystemStore
from pixoss.storage.versions import VersionedStore

pytestmark = pytest.mark.anyio

RULES = """<Rule><ID>logs</ID><Prefix>logs/</Prefix><Status>Enabled</Status>
    <Transition><Days>10</Days><StorageClass>IA</StorageClass></Transition>
    <Expiration><Days>30</Days></Expiration></Rule>
  <Rule><Prefix>parts/</Prefix><Status>Enabled</Status><AbortMultipartUpload><Days>1</Days></AbortMultipartUpload></Rule>"""


def configuration(*rules: str) -> bytes:
    return f"<LifecycleConfiguration>{''.join(rules)}</LifecycleConfiguration>".encode()


def rule(more: str = "<Expiration><Days>1</Days></Expiration>", status: str = "Enabled", prefix: str = "") -> str:
    return f"<Rule><Prefix>{prefix}</Prefix><Status>{status}</Status>{more}</Rule>"


def owner(key: str = KEY, secret: str = SECRET) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()}


async def sweep(client: Client, **after: int) -> dict[str, dict[str, int]]:
    """Sweep as of now, or so much later; what was done, without what was not."""
    at = (datetime.now(UTC) + timedelta(**after)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = await client.post(f"/_pixoss/lifecycle/sweep?at={at}", sign=False, headers=owner())
    assert answer.status == 200, answer.text
    buckets = json.loads(answer.body)["buckets"]
    return {bucket: {kind: n for kind, n in done.items() if n} for bucket, done in buckets.items()}


async def keys(client: Client, bucket: str) -> list[str | None]:
    return [element.text for element in (await client.get(f"/{bucket}")).xml.findall("Contents/Key")]


async def test_life_of_the_rules(client: Client, bucket: str) -> None:
    missing = await client.get(f"/{bucket}?lifecycle")
    assert (missing.status, missing.code) == (404, "NoSuchLifecycle")
    assert (await client.put(f"/{bucket}?lifecycle", configuration(RULES))).status == 200
    found = await client.get(f"/{bucket}?lifecycle")
    assert [found.field("Rule/Transition/StorageClass"), found.field("Rule/Expiration/Days")] == ["IA", "30"]
    first, second = (element.findtext("ID") for element in found.xml.findall("Rule"))
    assert first == "logs"
    assert second, "a rule without an id is given one"
    for _ in range(2):
        assert (await client.delete(f"/{bucket}?lifecycle")).status == 204
    assert (await client.get(f"/{bucket}?lifecycle")).status == 404


def ending(name: str, prefix: str, when: str, more: str = "") -> str:
    return rule(f"<ID>{name}</ID>{more}<Expiration>{when}</Expiration>", prefix=prefix)


ENDINGS = configuration(
    ending("logs", "logs/", "<Days>30</Days>"),
    ending('a "short" 猫', "logs/", "<Days>2</Days>", "<Tag><Key>short</Key><Value>1</Value></Tag>"),
    ending("dated", "dated", "<CreatedBeforeDate>2100-02-28T00:00:00.000Z</CreatedBeforeDate>"),
    ending("ended", "ended", "<CreatedBeforeDate>2020-02-28T00:00:00.000Z</CreatedBeforeDate>"),
    ending("from", "from", "<Date>2020-02-28T00:00:00.000Z</Date>"),
    rule("<Expiration><Days>1</Days></Expiration>", "Disabled", "off"),
    rule("<Transition><Days>1</Days><StorageClass>IA</StorageClass></Transition>", prefix="moving"),
)


@pytest.mark.parametrize(
    ("key", "tags", "when", "name"),
    [
        ("logs/a", "", 30, "logs"),
        ("logs/a", "short=1", 2, "a%20%22short%22%20%E7%8C%AB"),
        ("dated", "", "Sun, 28 Feb 2100 00:00:00 GMT", "dated"),
        ("from", "", "Fri, 28 Feb 2020 00:00:00 GMT", "from"),
        ("ended", "", None, None),
        ("off", "", None, None),
        ("moving", "", None, None),
    ],
)
async def test_an_object_tells_when_it_goes(
    client: Client, bucket: str, key: str, tags: str, when: int | str | None, name: str | None
) -> None:
    assert (await client.put(f"/{bucket}?lifecycle", ENDINGS)).status == 200
    await client.put(f"/{bucket}/{key}", b"x", headers={"x-oss-tagging": tags})
    for answer in (await client.get(f"/{bucket}/{key}"), await client.head(f"/{bucket}/{key}")):
        if isinstance(when, int):
            written = parsedate_to_datetime(answer.headers["last-modified"])
            when = format_datetime(written + timedelta(days=when), usegmt=True)
        expected = f'expiry-date="{when}", rule-id="{name}"' if when else None
        assert answer.headers.get("x-oss-expiration") == expected
    assert "x-oss-expiration" not in (await client.head(f"/{bucket}/{key}?versionId=null")).headers


DAYS = "<Days>1</Days>"
DATE = "<CreatedBeforeDate>2026-01-01T00:00:00.000Z</CreatedBeforeDate>"


def moves(*steps: tuple[int, str]) -> str:
    return "".join(
        f"<Transition><Days>{days}</Days><StorageClass>{name}</StorageClass></Transition>" for days, name in steps
    )


@pytest.mark.parametrize(
    ("rules", "code", "named"),
    [
        ((), "MalformedXML", None),
        ((rule(),) * 1001, "InvalidArgument", None),
        ((rule(""),), "MalformedXML", None),
        (("<Rule><Prefix/><Expiration><Days>1</Days></Expiration></Rule>",), "MalformedXML", None),
        ((rule(status="On"),), "InvalidArgument", "Status"),
        ((rule(f"<ID>a</ID><Expiration>{DAYS}</Expiration>"),) * 2, "InvalidArgument", "ID"),
        ((rule(f"<ID>{'a' * 256}</ID><Expiration>{DAYS}</Expiration>"),), "InvalidArgument", "ID"),
        ((rule("<Prefix>b</Prefix><Expiration><Days>1</Days></Expiration>"),), "MalformedXML", None),
        ((rule("<Expiration/>"),), "MalformedXML", None),
        ((rule(f"<Expiration>{DAYS}{DATE}</Expiration>"),), "MalformedXML", None),
        ((rule("<Expiration><Days>0</Days></Expiration>"),), "InvalidArgument", "Days"),
        ((rule("<Expiration><Days>1.5</Days></Expiration>"),), "InvalidArgument", "Days"),
        ((rule("<Expiration><Date>2026-01-01</Date></Expiration>"),), "InvalidArgument", "Date"),
        (
            (rule("<Expiration><CreatedBeforeDate>2026-02-30T00:00:00.000Z</CreatedBeforeDate></Expiration>"),),
            "InvalidArgument",
            "CreatedBeforeDate",
        ),
        (
            (rule("<Expiration><CreatedBeforeDate>2026-01-01T01:00:00.000Z</CreatedBeforeDate></Expiration>"),),
            "InvalidArgument",
            "CreatedBeforeDate",
        ),
        ((rule(f"<Transition>{DAYS}</Transition>"),), "MalformedXML", None),
        ((rule(moves((1, "Standard"))),), "InvalidArgument", "StorageClass"),
        ((rule(moves((1, "IA"), (2, "IA"))),), "InvalidArgument", "StorageClass"),
        ((rule(moves((3, "IA"), (2, "Archive"))),), "InvalidArgument", "Days"),
        ((rule(moves((3, "IA")) + "<Expiration><Days>3</Days></Expiration>"),), "InvalidArgument", "Days"),
        ((rule("<AbortMultipartUpload/>"),), "MalformedXML", None),
        ((rule("<NoncurrentVersionExpiration><Days>1</Days></NoncurrentVersionExpiration>"),), "MalformedXML", None),
        ((rule("<Tag><Value>1</Value></Tag><Expiration><Days>1</Days></Expiration>"),), "MalformedXML", None),
        (
            (rule(f"<Tag><Key>k</Key></Tag><AbortMultipartUpload>{DAYS}</AbortMultipartUpload>"),),
            "InvalidArgument",
            "Tag",
        ),
        (
            (rule(f"<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>{DAYS}</Expiration>"),),
            "MalformedXML",
            None,
        ),
        ((rule("<Filter><Not/></Filter><Expiration><Days>1</Days></Expiration>"),), "MalformedXML", None),
        (
            (
                rule(
                    "<Filter><Not><Prefix>b</Prefix></Not></Filter><Expiration><Days>1</Days></Expiration>", prefix="a"
                ),
            ),
            "InvalidArgument",
            "Prefix",
        ),
    ],
)
async def test_bad_rules(client: Client, bucket: str, rules: tuple[str, ...], code: str, named: str | None) -> None:
    answer = await client.put(f"/{bucket}?lifecycle", configuration(*rules))
    assert (answer.status, answer.code, answer.field("ArgumentName")) == (400, code, named)
    assert (await client.get(f"/{bucket}?lifecycle")).status == 404


async def test_a_thousand_rules_are_not_too_many(client: Client, bucket: str) -> None:
    assert (await client.put(f"/{bucket}?lifecycle", configuration(*[rule()] * 1000))).status == 200


async def test_a_sweep_moves_and_expires(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}?lifecycle", configuration(RULES))
    for key in ("logs/1", "logs/2", "other"):
        await client.put(f"/{bucket}/{key}", b"1")
    assert await sweep(client) == {bucket: {}}
    assert await sweep(client, days=11) == {bucket: {"transitioned": 2}}
    moved = await client.head(f"/{bucket}/logs/1")
    assert moved.headers["x-oss-storage-class"] == "IA"
    assert await sweep(client, days=11) == {bucket: {}}
    assert await sweep(client, days=31) == {bucket: {"expired": 2}}
    assert await keys(client, bucket) == ["other"]


async def test_a_sweep_aborts_uploads(client: Client, bucket: str) -> None:
    await client.put(f"/{bucket}?lifecycle", configuration(RULES))
    started = [(await client.post(f"/{bucket}/{key}?uploads")).field("UploadId") for key in ("parts/1", "other")]
    assert all(started)
    assert await sweep(client, days=2) == {bucket: {"uploads_aborted": 1}}
    left = (await client.get(f"/{bucket}?uploads")).xml.findall("Upload/Key")
    assert [element.text for element in left] == ["other"]


async def test_a_sweep_leaves_disabled_rules_and_buckets_without_any(client: Client, bucket: str) -> None:
    await client.put("/another")
    for name in (bucket, "another"):
        await client.put(f"/{name}/a", b"1")
    await client.put(f"/{bucket}?lifecycle", configuration(rule(status="Disabled")))
    assert await sweep(client, days=1000) == {bucket: {}}
    assert await keys(client, bucket) == await keys(client, "another") == ["a"]


async def test_a_sweep_goes_through_all_pages(client: Client, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixoss.server.lifecycle.sweep.PAGE", 3)
    await client.put(f"/{bucket}?lifecycle", configuration(rule(prefix="a")))
    for number in range(7):
        await client.put(f"/{bucket}/a{number}", b"1")
        await client.put(f"/{bucket}/b{number}", b"1")
        await client.put(f"/empty{number}")
    assert await sweep(client, days=2) == {bucket: {"expired": 7}}
    assert await keys(client, bucket) == [f"b{number}" for number in range(7)]


async def test_a_sweep_without_a_moment_is_one_of_now(client: Client, bucket: str) -> None:
    client.clock.now = datetime.now(UTC).timestamp() + 2 * 86400
    await client.put(f"/{bucket}?lifecycle", configuration(rule()))
    await client.put(f"/{bucket}/a", b"1")
    answer = await client.post("/_pixoss/lifecycle/sweep", sign=False, headers=owner())
    assert json.loads(answer.body)["buckets"][bucket]["expired"] == 1


class TestWhoMaySweep:
    @pytest.fixture
    def extra_settings(self) -> dict[str, Any]:
        user = {"access_key_id": "user", "access_key_secret": "s", "user_id": "1"}
        former = {"access_key_id": "former", "access_key_secret": "s", "expires_at": 1.0}
        return {"credentials": [user, former]}

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            owner(secret="wrong"),
            owner(key="nobody"),
            owner(key="nobody", secret=""),
            owner("user", "s"),
            owner("former", "s"),
            {"Authorization": "Basic nonsense"},
            {"Authorization": "OSS a:b"},
        ],
    )
    async def test_only_the_owner(self, client: Client, bucket: str, headers: dict[str, str]) -> None:
        answer = await client.post("/_pixoss/lifecycle/sweep", sign=False, headers=headers)
        assert (answer.status, answer.headers["www-authenticate"][:5]) == (401, "Basic")

    async def test_a_moment_that_is_none(self, client: Client, bucket: str) -> None:
        answer = await client.post("/_pixoss/lifecycle/sweep?at=tomorrow", sign=False, headers=owner())
        assert answer.status == 422


async def test_versions(client: Client, bucket: str) -> None:
    store: VersionedStore = client.state[SERVICES].store
    await store.set_bucket_versioning(bucket, ENABLED)
    later = "<NoncurrentVersionExpiration><NoncurrentDays>{}</NoncurrentDays></NoncurrentVersionExpiration>"
    markers = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
    await client.put(f"/{bucket}?lifecycle", configuration(rule(), rule(markers + later.format(5))))
    for body in (b"1", b"2"):
        await client.put(f"/{bucket}/a", body)

    async def kinds() -> list[bool]:
        return [version.is_marker for version in (await store.list_versions(bucket)).versions]

    # The current object goes and leaves a marker; then the old versions go, and at last the marker that hides nothing.
    assert await sweep(client, days=2) == {bucket: {"expired": 1}}
    assert await kinds() == [True, False, False]
    assert await sweep(client, days=6) == {bucket: {"versions_removed": 2}}
    assert await kinds() == [True]
    assert await sweep(client) == {bucket: {"markers_removed": 1}}
    assert await kinds() == []


async def test_an_old_version_moves_alone(client: Client, bucket: str) -> None:
    store: VersionedStore = client.state[SERVICES].store
    await store.set_bucket_versioning(bucket, ENABLED)
    step = "<NoncurrentDays>1</NoncurrentDays><StorageClass>Archive</StorageClass>"
    text = rule(f"<NoncurrentVersionTransition>{step}</NoncurrentVersionTransition>")
    await client.put(f"/{bucket}?lifecycle", configuration(text))
    for body in (b"1", b"2"):
        await client.put(f"/{bucket}/a", body)
    assert await sweep(client, days=2) == {bucket: {"transitioned": 1}}
    found = (await store.list_versions(bucket)).versions
    assert [version.info.attributes.storage_class for version in found] == ["Standard", "Archive"]


class TestCommand:
    def test_it_sweeps_the_folder(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        async def fill() -> None:
            async with FilesystemStore.open(tmp_path, fsync=False) as store:
                await store.create_bucket("bucket")
                await store.put_document("bucket", "lifecycle", "", configuration(rule()))
                await store.put_object("bucket", "a", content(b"1"), PLAIN)

        anyio.run(fill)
        at = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S")
        for expired in (0, 1, 0):
            moment = ["--at", at] if expired else []
            assert main(["--data", str(tmp_path), *moment]) == 0
            assert capsys.readouterr().out.startswith(f"bucket: {expired} expired, ")

    def test_it_makes_no_folder(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--data", str(tmp_path / "none")]) == 1
        assert "there is no data folder" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    def test_a_moment_that_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit) as exit:
            main(["--at", "tomorrow"])
        assert exit.value.code == 2
