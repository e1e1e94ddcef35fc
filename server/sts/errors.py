"""The refusals of STS and of the gateway in front of it; they are no error codes of OSS.

Source: STS API reference, "Error codes" of AssumeRole; Alibaba Cloud's common error codes of RPC calls.
"""

from __future__ import annotations

from collections.abc import Mapping


class StsError(Exception):
    """A refusal: `code` is a key of `CODES`, whose message is the default, or `Missing` and the name of a parameter."""

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.status, default = CODES.get(code, (400, ""))
        self.message = message or default
        super().__init__(f"{code}: {self.message}")


CODES: Mapping[str, tuple[int, str]] = {
    "EntityNotExist.Role": (404, "The specified Role not exists."),
    "InvalidAccessKeyId.NotFound": (404, "Specified access key is not found."),
    "InvalidAction.NotFound": (404, "Specified api is not found, please check your url and method."),
    "InvalidParameter": (400, "A parameter is not valid."),
    "InvalidParameter.DurationSeconds": (400, "The Min/Max value of DurationSeconds is 15min/1hr."),
    "InvalidParameter.PolicyGrammar": (400, "The parameter Policy has not passed grammar check."),
    "InvalidParameter.PolicySize": (400, "The size of Policy must be smaller than 2048 bytes."),
    "InvalidParameter.RoleArn": (400, "The parameter RoleArn is wrongly formed."),
    "InvalidParameter.RoleSessionName": (400, "The parameter RoleSessionName is wrongly formed."),
    "InvalidSecurityToken.Expired": (400, "Specified SecurityToken is expired."),
    "InvalidSecurityToken.Malformed": (400, "Specified SecurityToken is malformed."),
    "InvalidSecurityToken.MismatchWithAccessKey": (400, "Specified SecurityToken mismatch with the AccessKey."),
    "InvalidTimeStamp.Expired": (400, "Specified time stamp or date value is expired."),
    "InvalidTimeStamp.Format": (400, "Specified time stamp or date value is not well formatted."),
    "InvalidVersion": (400, "Specified parameter Version is not valid."),
    "NoPermission": (403, "You are not authorized to do this action. You should be authorized by RAM."),
    "SignatureDoesNotMatch": (400, "Specified signature is not matched with our calculation."),
    "UnsupportedHTTPMethod": (405, "This http method is not supported."),
}


def missing(name: str) -> StsError:
    """The refusal of a call without a parameter that it needs."""
    return StsError(f"Missing{name}", f"{name} is mandatory for this action.")
