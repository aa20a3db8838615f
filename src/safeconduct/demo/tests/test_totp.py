"""Six digits as every authenticator shows them."""

import base64

import pytest

from safeconduct.demo.totp import code_now

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_digits_are_those_of_rfc_6238_appendix_b(moment: int, code: str) -> None:
    assert code_now(SECRET, moment=moment) == code


def test_a_secret_is_taken_as_it_is_typed() -> None:
    assert code_now(SECRET.rstrip("=").lower(), moment=59) == "287082"
