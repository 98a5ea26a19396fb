import { calledWorkflow, dataAt, isRecord, keysOf } from "../../repository-workflows.ts";
import { defineRule } from "../../rule.ts";
import type { Permissions } from "../../workflow.ts";

export const calledPermissions = defineRule({
  id: "workflow/called-permissions",
  severity: "error",
  summary: "A job calls a workflow that asks for more permissions than the job has.",
  why: "GitHub refuses to start the whole run, also where the call is skipped by an `if`: a called workflow can only lessen the permissions of the job that calls it.",
  hint: "grant the calling job what the called workflow asks for, scope by scope",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations",
  examples: {
    kind: "job",
    bad: `image:
  name: Image
  uses: ./.github/workflows/publish.yaml
  permissions:
    contents: read
  with:
    image: api
`,
    good: `image:
  name: Image
  uses: ./.github/workflows/publish.yaml
  permissions:
    contents: read
    packages: write # to push the image
  with:
    image: api
`,
  },
  check: (workflow, report, { repository }) => {
    for (const job of workflow.jobs) {
      const called = calledWorkflow(job.uses?.literal, repository);
      const permissions = job.permissions ?? workflow.permissions;
      // Without any, the repository's settings decide.
      const place = job.uses?.place;
      if (!place || !called || !permissions) continue;
      const granted = levelsOf(permissions);
      if (!granted) continue;
      const tell = (who: string, wanted: unknown): void => {
        const missing = excess(requested(wanted), granted);
        if (missing) report(place, `${who} asks for \`${missing.wanted}\`, and this job has \`${missing.granted}\``);
      };
      tell(`\`${called.path}\``, dataAt(called.data, "permissions"));
      const jobs = dataAt(called.data, "jobs");
      for (const id of keysOf(jobs)) tell(`job \`${id}\` of \`${called.path}\``, dataAt(jobs, id, "permissions"));
    }
  },
});

/** What a scope can be, by strength. */
const LEVELS = ["none", "read", "write"];

/** A level for each scope, and for all that are not named. */
interface Levels {
  readonly scopes: ReadonlyMap<string, string>;
  readonly others: string;
}

const levelsOf = ({ all, scopes }: Permissions): Levels | undefined => {
  if (all !== undefined) return everything(all);
  return { scopes: new Map(scopes.map(({ key, value }) => [key, value.text])), others: "none" };
};

const everything = (word: string): Levels | undefined => {
  const [, level] = /^(read|write)-all$/.exec(word) ?? [];
  return level === undefined ? undefined : { scopes: new Map(), others: level };
};

const requested = (wanted: unknown): Levels | undefined => {
  if (typeof wanted === "string") return everything(wanted);
  if (!isRecord(wanted)) return undefined;
  return { scopes: new Map(Object.entries(wanted).map(([scope, level]) => [scope, String(level)])), others: "none" };
};

const strength = (level: string): number => LEVELS.indexOf(level);

const excess = (
  wanted: Levels | undefined,
  granted: Levels,
): { readonly wanted: string; readonly granted: string } | undefined => {
  if (!wanted) return undefined;
  if (strength(wanted.others) > strength(granted.others))
    return { wanted: `${wanted.others}-all`, granted: granted.others === "none" ? "less" : `${granted.others}-all` };
  const over = [...wanted.scopes].filter(
    ([scope, level]) => strength(level) > strength(granted.scopes.get(scope) ?? granted.others),
  );
  if (over.length === 0) return undefined;
  return {
    wanted: over.map(([scope, level]) => `${scope}: ${level}`).join(", "),
    granted: over.map(([scope]) => `${scope}: ${granted.scopes.get(scope) ?? granted.others}`).join(", "),
  };
};
