"""ECS as a rehearsal sees it: moto's, with rolling deployments that take time, fail and revert."""

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws import ACCOUNT
from images import Images, TaskFailure
from journal import Journals
from moto.ecs.exceptions import EcsClientException, ECSException
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition, ecs_backends
from moto.ecs.models import Service as MotoService
from scenario import Scenario
from service import Runner, Service, StandIn

SLOW_SECONDS = 4
SIDECAR = "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable"


@dataclass(frozen=True)
class Running:
    """A task definition whose tasks run, and what answers for them."""

    task_definition: str
    service: Service


class Deployments:
    """The deployments of the one service that a rehearsal is about."""

    def __init__(self, scenario: Scenario, journals: Journals, images: Images, runner: Runner) -> None:
        self._scenario, self._journals, self._images, self._runner = scenario, journals, images, runner
        self._backend: EC2ContainerServiceBackend = ecs_backends[ACCOUNT][scenario.region]
        self._lock = threading.RLock()
        self._service: MotoService | None = None
        self._known_images: set[str] = set()
        # Counts the deployments: a rollout whose turn has passed changes nothing any more.
        self._turn = 0
        self.seeded: str | None = None
        self.running: Running | None = None
        self._update_moto = EC2ContainerServiceBackend.update_service
        self._describe_moto = EC2ContainerServiceBackend.describe_services
        self._patch_moto()
        if scenario.deploy:
            self._seed()

    def snapshot(self) -> dict[str, Any]:
        """Return what the service runs, and what became of its deployments."""
        with self._lock:
            current = self._service.task_definition if self._service else None
            return {
                "seeded": self.seeded,
                "current": current,
                "images": self._images_of(current) if current else {},
                "deployments": copy.deepcopy(self._service.deployments) if self._service else [],
                "running": self.running.service.kind if self.running else None,
            }

    def _seed(self) -> None:
        scenario, backend = self._scenario, self._backend
        backend.create_cluster(scenario.cluster)
        if scenario.seeded == "missing":
            return
        image = f"ghcr.io/{scenario.owner}/{scenario.family}:previous"
        definition = backend.register_task_definition(
            family=scenario.family,
            container_definitions=[
                {
                    "name": scenario.container,
                    "image": image,
                    "essential": True,
                    "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
                    "environment": [{"name": "STAGE", "value": "production"}],
                },
                {"name": "log-router", "image": SIDECAR, "essential": False},
            ],
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            cpu="512",
            memory="1024",
            execution_role_arn=f"arn:aws:iam::{ACCOUNT}:role/ecs-execution",
        )
        self._known_images = {image, SIDECAR}
        service = backend.create_service(
            scenario.cluster, scenario.service, 1, task_definition_str=definition.arn, launch_type="FARGATE"
        )
        self._service, self.seeded = service, definition.arn
        self.running = Running(definition.arn, StandIn())
        self._stand_complete()
        if scenario.seeded == "inactive":
            backend.deregister_task_definition(definition.arn)

    def _patch_moto(self) -> None:
        def update_service(backend: EC2ContainerServiceBackend, properties: dict[str, Any]) -> MotoService:
            with self._lock:
                # A copy, because it is written as an answer after the lock is released.
                return copy.copy(self._update(backend, properties))

        def describe_services(
            backend: EC2ContainerServiceBackend, cluster: str, names: list[str]
        ) -> tuple[list[MotoService], list[dict[str, str]]]:
            with self._lock:
                services, failures = self._describe_moto(backend, cluster, names)
                return [copy.copy(service) for service in services], failures

        # moto makes its backends itself, from this very class.
        EC2ContainerServiceBackend.update_service = update_service
        EC2ContainerServiceBackend.describe_services = describe_services

    def _update(self, backend: EC2ContainerServiceBackend, properties: dict[str, Any]) -> MotoService:
        wanted = properties.get("task_definition")
        if wanted is None:
            return self._update_moto(backend, properties)
        definition = backend.describe_task_definition(wanted)
        if definition.status != "ACTIVE":
            raise EcsClientException("TaskDefinition is inactive")
        if definition.arn == self.seeded and self._scenario.rollback == "refused":
            self._note("refused", definition.arn)
            raise ECSException(
                "AccessDeniedException",
                f"User: arn:aws:iam::{ACCOUNT}:user/deployer is not authorized to perform: ecs:UpdateService on "
                f"resource: {definition.arn} because no identity-based policy allows the ecs:UpdateService action",
            )
        service = self._update_moto(backend, properties)
        service.task_definition = definition.arn
        if service is self._service:
            self._begin(service, definition)
        return service

    def _begin(self, service: MotoService, definition: TaskDefinition) -> None:
        assert self.running is not None
        self._turn += 1
        self._note("deploying", definition.arn)
        if definition.arn == self.running.task_definition:
            # Its tasks run already: what another deployment had begun is given up.
            self._complete()
            return
        completed = next(one for one in service.deployments if one["taskDefinition"] == self.running.task_definition)
        new = _deployment(completed, definition.arn, service.desired_count)
        service.deployments = [new, {**completed, "status": "ACTIVE"}]
        service.running_count, service.pending_count = service.desired_count, 0
        threading.Thread(target=self._roll_out, args=(self._turn, definition), daemon=True).start()

    def _roll_out(self, turn: int, definition: TaskDefinition) -> None:
        rollout = "ok" if definition.arn == self.seeded else self._scenario.rollout

        def is_superseded() -> bool:
            return self._turn != turn

        if rollout == "slow":
            time.sleep(SLOW_SECONDS)
        if is_superseded():
            return
        try:
            container = self._pull_all(definition)
            if rollout == "reverted":
                raise TaskFailure("tasks failed to start")
            if rollout == "never-stable":
                self._keep_failing(turn, definition.arn)
                return
            service = self._run(container, is_superseded)
        except (TaskFailure, OSError) as failure:
            self._revert(turn, definition.arn, str(failure))
            return
        self._settle(turn, Running(definition.arn, service))

    def _pull_all(self, definition: TaskDefinition) -> dict[str, Any]:
        containers = {one["name"]: one for one in definition.container_definitions}
        for container in containers.values():
            if container.get("image") not in self._known_images:
                self._images.pull(container.get("image", ""))
        return containers.get(self._scenario.container, {})

    def _run(self, container: dict[str, Any], is_superseded: Callable[[], bool]) -> Service:
        # Nobody built what the service ran before, and a task definition may do without the container.
        if not container or container.get("image") in self._known_images:
            return StandIn()
        return self._runner.run(container, is_superseded)

    def _settle(self, turn: int, running: Running) -> None:
        with self._lock:
            superseded = turn != self._turn
            replaced = running if superseded else self.running
            if not superseded:
                self.running = running
                self._complete()
        if replaced:
            replaced.service.stop()

    def _keep_failing(self, turn: int, arn: str) -> None:
        with self._lock:
            if turn == self._turn:
                self._say("has started 1 tasks, which keep stopping.")
                self._note("unstable", arn, "tasks keep stopping")

    def _revert(self, turn: int, arn: str, reason: str) -> None:
        with self._lock:
            if turn != self._turn or self.running is None:
                return
            self._note("reverted", arn, reason)
            self._say("rolling back to the deployment that completed before.")
            self._say(f"deployment failed: {reason}.")
            self._complete()

    def _complete(self) -> None:
        assert self.running is not None
        self._stand_complete()
        self._note("steady", self.running.task_definition)

    def _stand_complete(self) -> None:
        service, running = self._service, self.running
        assert service is not None and running is not None
        count = service.desired_count
        primary, *_ = service.deployments
        # A deployment keeps its name when it completes; the return to what ran before is a new one.
        completes = primary["taskDefinition"] == running.task_definition
        new = primary if completes else _deployment(service.deployments[-1], running.task_definition, count)
        new.update(rolloutState="COMPLETED", rolloutStateReason=f"ECS deployment {new['id']} completed.")
        new.update(runningCount=count, pendingCount=0)
        service.task_definition, service.deployments = running.task_definition, [new]
        service.running_count, service.pending_count = count, 0

    def _say(self, message: str) -> None:
        service = self._service
        assert service is not None
        number = len(service.events) + 1
        event = {"id": str(number), "createdAt": datetime.now(UTC), "message": f"(service {service.name}) {message}"}
        service.events = [event, *service.events]

    def _note(self, event: str, arn: str, reason: str | None = None) -> None:
        self._journals.append(
            "ecs", {"event": event, "taskDefinition": arn, **({} if reason is None else {"reason": reason})}
        )

    def _images_of(self, arn: str) -> dict[str, str]:
        containers = self._backend.describe_task_definition(arn).container_definitions
        return {one["name"]: one.get("image", "") for one in containers}


def _deployment(like: dict[str, Any], arn: str, count: int) -> dict[str, Any]:
    number, now = f"ecs-svc/{time.time_ns()}", datetime.now(UTC)
    return {
        **like,
        "id": number,
        "status": "PRIMARY",
        "taskDefinition": arn,
        "desiredCount": count,
        "runningCount": 0,
        "pendingCount": count,
        "failedTasks": 0,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": f"ECS deployment {number} in progress.",
        "createdAt": now,
        "updatedAt": now,
    }
