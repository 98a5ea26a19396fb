import { wouldRun } from "../../lint/moments.ts";
import type { Node } from "../../lint/node.ts";
import type { Trigger, Workflow } from "../../lint/workflow.ts";
import { type WorkflowName, workflowNames } from "../../model/workflow-name.ts";
import type { RepositoryContents } from "../../repository/contents.ts";
import { Expansion } from "./expand.ts";
import { weightOf } from "./kinds.ts";
import type { RoleRun, Roles, RunJob, SourceFile } from "./run.ts";

/** Which hand-written workflow does what, told by what starts it and what it runs, not by its name. */
export const rolesOf = async (
  files: readonly SourceFile[],
  branch: string,
  repository: RepositoryContents,
): Promise<Roles> => {
  const expansion = new Expansion(files, repository);
  const expanded = new Map<SourceFile, readonly RunJob[]>();
  for (const file of files) expanded.set(file, await expansion.jobs(file));
  const roles: { -readonly [Name in WorkflowName]?: RoleRun } = {};
  for (const role of workflowNames) {
    const candidates = files
      .map(file => candidate(file, role, branch, expanded.get(file) ?? []))
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.rank - a.rank || b.weight - a.weight || (a.file.path < b.file.path ? -1 : 1));
    // One that only people start by hand is beside the others, not a part of them.
    const chosen = candidates.filter(({ rank }) => rank > 1 || rank === candidates[0]?.rank);
    if (chosen.length === 0) continue;
    const jobs = chosen.flatMap(one => one.jobs);
    roles[role] = { role, files: chosen.map(({ file }) => file), jobs, steps: jobs.flatMap(({ steps }) => steps) };
  }
  return roles;
};

interface Candidate {
  readonly file: SourceFile;
  readonly jobs: readonly RunJob[];
  /** How surely what starts it is what starts such a workflow. */
  readonly rank: number;
  readonly weight: number;
}

const candidate = (file: SourceFile, role: WorkflowName, branch: string, all: readonly RunJob[]): Candidate => {
  const event = eventOf(file.workflow, role, branch);
  const jobs = event ? ranBy(all, event, branch) : [];
  return { file, jobs, rank: event?.rank ?? 0, weight: weightOf[role](jobs.flatMap(({ steps }) => steps)) };
};

interface StartingEvent {
  readonly name: string;
  readonly ref: string | undefined;
  readonly rank: number;
}

const eventOf = ({ triggers }: Workflow, role: WorkflowName, branch: string): StartingEvent | undefined => {
  const named = (...events: readonly string[]) => triggers.find(({ event }) => events.includes(event));
  const push = named("push");
  const ref = `refs/heads/${branch}`;
  switch (role) {
    case "ci":
      if (named("pull_request")) return { name: "pull_request", ref: undefined, rank: 3 };
      if (push && startsOnOtherBranches(push, branch)) return { name: "push", ref: undefined, rank: 2 };
      return named("pull_request_target", "merge_group") && { name: "pull_request_target", ref: undefined, rank: 2 };
    case "cd": {
      if (push && startsOn(push, branch)) return { name: "push", ref, rank: 4 };
      const other = named("release", "workflow_run") ?? push;
      if (other) return { name: other.event, ref: undefined, rank: 3 };
      // What runs on a schedule can be started by hand to try it.
      if (named("schedule")) return undefined;
      return named("workflow_dispatch", "repository_dispatch") && { name: "workflow_dispatch", ref, rank: 1 };
    }
    case "nightly":
      return named("schedule") && { name: "schedule", ref, rank: 2 };
  }
};

const filters = ({ node }: Trigger, key: string): readonly Node[] | undefined => node?.get(key)?.items;

/** Whether a push to a branch starts it, as far as plain names and `*` tell. */
const startsOn = (push: Trigger, branch: string): boolean => {
  const [only, not] = [filters(push, "branches"), filters(push, "branches-ignore")];
  if (only) return only.some(({ text }) => text === branch || text === "**" || (text === "*" && !branch.includes("/")));
  if (not) return !not.some(({ text }) => text === branch || text === "**");
  return filters(push, "tags") === undefined && filters(push, "tags-ignore") === undefined;
};

const startsOnOtherBranches = (push: Trigger, branch: string): boolean => {
  const only = filters(push, "branches");
  if (only) return only.some(({ text }) => text !== branch && !text.startsWith("!"));
  return startsOn(push, branch) || filters(push, "branches-ignore") !== undefined;
};

/** The jobs, and the steps of them, that an event can run, whether or not all goes well. */
const ranBy = (jobs: readonly RunJob[], { name, ref }: StartingEvent, branch: string): readonly RunJob[] => {
  const read = ([context, property]: readonly (string | undefined)[]) => {
    if (context !== "github") return undefined;
    if (property === "event_name") return name;
    if (property === "ref") return ref ?? (name === "pull_request" ? "refs/pull/1/merge" : undefined);
    return property === "ref_name" && ref !== undefined ? branch : undefined;
  };
  const mayRun = (condition: Node | undefined) =>
    (["success", "failure"] as const).some(status => wouldRun(condition, { status, read }) !== false);
  const isReached = ({ job, calledBy }: RunJob): boolean => mayRun(job.if) && (!calledBy || isReached(calledBy));
  return jobs.filter(isReached).map(job => {
    const kept: RunJob["steps"] = job.steps.filter(
      run => mayRun(run.step.if) && (!run.calledBy || mayRun(run.calledBy.step.if)),
    );
    return { ...job, steps: kept };
  });
};

/** The branch that deliveries start from: the one that pushes to it start most, `main` where none says so. */
export const defaultBranchOf = (
  files: readonly SourceFile[],
): { readonly name: string; readonly node?: Node; readonly file?: SourceFile } => {
  const named = files.flatMap(file => {
    const push = file.workflow.trigger("push");
    return push ? (filters(push, "branches") ?? []).map(node => ({ file, node, name: node.literal ?? "" })) : [];
  });
  const others = files.flatMap(file =>
    ["push", "pull_request"].flatMap(event => {
      const trigger = file.workflow.trigger(event);
      const nodes = trigger && (event === "push" ? filters(trigger, "branches-ignore") : filters(trigger, "branches"));
      return (nodes ?? []).map(node => ({ file, node, name: node.literal ?? "" }));
    }),
  );
  const plain = [...named, ...others].filter(({ name }) => /^[\w./-]+$/.test(name));
  const usual = ["main", "master", "trunk", "production", "develop"];
  const found = usual.flatMap(name => plain.find(one => one.name === name) ?? [])[0] ?? plain[0];
  return found ?? { name: "main" };
};
