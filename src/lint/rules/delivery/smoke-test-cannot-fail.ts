import { stepsAfterDeployment } from "../../delivery.ts";
import { commandsOf, hasFlag } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { ShellCommand } from "../../script.ts";
import type { ServiceRequest } from "../../service-requests.ts";
import { requestsOf } from "../../service-requests.ts";
import type { Step } from "../../workflow.ts";
import { capture, deploy, deployJob, rollback, smoke } from "./example.ts";

export const smokeTestCannotFail = defineRule({
  id: "pipeline/smoke-test-cannot-fail",
  severity: "error",
  summary: "A smoke test asks the deployed service and passes whatever it answers.",
  why: "`curl` ends with 0 as soon as there is an answer, also a 500 from the load balancer, unless `--fail` is given; and a failure that is swallowed by `|| true`, by a pipe or by `continue-on-error` starts no rollback.",
  hint: "use `curl --fail-with-body --silent --show-error --retry 10 --retry-all-errors`, and let its failure fail the step",
  reference: "https://curl.se/docs/manpage.html#-f",
  examples: {
    kind: "job",
    bad: deployJob(capture, deploy, smoke.replace("-fsS", "-sS"), rollback),
    good: deployJob(capture, deploy, smoke, rollback),
  },
  check: (workflow, report) => {
    for (const step of stepsAfterDeployment(workflow)) {
      const requests = requestsOf(step);
      const [first] = requests;
      if (!first) continue;
      const tolerance = step.node.get("continue-on-error");
      if (tolerance?.literal === "true") {
        if (!isAskedFor(step))
          report(tolerance.place, `\`${step.label}\` asks the service, and its failure is ignored`);
        continue;
      }
      if (toleratesErrors(step) || requests.some(request => verdict(request) === "may-fail")) continue;
      for (const request of requests) {
        const told = verdict(request);
        if (told !== "unknown") report(request.command.program.place, told);
      }
    }
  },
});

/** Whether a condition, an output or another step asks how it ended. */
const isAskedFor = ({ id, job }: Step): boolean =>
  id !== undefined &&
  job.node.expressions.some(({ reads }) =>
    reads.some(({ path }) => path[0] === "steps" && path[1] === id.toLowerCase() && path[2] !== "outputs"),
  );

/** The script goes on after a failure, or it is not known whether it does. */
const toleratesErrors = (step: Step): boolean =>
  !["bash", "sh", undefined].includes(step.shell) ||
  commandsOf(step, "set").some(({ args }) => args.some(({ start }) => start.startsWith("+")));

/** `may-fail`, `unknown`, or what is wrong. */
const verdict = ({ step, command, call }: ServiceRequest): string => {
  const { otherwise, tolerated, pipedInto, repeated, inFunction, captured } = command;
  if (otherwise && otherwise.length > 0 && otherwise.every(isHarmless))
    return `\`|| ${otherwise.map(({ program }) => program.text).join(" ")}\` makes a success of every failure of this request`;
  const asksToFail = ["fail", "fail-with-body", "fail-early"].some(name => call.options.has(name));
  if (pipedInto && !repeated && !inFunction) {
    const isPassedOn = ["tee", "cat", "head", "tail"].includes(pipedInto.name ?? "");
    if (pipedInto.pipedInto || otherwise || (tolerated && captured)) return "unknown";
    if (isPassedOn && !step.script?.pipefail)
      return `the failure of this request is lost in the pipe to \`${pipedInto.name}\`: the script has no \`pipefail\``;
    if (pipedInto.name === "jq" && asksToFail && !step.script?.pipefail && !hasExitStatus(pipedInto))
      return "the failure of this request is lost in the pipe to `jq`, which accepts no input: the script has no `pipefail`";
    if (!isPassedOn) return "unknown";
  }
  if (tolerated || repeated || inFunction !== undefined || captured || !call.certain || call.options.has("config"))
    return "unknown";
  if (asksToFail) return "may-fail";
  return isLookedAt(step, command, call.options.get("output")?.[0]?.text) ? "unknown" : NO_FAIL;
};

const NO_FAIL = "without `--fail`, an answer of 500 is a success for curl";

const isHarmless = ({ name, args }: ShellCommand): boolean =>
  ["true", ":"].includes(name ?? "") || (["echo", "printf"].includes(name ?? "") && args.length > 0);

const hasExitStatus = ({ args }: ShellCommand): boolean =>
  args.some(({ text }) => text === "--exit-status" || /^-[a-zA-Z]*e[a-zA-Z]*$/.test(text)) ||
  args.some(({ text }) => /\berror\b|halt_error/.test(text)) ||
  hasFlag({ args } as ShellCommand, "--seq");

/** Whether the answer is written to a file that something reads afterwards. */
const isLookedAt = (step: Step, command: ShellCommand, output: string | undefined): boolean => {
  const files = [
    output,
    ...command.redirects.filter(({ operator }) => operator.startsWith(">")).map(({ target }) => target?.text),
  ]
    .flatMap(file => (file === undefined || file === "/dev/null" ? [] : file))
    .map(file => file.replace(/^["']|["']$/g, ""));
  const later = step.job.steps.slice(step.index + 1).map(({ run }) => run?.text ?? "");
  const own = step.run?.text ?? "";
  return files.some(file => own.split(file).length > 2 || later.some(text => text.includes(file)));
};
