import { createHash } from "node:crypto";
import { homedir } from "node:os";
import type { YAMLMap } from "yaml";
import { isMap, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Lock } from "../../src/actions/lock.ts";
import type { WorkflowName } from "../../src/model/workflow-name.ts";

/** What a job's output may carry: the runner blanks an output that holds the value of any secret. */
const OUTPUTS = ["digest", "promote", "retrain"];

/**
 * What every generated workflow obeys, read from its text alone; nothing here asks the generator.
 * Returns a line for each thing that does not hold.
 */
export const broken = (name: WorkflowName, text: string, lock: Lock): readonly string[] => {
  const document = parseDocument(text);
  const found: string[] = document.errors.map(({ message }) => message);
  const require = (holds: boolean, finding: string) => {
    if (!holds) found.push(finding);
  };
  const root = document.contents;
  if (!isMap(root)) return [...found, "the workflow is no mapping"];
  const workflow = document.toJS() as WorkflowFile;

  const [, , third = "", , ...body] = text.split("\n");
  const hash = createHash("sha256").update(body.join("\n")).digest("hex");
  require(third === `# Body: sha256 ${hash}`, "the header's hash is not that of the body");
  require(!text.includes("\r") && text.endsWith("\n") && !text.endsWith("\n\n"), "line ends");
  require(Buffer.byteLength(text) < 500_000, "the file is too large");
  require(![process.cwd(), homedir()].some(path => text.includes(path)), "a path of this machine");
  require(!/# (zizmor|actionlint|shellcheck|ghalint):? ?(ignore|disable)/.test(text), "a finding is silenced");

  require(typeof workflow.name === "string" && workflow.name !== "", "the workflow has no name");
  require(isMap(root.get("permissions")) && mapOf(root, "permissions").items.length === 0, "permissions at the top");
  require(typeof workflow.concurrency?.group === "string", "no concurrency group");
  require(typeof workflow.concurrency?.["cancel-in-progress"] === "boolean", "no cancel-in-progress");
  require(Object.keys(workflow.on).every(event =>
    ["push", "pull_request", "schedule", "workflow_dispatch"].includes(event),
  ), "an event that runs foreign code with secrets");

  for (const [id, job] of Object.entries(workflow.jobs)) {
    const jobNode = mapOf(mapOf(root, "jobs"), id);
    require(Boolean(job.name), `${id}: no name`);
    require(Number.isInteger(job["timeout-minutes"]), `${id}: no timeout`);
    require(isCondition(job.if), `${id}: a condition with text around it`);
    require(isMap(jobNode.get("permissions")), `${id}: no permissions`);
    for (const { key, value } of isMap(jobNode.get("permissions")) ? mapOf(jobNode, "permissions").items : [])
      require(isScalar(value) && Boolean(value.comment?.trim()), `${id}: ${key}: a permission without its reason`);
    for (const [output, value] of Object.entries(job.outputs ?? {}))
      require(OUTPUTS.includes(output) &&
        /^\$\{\{ steps\.[\w-]+\.outputs\.[\w-]+ \}\}$/.test(value), `${id}: output ${output}`);
    const secret = job.steps.some(step => reads(step, "secrets"));
    require(!(secret && name === "ci"), `${id}: a secret in ci`);
    require(!secret || job.environment !== undefined, `${id}: a secret without an environment`);
    require(!reads({ ...job, steps: [] }, "secrets"), `${id}: a secret outside its steps`);

    const steps = jobNode.get("steps");
    for (const [index, step] of job.steps.entries()) {
      const where = `${id}, step ${index + 1}`;
      require(Boolean(step.name), `${where}: no name`);
      require(Boolean(step.id), `${where}: no id`);
      require(!reads({ ...step, env: {}, with: {} }, "secrets"), `${where}: a secret outside env and with`);
      if (step.run !== undefined) {
        require(!step.run.includes("${{"), `${where}: an expression in a script`);
        require(/^set -euo pipefail$/m.test(step.run), `${where}: a script that goes on after errors`);
      } else {
        const node = isSeq(steps) ? (steps.items[index] as YAMLMap).get("uses", true) : undefined;
        const [, action = "", sha] = /^([^@]+)@([0-9a-f]{40})$/.exec(step.uses ?? "") ?? [];
        const pin = lock.actions.find(pin => `${action}/`.startsWith(`${pin.action}/`));
        require(pin !== undefined && pin.sha === sha, `${where}: not pinned as locked`);
        require(isScalar(node) && node.comment?.trim() === pin?.version, `${where}: a wrong version comment`);
        if (action === "actions/checkout")
          require(step.with?.["persist-credentials"] === false, `${where}: checkout keeps credentials`);
        if (name === "cd")
          require(!action.startsWith("actions/cache") &&
            Object.entries(step.with ?? {}).every(
              ([input, value]) => !/cache$/.test(input) || value === false,
            ), `${where}: a cache in a workflow that publishes`);
      }
      require(isCondition(step.if), `${where}: a condition with text around it`);
    }
  }
  visit(document, {
    Scalar: (_key, { value }) => {
      for (const [expression] of typeof value === "string" ? value.matchAll(/\$\{\{.*?\}\}/gs) : [])
        require(expression.length <= 21_000, "an expression that is too long");
    },
  });
  return found;
};

/** How the text looks to somebody who reads it; a config's own scripts may break it. */
export const unsightly = (text: string): readonly string[] =>
  text
    .split("\n")
    .flatMap((line, index) => [
      ...(line.includes("\t") ? [`${index + 1}: a tab`] : []),
      ...(/\s$/.test(line) ? [`${index + 1}: a trailing blank`] : []),
    ]);

interface StepEntry {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface WorkflowFile {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly name?: string;
        readonly if?: string;
        readonly "timeout-minutes"?: number;
        readonly environment?: unknown;
        readonly outputs?: Readonly<Record<string, string>>;
        readonly steps: readonly StepEntry[];
      }
    >
  >;
}

const mapOf = (map: YAMLMap, key: string): YAMLMap => {
  const value = map.get(key);
  if (!isMap(value)) throw new Error(`${key} is no mapping`);
  return value as YAMLMap;
};

/** Absent, or one expression: text around it makes a condition always true. */
const isCondition = (condition: string | undefined): boolean =>
  condition === undefined || /^\$\{\{ (?:(?!\}\}).)+ \}\}$/.test(condition);

/** Whether any expression within reads a context. */
const reads = (value: unknown, context: string): boolean =>
  typeof value === "string"
    ? [...value.matchAll(/\$\{\{.*?\}\}/gs)].some(([expression]) => new RegExp(`\\b${context}\\b`).test(expression))
    : typeof value === "object" && value !== null && Object.values(value).some(inner => reads(inner, context));
