"""The package."""

import arrears


def test_the_package_says_what_it_is_for() -> None:
    assert arrears.__doc__
