"""What a rehearsal did to the world, as one value."""

from typing import Any

from aws import ACCOUNT, TASK_KEY
from ecs import Deployments
from journal import Journals
from moto.cloudwatch.models import MetricAggregatedDatum, cloudwatch_backends
from moto.s3.models import s3_backends

CALL_FIELDS = ("action", "service", "region", "key", "status")


def report(journals: Journals, deployments: Deployments) -> dict[str, Any]:
    """Gather what is known of ECS, CloudWatch and S3, and what was asked of AWS and the web."""
    calls = [call for call in journals.lines("aws") if call["key"] != TASK_KEY]
    updates = [call["params"].get("taskDefinition") for call in calls if call["action"] == "UpdateService"]
    return {
        "ecs": {
            **deployments.snapshot(),
            "updates": [update for update in updates if update],
            "events": journals.lines("ecs"),
        },
        "cloudwatch": _metrics(),
        "s3": _objects(),
        "calls": [{field: call[field] for field in CALL_FIELDS} for call in calls],
        "http": journals.lines("http"),
    }


def _metrics() -> list[dict[str, Any]]:
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for backend in list(cloudwatch_backends[ACCOUNT].values()):
        for datum in list(backend.metric_data):
            dimensions = {one.name: one.value for one in datum.dimensions}
            metric = found.setdefault(
                (datum.namespace, datum.name, *sorted(dimensions.items())),
                {"namespace": datum.namespace, "name": datum.name, "dimensions": dimensions, "max": None, "samples": 0},
            )
            aggregated = isinstance(datum, MetricAggregatedDatum)
            most, samples = (datum.max, int(datum.sample_count)) if aggregated else (datum.value, 1)
            metric["max"] = most if metric["max"] is None else max(metric["max"], most)
            metric["samples"] += samples
    return list(found.values())


def _objects() -> dict[str, list[str]]:
    buckets = [bucket for store in list(s3_backends[ACCOUNT].values()) for bucket in list(store.buckets.values())]
    return {bucket.name: sorted(bucket.keys) for bucket in buckets}
