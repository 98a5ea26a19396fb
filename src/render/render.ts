import { Document } from "yaml";
import type { Pins } from "../actions/lock.ts";
import type { Key } from "../model/availability.ts";
import type { Expression, Value } from "../model/expression.ts";
import type { Permissions } from "../model/permission.ts";
import { permissionScopes } from "../model/permission.ts";
import type { Step } from "../model/step.ts";
import type { BranchFilter, Concurrency, Job, RunsOn, Triggers, Workflow } from "../model/workflow.ts";
import type { Node } from "./yaml.ts";
import { above, aboveItem, block, commented, inlineSequence, mapping, script, scriptTag, sequence } from "./yaml.ts";

/** What `set` every script begins with: the runner's own shell options leave unset variables and pipes unnoticed. */
const STRICT = "set -euo pipefail\n";

/**
 * The text of a workflow file, without its header: keys in a fixed order, two spaces, LF, a final newline.
 * Every action must have a pin.
 */
export const renderWorkflow = (workflow: Workflow, pins: Pins): string => {
  const jobs = mapping(workflow.jobs.map(job => [job.id, renderJob(job, pins)]));
  workflow.jobs.forEach((job, index) => {
    above(jobs, job.id, job.comment, index > 0);
  });
  const root = mapping([
    ["name", workflow.name],
    ["on", triggers(workflow.on)],
    ["permissions", mapping([])],
    ["concurrency", concurrency(workflow.concurrency)],
    ["jobs", jobs],
  ]);
  above(root, "name", workflow.comment, false);
  for (const key of ["on", "concurrency", "jobs"]) above(root, key, undefined);
  above(root, "permissions", "Nothing by default: each job names what its token may do, and why.");
  return new Document(root, { customTags: [scriptTag] }).toString({ lineWidth: 0, flowCollectionPadding: false });
};

const triggers = (on: Triggers): Node =>
  mapping([
    ["push", on.push && filter(on.push)],
    ["pull_request", on.pullRequest && filter(on.pullRequest)],
    [
      "schedule",
      on.schedule &&
        sequence(
          on.schedule.map(({ cron, timezone }) =>
            mapping([
              ["cron", plain(cron)],
              ["timezone", timezone === undefined ? undefined : plain(timezone)],
            ]),
          ),
        ),
    ],
    [
      "workflow_dispatch",
      on.workflowDispatch &&
        mapping([
          [
            "inputs",
            on.workflowDispatch.length === 0
              ? undefined
              : mapping(
                  on.workflowDispatch.map(input => [
                    input.id,
                    mapping([
                      ["description", plain(input.description)],
                      ["type", input.type],
                      ["default", input.default],
                    ]),
                  ]),
                ),
          ],
        ]),
    ],
  ]);

const filter = ({ branches, branchesIgnore, paths }: BranchFilter): Node =>
  mapping([
    ["branches", branches && inlineSequence(branches.map(plain))],
    ["branches-ignore", branchesIgnore && inlineSequence(branchesIgnore.map(plain))],
    ["paths", paths && sequence(paths.map(plain))],
  ]);

const renderJob = (job: Job, pins: Pins): ReturnType<typeof mapping> => {
  const steps = sequence(job.steps.map(step => renderStep(step, pins)));
  job.steps.forEach((step, index) => {
    aboveItem(steps.items[index], step.comment, index > 0);
  });
  return mapping([
    ["name", plain(job.name)],
    ["needs", job.needs?.length ? inlineSequence(job.needs.map(({ id }) => id)) : undefined],
    ["if", job.if && condition(job.if)],
    ["runs-on", runsOn(job.runsOn)],
    ["environment", job.environment === undefined ? undefined : plain(job.environment)],
    ["timeout-minutes", job.timeoutMinutes],
    ["permissions", permissions(job.permissions)],
    ["concurrency", job.concurrency && concurrency(job.concurrency)],
    ["outputs", job.outputs && values(job.outputs)],
    [
      "defaults",
      job.workingDirectory === undefined
        ? undefined
        : mapping([["run", mapping([["working-directory", plain(job.workingDirectory)]])]]),
    ],
    ["steps", steps],
  ]);
};

const runsOn = ({ labels, group }: RunsOn): Node => {
  const names = labels.length === 1 ? plain(labels[0] as string) : inlineSequence(labels.map(plain));
  return group === undefined
    ? names
    : mapping([
        ["group", plain(group)],
        ["labels", labels.length > 0 ? names : undefined],
      ]);
};

const permissions = (granted: Permissions): Node =>
  mapping(
    permissionScopes.map(scope => {
      const permission = granted[scope];
      return [scope, permission && commented(permission.access, plain(permission.reason))];
    }),
  );

const concurrency = ({ group, cancelInProgress }: Concurrency): Node =>
  mapping([
    ["group", value(group)],
    ["cancel-in-progress", cancelInProgress],
  ]);

const renderStep = (step: Step, pins: Pins): Node =>
  mapping([
    ["name", plain(step.name)],
    ["id", step.id],
    ["if", step.if && condition(step.if)],
    ["continue-on-error", step.continueOnError || undefined],
    ["timeout-minutes", step.timeoutMinutes],
    ["uses", step.kind === "action" ? pinned(step.uses, pins) : undefined],
    ["with", step.kind === "action" && step.with ? values(step.with) : undefined],
    ["env", step.env ? values(step.env) : undefined],
    [
      "working-directory",
      step.kind === "run" && step.workingDirectory !== undefined ? plain(step.workingDirectory) : undefined,
    ],
    ["run", step.kind === "run" ? script(strict(step.run)) : undefined],
  ]);

const pinned = (action: string, pins: Pins): Node => {
  const pin = pins.of(action);
  if (!pin) throw new Error(`no pin for ${action}`);
  return commented(`${action}@${pin.sha}`, pin.version);
};

/** A script's own `set -euo pipefail` stays where its author put it, behind the comment that explains the script. */
const strict = (text: string): string =>
  plain(/^set -euo pipefail$/m.test(text) ? text : `${STRICT}${text}${text.endsWith("\n") ? "" : "\n"}`);

const values = (entries: Readonly<Record<string, Value<Key>>>): Node | undefined =>
  Object.keys(entries).length > 0
    ? mapping(Object.entries(entries).map(([key, entry]) => [key, value(entry)]))
    : undefined;

const value = (given: Value<Key>): Node => {
  if (typeof given !== "object") return typeof given === "string" ? lines(plain(given)) : given;
  return lines(
    given.kind === "expression"
      ? code(given)
      : given.parts.map(part => (typeof part === "string" ? plain(part) : code(part))).join(""),
  );
};

const lines = (text: string): Node => (text.includes("\n") ? block(text) : text);

const code = ({ source }: Expression): string => `\${{ ${source} }}`;
const condition = (expression: Expression): Node => code(expression);

/** The one hole of the typed model: an expression typed inside a string. */
const plain = (text: string): string => {
  if (text.includes("${{")) throw new Error(`an expression inside plain text: ${text}`);
  return text;
};
