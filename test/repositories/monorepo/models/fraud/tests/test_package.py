"""The package."""

import fraud


def test_the_package_says_what_it_is_for() -> None:
    assert fraud.__doc__
