def test_the_payload_has_records():
    assert True
