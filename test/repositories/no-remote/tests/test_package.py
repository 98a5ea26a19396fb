"""The package."""

import churn


def test_the_package_says_what_it_is_for() -> None:
    assert churn.__doc__
