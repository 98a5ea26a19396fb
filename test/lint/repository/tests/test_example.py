def test_nothing_is_lost():
    assert 1 + 1 == 2
