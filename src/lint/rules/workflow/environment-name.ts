import type { RepositoryContents } from "../../../repository/contents.ts";
import type { Node } from "../../node.ts";
import type { RepositoryWorkflow } from "../../repository-workflows.ts";
import { dataAt, isRecord, keysOf, repositoryWorkflows } from "../../repository-workflows.ts";
import type { Report } from "../../rule.ts";
import { defineRule } from "../../rule.ts";

export const environmentName = defineRule({
  id: "workflow/environment-name",
  severity: "error",
  summary: "An environment has a name that GitHub does not take, or the same name in another spelling elsewhere.",
  why: "GitHub refuses an empty name and one over 255 characters. It ignores case: `Production` and `production` are one environment, with one set of secrets and reviewers, whatever the two spellings suggest.",
  hint: "spell each environment in one way, in at most 255 characters",
  reference: "https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments",
  examples: {
    kind: "job",
    bad: `staging:
  name: Staging
  environment: staging
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
check:
  name: Check
  environment: Staging
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `staging:
  name: Staging
  environment: staging
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
check:
  name: Check
  environment:
    name: staging
    deployment: false
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ jobs }, report, { file, repository }) => {
    const seen = new Map<string, { readonly name: string; readonly where: string }>();
    for (const { environment } of jobs) {
      const node = environment?.isMapping ? environment.get("name") : environment;
      if (!node) continue;
      const elsewhere = repository && otherSpelling(node.text, file.path, repository);
      if (elsewhere) seen.set(node.text.toLowerCase(), elsewhere);
      checkName(node, seen, report);
    }
  },
});

const checkName = (
  node: Node,
  seen: Map<string, { readonly name: string; readonly where: string }>,
  report: Report,
): void => {
  const { literal, place } = node;
  if (literal === undefined) return;
  if (literal.trim() === "") report(place, "the name of the environment is empty");
  else if (literal.length > 255) report(place, `the name of the environment has ${literal.length} characters`);
  const known = seen.get(literal.toLowerCase());
  if (known && known.name !== literal)
    report(place, `\`${literal}\` is the environment that is called \`${known.name}\`${known.where}`, {
      severity: "warning",
    });
  if (!known) seen.set(literal.toLowerCase(), { name: literal, where: ` on line ${place.line}` });
};

/** How another workflow spells an environment. Parsing them all takes long, so only those are that have the word where a name may be. */
const otherSpelling = (
  name: string,
  path: string,
  repository: RepositoryContents,
): { readonly name: string; readonly where: string } | undefined => {
  const candidates = (namesIn(repository).get(name.toLowerCase()) ?? []).filter(
    found => found.workflow.path !== path && found.spelling !== name,
  );
  const found = candidates.find(({ workflow, spelling }) => environmentsIn(workflow.data).includes(spelling));
  return found && { name: found.spelling, where: ` in \`${found.workflow.path}\`` };
};

interface Spelling {
  readonly spelling: string;
  readonly workflow: RepositoryWorkflow;
}

const known = new WeakMap<RepositoryContents, ReadonlyMap<string, readonly Spelling[]>>();

/** Everything that stands where the name of an environment may, by its letters. */
const namesIn = (repository: RepositoryContents): ReadonlyMap<string, readonly Spelling[]> => {
  const names = known.get(repository) ?? readNames(repository);
  known.set(repository, names);
  return names;
};

const readNames = (repository: RepositoryContents): ReadonlyMap<string, readonly Spelling[]> => {
  const names = new Map<string, Spelling[]>();
  for (const workflow of repositoryWorkflows(repository)) {
    const words = repository.text(workflow.path)?.matchAll(/\b(?:environment|name):[ \t]*["']?([^\s"'#{},]+)/g) ?? [];
    for (const spelling of new Set([...words].map(([, word = ""]) => word))) {
      const key = spelling.toLowerCase();
      const found = names.get(key) ?? [];
      found.push({ spelling, workflow });
      names.set(key, found);
    }
  }
  return names;
};

/** The names of environments in the data of a workflow, where they are written out. */
const environmentsIn = (data: unknown): readonly string[] => {
  const jobs = dataAt(data, "jobs");
  return keysOf(jobs).flatMap(id => {
    const environment = dataAt(jobs, id, "environment");
    const name = isRecord(environment) ? environment.name : environment;
    return typeof name === "string" && !name.includes("${{") ? [name] : [];
  });
};
