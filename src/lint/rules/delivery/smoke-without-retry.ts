import { deployingSteps, stepsAfterDeployment } from "../../delivery.ts";
import { commandsIn } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import { requestsOf } from "../../service-requests.ts";
import type { Step } from "../../workflow.ts";
import { capture, deploy, deployJob, rollback, smoke } from "./example.ts";

export const smokeWithoutRetry = defineRule({
  id: "pipeline/smoke-without-retry",
  severity: "warning",
  summary: "A smoke test asks only once, right after the deployment.",
  why: "While the load balancer drains the old tasks and the new ones load their model, single requests fail. One such answer turns the job red and rolls back a deployment that was about to be healthy.",
  hint: "add `--retry 10 --retry-all-errors --retry-delay 6 --max-time 15`, or ask in a loop",
  reference: "https://curl.se/docs/manpage.html#--retry-all-errors",
  examples: {
    kind: "job",
    bad: deployJob(capture, deploy, smoke.replace(" --retry 10 --retry-all-errors", ""), rollback),
    good: deployJob(capture, deploy, smoke, rollback),
  },
  check: (workflow, report) => {
    const asked = new Set<string>();
    const deploying = new Set(deployingSteps(workflow).map(({ job }) => job.id.toLowerCase()));
    for (const step of stepsAfterDeployment(workflow)) {
      const { job } = step;
      const isNext =
        deploying.has(job.id.toLowerCase()) || job.needs.some(({ text }) => deploying.has(text.toLowerCase()));
      const [first] = requestsOf(step);
      if (!isNext || asked.has(job.id) || (!first && !pauses(step))) continue;
      asked.add(job.id);
      if (!first || pauses(step)) continue;
      const { command, call } = first;
      const isRepeated = command.repeated || command.inFunction !== undefined || [...call.options.keys()].some(isRetry);
      if (!isRepeated && call.certain && !call.options.has("config") && !isFollowedByAnother(first.command.otherwise))
        report(command.program.place, "the service is asked only once, and right after it has changed");
    }
  },
});

const isRetry = (option: string): boolean => option.startsWith("retry");

/** Whether a failure leads to something else than the end: another attempt, a pause. */
const isFollowedByAnother = (otherwise: readonly { readonly name: string | undefined }[] | undefined): boolean =>
  otherwise?.some(({ name }) => name === "curl" || name === "sleep") ?? false;

/** Whether it gives the service time in a way of its own. */
const pauses = (step: Step): boolean =>
  step.uses?.kind === "local" ||
  /wait|retry|health/i.test(step.uses?.action ?? "") ||
  commandsIn(step).some(
    ({ name = "", program, args }) =>
      name === "sleep" ||
      /wait|retry|poll/i.test(program.text) ||
      (name !== "aws" && name !== "curl" && args.some(({ text }) => /wait|retry|poll/i.test(text))),
  );
