import type { Access, Expression } from "./expression.ts";
import { flows } from "./expression.ts";
import type { Entry, Node } from "./node.ts";
import type { Step } from "./workflow.ts";

/**
 * What a value may be when a step gets it: `fixed`, a number, a hash or a word of a known form; `open`, a text of unknown form
 * of this repository's own people and programs; `secret`; `input`, free text of whoever starts the run; `stranger`, free text
 * of anyone on GitHub.
 */
export type Trust = "fixed" | "open" | "secret" | "input" | "stranger";

const order: readonly Trust[] = ["fixed", "open", "secret", "input", "stranger"];

/**
 * Texts that strangers write: titles, bodies, branch names of forks, commit messages and authors.
 * https://docs.github.com/actions/concepts/security/script-injections
 */
const strangers: readonly (readonly string[])[] = [
  "github.head_ref",
  ...["issue", "pull_request", "discussion"].flatMap(of => [`github.event.${of}.title`, `github.event.${of}.body`]),
  ...["comment", "review", "review_comment", "answer"].map(of => `github.event.${of}.body`),
  ...["ref", "label", "repo.default_branch", "repo.description", "repo.homepage"].map(
    name => `github.event.pull_request.head.${name}`,
  ),
  ...["commits.*", "head_commit", "workflow_run.head_commit"].flatMap(of =>
    ["message", "author.name", "author.email", "committer.name", "committer.email"].map(
      name => `github.event.${of}.${name}`,
    ),
  ),
  ...["head_branch", "display_title", "head_repository.description", "pull_requests.*.head.ref"].map(
    name => `github.event.workflow_run.${name}`,
  ),
  "github.event.check_suite.head_branch",
  "github.event.check_run.check_suite.head_branch",
  "github.event.pages.*.page_name",
  "github.event.changes.title.from",
  "github.event.changes.body.from",
].map(path => path.split("."));

/** Whether a property is one of those, or an object that holds one. */
const isStrangers = ({ path }: Access): boolean =>
  strangers.some(names =>
    names.every((name, index) => {
      const part = path[index];
      return index >= path.length || part === undefined || part === "*" || name === "*" || part === name;
    }),
  );

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context */
const fixedOfGithub: ReadonlySet<string> = new Set([
  ...[
    "action",
    "action_path",
    "action_ref",
    "action_repository",
    "action_status",
    "actor",
    "actor_id",
    "api_url",
    "env",
  ],
  ...["event_name", "event_path", "graphql_url", "job", "output", "path", "ref_protected", "ref_type", "repository"],
  ...["repository_id", "repository_owner", "repository_owner_id", "repositoryurl", "retention_days", "run_attempt"],
  ...["run_id", "run_number", "secret_source", "server_url", "sha", "state", "step_summary", "triggering_actor"],
  ...["workflow_sha", "workspace"],
]);

/** Properties that are numbers, hashes, dates, names of accounts or single words in every event that has them. */
const fixedOfEvents: ReadonlySet<string> = new Set([
  ...["action", "after", "author_association", "before", "conclusion", "created_at", "draft", "full_name", "head_sha"],
  ...["id", "login", "merge_commit_sha", "merged", "node_id", "number", "run_attempt", "run_number", "sha", "state"],
  ...["status", "type", "updated_at"],
]);

/** What a value of an expression in a step may be at worst, and the property that makes it so; none where nothing flows into it. */
export const worstOf = (
  expression: Pick<Expression, "tree">,
  step: Step,
): { readonly access: Access; readonly trust: Trust } | undefined => {
  let worst: { readonly access: Access; readonly trust: Trust } | undefined;
  for (const access of flows(expression.tree)) {
    const trust = trustIn(access, step);
    if (!worst || order.indexOf(trust) > order.indexOf(worst.trust)) worst = { access, trust };
  }
  return worst;
};

const trustIn = (access: Access, step: Step): Trust => {
  const [context, ...names] = access.path;
  const name = names[0];
  switch (context) {
    case "github":
      if (isStrangers(access)) return "stranger";
      if (name === "token") return "secret";
      if (name === "event") return trustInEvent(names.slice(1), step);
      return name !== undefined && fixedOfGithub.has(name) ? "fixed" : "open";
    case "secrets":
      return "secret";
    case "inputs":
      return trustInInput(name, step);
    case "env":
      return trustInVariable(name, step);
    case "matrix":
      return trustInMatrix(name, step);
    case "steps":
    case "needs":
      return ["outcome", "conclusion", "result"].includes(names[1] ?? "") ? "fixed" : "open";
    case "runner":
    case "strategy":
    case "job":
      return "fixed";
    default:
      return "open";
  }
};

const trustInEvent = (names: readonly (string | undefined)[], step: Step): Trust => {
  if (names[0] === "inputs") return trustInInput(names[1], step);
  if (names[0] === "client_payload") return "input";
  return fixedOfEvents.has(names.at(-1) ?? "") ? "fixed" : "open";
};

/** Free text, unless every event that has the input says otherwise. */
const trustInInput = (name: string | undefined, { job: { workflow } }: Step): Trust => {
  const declared = ["workflow_dispatch", "workflow_call"].flatMap(event => {
    const inputs = workflow.trigger(event)?.node?.get("inputs")?.entries ?? [];
    return inputs.filter(({ key }) => name === undefined || key.toLowerCase() === name);
  });
  const isFixed = ({ value }: Entry) => /^(?:boolean|number|choice)$/.test(value.get("type")?.text ?? "");
  return name !== undefined && declared.length > 0 && declared.every(isFixed) ? "fixed" : "input";
};

/** What the file says the variable is; a step before may have changed that, but only to something of this repository. */
export const trustInVariable = (name: string | undefined, step: Step): Trust => {
  const scopes = [step.env, step.job.env, step.job.workflow.env];
  const wanted = name?.toLowerCase();
  const value = scopes.map(env => env.find(({ key }) => key.toLowerCase() === wanted)?.value).find(Boolean);
  return value ? trustInNode(value, step, "env") : "open";
};

const trustInMatrix = (name: string | undefined, step: Step): Trust => {
  const matrix = step.job.node.get("strategy")?.get("matrix");
  if (!matrix?.isMapping || name === undefined) return "open";
  const lines = [matrix, ...(matrix.get("include")?.items ?? [])];
  const values = lines.flatMap(line => line.entries).filter(({ key }) => key.toLowerCase() === name);
  const isOpen = values.length === 0 || (matrix.get("include")?.expressions ?? []).length > 0;
  return values.map(({ value }) => trustInNode(value, step, "matrix")).reduce(graver, isOpen ? "open" : "fixed");
};

/** Of the text of a value. One that reads the context it is itself part of is not followed further. */
const trustInNode = (node: Node, step: Step, context: string): Trust =>
  node.expressions
    .flatMap(({ tree }) => flows(tree))
    .map(access => (access.path[0] === context ? "open" : trustIn(access, step)))
    .reduce<Trust>(graver, "fixed");

const graver = (one: Trust, other: Trust): Trust => (order.indexOf(other) > order.indexOf(one) ? other : one);
