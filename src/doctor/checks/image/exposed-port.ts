import { finalStages } from "../../../repository/docker/dockerfile.ts";
import { defineCheck } from "../../check.ts";
import { portOf, serviceOf } from "./service.ts";

export const exposedPort = defineCheck({
  id: "repository/exposed-port",
  severity: "note",
  summary: "The deployed image declares another port than its server listens on.",
  why: "`EXPOSE` is what people and tools take for the port of the container: a task definition or health check made from it asks where nobody answers.",
  hint: "name the same port in `EXPOSE` and in the start command",
  reference: "https://docs.docker.com/reference/dockerfile/#expose",
  examples: {
    bad: {
      Dockerfile: 'FROM python:3.11-slim\nCOPY . .\nEXPOSE 8080\nCMD ["uvicorn", "demo.serve:app", "--port", "8000"]\n',
    },
    good: {
      Dockerfile: 'FROM python:3.11-slim\nCOPY . .\nEXPOSE 8000\nCMD ["uvicorn", "demo.serve:app", "--port", "8000"]\n',
    },
  },
  check: (context, report) => {
    const service = serviceOf(context);
    const port = service && portOf(service.start);
    const stages = service?.build.dockerfile ? finalStages(service.build.dockerfile) : [];
    const exposed = stages.flatMap(({ expose }) => expose);
    const [first] = exposed;
    if (port === undefined || !first || exposed.some(one => one.port === port)) return;
    report(
      first.spot,
      `this declares port ${first.port}, and the server of image \`${service?.build.image.name}\` listens on ${port}`,
    );
  },
});
