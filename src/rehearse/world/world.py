"""The outside world of a rehearsal, on 127.0.0.1: `world.py SCENARIO.json`.

Prints `{"aws": PORT, "web": PORT}` when it is ready, and ends when its standard input is closed.
"""

import json
import sys
import threading
from pathlib import Path

from aws import TASK_KEY, object_store, serve_aws
from ecs import Deployments
from images import Images
from journal import Journals
from moto.core.exceptions import ServiceException
from scenario import Scenario, ScenarioError, read_scenario
from service import Runner
from web import serve_web


def main(arguments: list[str]) -> int:
    """Check the scenario, and be the world it describes; return the exit code."""
    if len(arguments) != 1:
        print("usage: world.py SCENARIO.json", file=sys.stderr)
        return 2
    try:
        run(read_scenario(Path(arguments[0])))
    except ScenarioError as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def run(scenario: Scenario) -> None:
    """Be the world of a scenario until standard input is closed."""
    try:
        scenario.state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ScenarioError(f"state: {error.strerror}") from error
    journals, images = Journals(scenario.state), Images(scenario.state)
    aws = serve_aws(journals)
    # The rights of the task, and no way to the real AWS.
    env = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws.server_port}",
        "AWS_ACCESS_KEY_ID": TASK_KEY,
        "AWS_SECRET_ACCESS_KEY": TASK_KEY,
        "AWS_REGION": scenario.region,
        "AWS_DEFAULT_REGION": scenario.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    runner = Runner(scenario.state, images, lambda: scenario.service_pythons, env)
    try:
        deployments = Deployments(scenario, journals, images, runner)
        if scenario.bucket is not None:
            object_store(scenario.region).create_bucket(scenario.bucket, scenario.region)
    except ServiceException as error:
        raise ScenarioError(error.message) from error
    except KeyError as error:
        raise ScenarioError(f"region: AWS has no {scenario.region}") from error
    web = serve_web(scenario, journals, deployments)
    for server in (aws, web):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"aws": aws.server_port, "web": web.server_port}), flush=True)
    try:
        while sys.stdin.buffer.read(4096):
            pass
    finally:
        runner.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
