"""Reports."""

from loans import files


def test_a_report_is_read_as_it_was_written(tmp_path) -> None:
    files.report(str(tmp_path / "a/report.json"), {"status": "passed"})
    assert files.read(str(tmp_path / "a/report.json")) == {"status": "passed"}
