import type { WorkflowName } from "../../model/workflow-name.ts";
import { commandsOf } from "./commands.ts";
import type { Landmark } from "./ledger.ts";
import type { Context } from "./readers.ts";
import type { RoleRun, RunJob } from "./run.ts";
import { configValue, nodeValue, nodeValues, textIn } from "./values.ts";

/** The jobs of the generated workflows in whose place one of hand stands, the most important first. */
const ORDER = ["quality", "refresh", "train", "deploy", "promote", "image", "retrain", "notify"] as const;
type Part = (typeof ORDER)[number];

/** Which parts of the generated workflows a job does. */
export const partsOf = (job: RunJob, role: WorkflowName, { ledger }: Context): readonly Part[] => {
  const marks = job.steps.flatMap(run => [
    ledger.landmarkOf(run),
    ...commandsOf(run).map(({ command }) => ledger.landmarkOf(command)),
  ]);
  const found = new Set(
    marks
      .filter((mark): mark is Landmark => mark?.workflow === role)
      .map(mark => mark.job.replace(/^image-.*/, "image")),
  );
  // To install is a part of every job.
  const installs = marks.every(mark => mark === undefined || ["python", "venv", "install"].includes(mark.step));
  return installs ? [] : ORDER.filter(part => found.has(part));
};

/** What is said of jobs as a whole: where they run, how long, in which environment, beside what. */
export const readJobs = (context: Context): void => {
  for (const role of ["cd", "nightly", "ci"] as const) {
    const run = context.roles[role];
    if (!run) continue;
    const placed = run.jobs
      .map(job => ({ job, parts: partsOf(job, role, context) }))
      .filter(({ parts }) => parts.length > 0)
      .sort((a, b) => ORDER.indexOf(a.parts[0] as Part) - ORDER.indexOf(b.parts[0] as Part));
    for (const { job, parts } of placed) readJob(job, parts, run, context);
  }
};

const readJob = (job: RunJob, parts: readonly Part[], { role }: RoleRun, context: Context): void => {
  readRunner(job, role, context);
  readTimeout(job, parts, context);
  readEnvironment(job, parts, role, context);
  tellSurroundings(job, role, context);
};

const readRunner = (run: RunJob, role: WorkflowName, { ledger }: Context): void => {
  const { job, file } = run;
  const node = job.node.get("runs-on");
  if (!node) return;
  const spot = file.spot(node.place);
  const group = node.get("group")?.literal;
  const labels = [...new Set(job.runsOn.flatMap(label => nodeValues(label, run).map(textIn)))];
  const known = labels.flatMap(label => label ?? []);
  if (known.length < labels.length) {
    ledger.lose(
      spot,
      `which runner \`${node.text || "this"}\` is, is only known at run time`,
      `name it in \`runners.${role}\``,
    );
    return;
  }
  const isMatrix = job.runsOn.some(label => nodeValues(label, run).length > 1);
  const linux = known.filter(label => !/^(?:windows|macos)-/i.test(label));
  for (const label of known.filter(other => !linux.includes(other)))
    ledger.lose(
      spot,
      `a job runs on \`${label}\``,
      `the generated jobs are bash on Linux: add one for it with \`extend.${role}.jobs\``,
    );
  // One that GitHub has switched off is told as what it is.
  if (file.faults.within(node.place)) return;
  const [first, ...others] = linux;
  if (first === undefined && group === undefined) return;
  const isOwn = group !== undefined || (isMatrix ? [first ?? ""] : linux).some(label => !/^ubuntu-/.test(label));
  if (role === "ci" && isOwn) {
    ledger.lose(
      spot,
      "ci runs on machines of your own or on a group of runners, where any pull request can run its code",
      "set `runners.ci`, and `runners.allowSelfHostedPullRequests` if only people you trust can open pull requests",
    );
    return;
  }
  if (isMatrix && others.length > 0)
    ledger.lose(
      spot,
      `the jobs of a matrix run on ${others.map(label => `\`${label}\``).join(", ")} too`,
      `add a job for each other runner with \`extend.${role}.jobs\``,
    );
  const single = isMatrix || linux.length === 1 ? first : linux;
  ledger.carry(
    ["runners", role],
    group === undefined ? single : { group, ...(linux.length > 0 && { labels: linux }) },
    spot,
  );
};

const readTimeout = ({ job, file }: RunJob, parts: readonly Part[], { ledger }: Context): void => {
  const node = job.node.get("timeout-minutes");
  if (!node) return;
  const minutes = node.literal === undefined ? Number.NaN : Number(node.literal);
  const [part] = parts;
  const spot = file.spot(node.place);
  if (part === undefined || !Number.isInteger(minutes)) {
    ledger.lose(spot, `\`timeout-minutes: ${node.text}\` is not a number that is written down`, "set `timeouts`");
    return;
  }
  const stability = ledger.value("deploy", "stabilityMinutes");
  const least = 2 * (typeof stability === "number" ? stability : 30);
  if (part === "deploy" && minutes < least)
    ledger.lose(
      spot,
      `the job that deploys is ended after ${minutes} minutes, which is too short for a deployment and its rollback`,
      "leave `timeouts.deploy` out: it follows from `deploy.stabilityMinutes`",
    );
  else ledger.carry(["timeouts", part], minutes, spot);
};

const FIELD_OF: Readonly<Partial<Record<Part, readonly string[]>>> = {
  train: ["environments", "train"],
  deploy: ["deploy", "environment"],
  promote: ["promote", "environment"],
  refresh: ["environments", "nightly"],
  notify: ["environments", "notify"],
};

const readEnvironment = (run: RunJob, parts: readonly Part[], role: WorkflowName, { ledger }: Context): void => {
  const { job, file } = run;
  const node = job.environment;
  if (!node) return;
  const name = node.isMapping ? node.get("name") : node;
  const value = configValue(nodeValue(name, run));
  const spot = file.spot((name ?? node).place);
  const fields = parts.flatMap(part => (FIELD_OF[part] ? [FIELD_OF[part]] : []));
  if (typeof value !== "string")
    ledger.lose(
      spot,
      "the environment is only known at run time",
      "name it in `deploy.environment`, `promote.environment` or `environments`",
    );
  else if (fields.length === 0)
    ledger.lose(
      spot,
      `the job \`${job.id}\` runs in the environment \`${value}\``,
      `the generated job has none, since it reads no secret: name one for a job of your own with \`extend.${role}.jobs\``,
    );
  else for (const field of fields) ledger.carry(field, value, spot);
  const url = node.get("url");
  if (url)
    ledger.lose(
      file.spot(url.place),
      `the environment shows the address \`${url.text}\``,
      "no field has it: GitHub shows the commit and the run",
    );
};

/** What of a job no field has. */
const tellSurroundings = (run: RunJob, role: WorkflowName, { ledger }: Context): void => {
  const { job, file } = run;
  const { node } = job;
  const own = `extend.${role}.jobs`;
  const container = node.get("container");
  if (container) {
    const image = container.isMapping ? container.get("image") : container;
    const text = textIn(nodeValue(image, run)) ?? image?.text ?? "";
    const [, version] = /(?:^|\/)python:(3\.\d{1,2}(?:\.\d{1,2})?)(?:-|$)/.exec(text) ?? [];
    if (version !== undefined && image) ledger.carry(["python", "version"], version, file.spot(image.place));
    ledger.lose(
      file.spot(container.place),
      `the job \`${job.id}\` runs in the container \`${text}\``,
      "the generated jobs run on the runner itself: install what the container has with `python.install`, or name a runner that has it in `runners`",
    );
  }
  for (const { key, keyPlace, value } of node.get("services")?.entries ?? [])
    ledger.lose(
      file.spot(keyPlace),
      `the job \`${job.id}\` has the service \`${key}\`${value.get("image") ? ` (\`${value.get("image")?.text ?? ""}\`)` : ""} beside it`,
      role === "ci"
        ? "start it with `docker run` in a step before the tests, with `extend.ci.quality.before.test`"
        : `start it with \`docker run\` in a step of \`extend.${role}\``,
    );
  const matrix = node.get("strategy")?.get("matrix");
  if (matrix) {
    const axes = matrix.entries.map(({ key }) => key).filter(key => !/^(?:include|exclude)$/.test(key));
    const isRead = axes.length > 0 && axes.every(key => /python|^os$|runner|image|docker/i.test(key));
    if (!isRead)
      ledger.lose(
        file.spot(matrix.place),
        `the job \`${job.id}\` runs once for each ${axes.join(" and ") || "entry"} of a matrix`,
        `the generated jobs run once: add jobs with \`${own}\``,
      );
  }
  for (const { key, keyPlace, value } of job.permissions?.scopes ?? [])
    if (!isGranted(key, value.text, role)) tellScope(key, value.text, file.spot(keyPlace), job.id);
  const shell = node.get("defaults")?.get("run")?.get("shell");
  if (shell && !/^bash\b/.test(shell.text))
    ledger.lose(
      file.spot(shell.place),
      `scripts of the job \`${job.id}\` run in \`${shell.text}\``,
      "the generated ones run in bash",
    );

  function tellScope(scope: string, level: string, spot: ReturnType<typeof file.spot>, id: string): void {
    ledger.lose(
      spot,
      `the job \`${id}\` may \`${level}\` the scope \`${scope}\``,
      `the generated jobs have what their own steps need: add it with \`permissions.${role}\` if a step of yours needs it, with its reason`,
    );
  }
};

/** Scopes that a generated workflow has where it needs them. */
export const isGranted = (scope: string, level: string, role: WorkflowName): boolean => {
  if (level === "none" || (scope === "contents" && level === "read")) return true;
  if (role !== "ci" && scope === "id-token") return true;
  if (role === "nightly" && scope === "actions") return true;
  return role === "cd" && (["packages", "attestations"].includes(scope) || level === "read");
};
