"""The package."""

import pricing


def test_the_package_says_what_it_is_for() -> None:
    assert pricing.__doc__
