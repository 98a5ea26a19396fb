import type { Place } from "../../lint/place.ts";
import type { Rule, RuleId } from "../../lint/rule.ts";
import { rules } from "../../lint/rules/index.ts";
import type { WorkflowFile } from "../../lint/workflow-file.ts";
import type { RepositoryContents } from "../../repository/contents.ts";

/** Something in a hand-written workflow that does not work, so that it is not taken over as it stands. */
export interface Fault {
  readonly place: Place;
  readonly rule: RuleId;
  readonly message: string;
  readonly hint: string;
}

export interface Faults {
  readonly all: readonly Fault[];
  /** The first that lies within a stretch of the file. */
  within(place: Place): Fault | undefined;
}

/** Rules that a value breaks: the config does not get it, or gets it mended. Others are about what is generated anyway. */
const ABOUT_VALUES: ReadonlySet<RuleId> = new Set<RuleId>([
  ...(["workflow/context-not-available", "workflow/retired-runner", "workflow/retired-action"] as const),
  ...(["pipeline/unknown-flag", "pipeline/unknown-subcommand", "pipeline/wrong-arguments"] as const),
  ...(["pipeline/unknown-dvc-target", "pipeline/dry-run-without-data", "pipeline/forced-twice"] as const),
  ...(["pipeline/missing-file", "pipeline/missing-module", "pipeline/secret-in-env-file"] as const),
  ...(["pipeline/upper-case-image", "pipeline/image-name-from-repository"] as const),
  ...(["pipeline/empty-smoke-payload", "pipeline/old-ecs-deploy", "pipeline/retrain-regardless-of-drift"] as const),
]);

/** What comes of it in the generated workflows, where that is another mend than in the hand-written one. */
const INSTEAD: Readonly<Partial<Record<RuleId, string>>> = {
  "workflow/context-not-available": "nothing to do: the generated workflows have no such condition",
  "workflow/retired-action": "nothing to do: the generated workflows use versions that work, pinned to a commit",
  "workflow/retired-runner": "leave `runners` out, or name one that there is, such as `ubuntu-24.04`",
  "pipeline/old-ecs-deploy": "nothing to do: the generated workflow uses a version that notices it, pinned to a commit",
  "pipeline/dry-run-without-data": "nothing to do: the generated ci compares with `dvc.lock`, without data",
  "pipeline/forced-twice": "nothing to do: the generated nightly forces all stages in one call",
  "pipeline/missing-file": "name a file that there is in the field of the config that has this command or path",
  "pipeline/secret-in-env-file": "nothing to do: the generated workflows mask each value and take only known names",
  "pipeline/upper-case-image": "nothing to do: the generated workflow writes the name in lower case",
  "pipeline/image-name-from-repository": "nothing to do: the generated workflow writes the name in lower case",
  "pipeline/empty-smoke-payload":
    "put a request that must be answered into a JSON file and name it in `deploy.smoke.predict.payload`",
  "pipeline/retrain-regardless-of-drift": "nothing to do: `nightly.retrain` retrains when the drift asks for it",
};

/** What the rules of `lint` say of the values in a workflow. */
export const faultsIn = (file: WorkflowFile, repository: RepositoryContents): Faults => {
  const { workflow } = file;
  const context = { file, repository };
  const found = new Map<string, Fault>();
  const reporter =
    ({ id, hint }: Rule): NonNullable<Parameters<NonNullable<Rule["check"]>>[1]> =>
    (place, message, instead = {}) => {
      const key = `${id} ${place.line}:${place.column}`;
      if (!found.has(key)) found.set(key, { place, rule: id, message, hint: INSTEAD[id] ?? instead.hint ?? hint });
    };
  const asked = rules.filter(({ id }) => ABOUT_VALUES.has(id));
  for (const message of file.messages) {
    const rule = asked.find(({ messages }) => typeof messages?.(message, context) === "string");
    const told = rule?.messages?.(message, context);
    if (rule && told) reporter(rule)(message.place, told);
  }
  if (workflow) for (const rule of asked) rule.check?.(workflow, reporter(rule), context);
  const all = [...found.values()];
  return { all, within: place => all.find(fault => isInside(fault.place, place)) };
};

const isInside = (inner: Place, outer: Place): boolean =>
  (outer.line < inner.line || (outer.line === inner.line && outer.column <= inner.column)) &&
  (outer.endLine > inner.endLine || (outer.endLine === inner.endLine && outer.endColumn >= inner.endColumn));
