from xml.etree import ElementTree

import pytest

from pixoss.server.errors import CODES, OSSError, from_process, from_storage
from pixoss.server.xml import MalformedXMLError, content, document, parse
from pixoss.storage.errors import BucketNotEmpty, NoSuchBucket, NoSuchKey


def test_a_document_holds_lists_mappings_and_booleans() -> None:
    body = document("Root", {"A": 1, "B": None, "C": [{"D": "x"}, {"D": "y"}], "E": True, "F": ""})
    assert body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Root><A>1</A><C><D>x</D></C><C><D>y</D></C><E>true</E><F></F></Root>'
    )
    assert document("Root", "text").endswith(b"<Root>text</Root>")


def test_text_is_escaped_and_comes_back() -> None:
    text = 'a<b>&"c"\r\n\t中'
    assert ElementTree.fromstring(document("Root", {"A": text})).findtext("A") == text
    assert b"&#x1;" in document("Root", {"A": "\x01"})


@pytest.mark.parametrize(
    "body",
    [
        b"<Style><Content>x</Content></Style>",
        b'<?xml version="1.0"?><Style xmlns="http://doc.oss"><Content>x</Content></Style>',
    ],
)
def test_parse_is_blind_to_namespaces(body: bytes) -> None:
    assert parse(body, "Style").findtext("Content") == "x"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text",
        b"<Style>",
        b"<Other/>",
        b"\xff\xfe<Style/>",
        b'<?xml version="1.0" encoding="nonsense"?><Style/>',
        b'<!DOCTYPE Style [<!ENTITY a "aaaa">]><Style>&a;</Style>',
        b'<!DOCTYPE Style SYSTEM "file:///etc/passwd"><Style/>',
        b"<Style>\x00</Style>",
    ],
)
def test_parse_refuses(body: bytes) -> None:
    with pytest.raises(MalformedXMLError):
        parse(body, "Style")


def test_every_code_makes_a_document() -> None:
    for code, row in CODES.items():
        root = ElementTree.fromstring(OSSError(code).xml("5C06A3B67B8B5A3DA422299D", "h:1"))
        assert root.tag == "Error"
        assert [root.findtext("Code"), root.findtext("RequestId"), root.findtext("HostId")] == [
            code,
            "5C06A3B67B8B5A3DA422299D",
            "h:1",
        ]
        assert root.findtext("EC") == row.ec


def test_storage_errors_name_what_they_are_about() -> None:
    assert from_storage(NoSuchKey("b", "k")).details == {"Key": "k"}
    assert from_storage(NoSuchBucket("b")).details == {"BucketName": "b"}
    assert from_storage(BucketNotEmpty("b")).status == 409


def _kinds(kind: type) -> list[type]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in _kinds(below))]


def test_every_error_of_the_other_rooms_has_a_status() -> None:
    from pixoss.processors.errors import ProcessError
    from pixoss.storage.errors import NoSuchDocument, StorageError

    assert {kind.code for kind in _kinds(ProcessError)} <= CODES.keys()
    # NoSuchDocument becomes a word of its own for each kind of document, in the handler that asks for one.
    assert {kind.code for kind in _kinds(StorageError) if kind is not NoSuchDocument} <= CODES.keys()
    assert from_process(ProcessError("m", ec="0040-00000001")).ec == "0040-00000001"


def test_a_document_is_at_most_32_levels_deep() -> None:
    assert parse(b"<a>" * 32 + b"</a>" * 32, "a").tag == "a"
    with pytest.raises(MalformedXMLError, match="nested"):
        parse(b"<a>" * 33 + b"</a>" * 33, "a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<r/>", ""),
        ("<r>a</r>", "a"),
        ("<r><a>1</a><b/></r>", {"a": "1", "b": ""}),
        ("<r><a>1</a><b>x</b><a>2</a></r>", {"a": ["1", "2"], "b": "x"}),
        ("<r><a><b>&lt;</b></a></r>", {"a": {"b": "<"}}),
    ],
)
def test_content_is_what_document_writes(text: str, expected: object) -> None:
    found = content(parse(text.encode(), "r"))
    assert found == expected
    assert content(parse(document("r", found), "r")) == expected
