"""The freshness gate."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from creditrisk import project
from creditrisk.pipelines import ingest_data
from creditrisk.utils import data_freshness

NOON = datetime(2024, 5, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("snapshot_at", "status"),
    [
        ("2024-05-02T11:00:00+00:00", "fresh"),
        ("2024-05-01T12:00:00Z", "fresh"),
        ("2024-05-01T11:59:00Z", "stale"),
        ("2024-05-02T13:00:00+02:00", "fresh"),
        ("2024-05-02T11:00:00", "fresh"),
        ("2024-05-02T12:30:00Z", "fresh"),
        ("2024-05-03T12:00:00Z", "stale"),
        ("yesterday", "stale"),
        (None, "stale"),
    ],
)
def test_age_is_taken_from_the_summary(tmp_path: Path, snapshot_at: str | None, status: str) -> None:
    summary = tmp_path / "ingestion_summary.json"
    project.write_json(summary, {"snapshot_at": snapshot_at})
    assert data_freshness.assess(summary, 24, NOON)["status"] == status


@pytest.mark.parametrize("content", [None, "", "{}", "[]"])
def test_an_unknown_age_is_stale(tmp_path: Path, content: str | None) -> None:
    summary = tmp_path / "ingestion_summary.json"
    if content is not None:
        summary.write_text(content)
    assert data_freshness.assess(summary, 24, NOON)["stale"] is True


def test_stale_data_fails_only_when_asked_to(project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_freshness.main(["--max-age-hours", "48", "--fail-on-stale"]) == 0
    monkeypatch.setenv("CREDITRISK_SNAPSHOT_AT", "2020-01-01T00:00:00Z")
    ingest_data.main([])
    assert data_freshness.main(["--max-age-hours", "48"]) == 0
    assert data_freshness.main(["--max-age-hours", "48", "--fail-on-stale"]) == 1
    report = project.read_json(project_folder / "reports/data_freshness.json")
    assert report["status"] == "stale"
    assert report["threshold_hours"] == 48
