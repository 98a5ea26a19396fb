import { parse } from "yaml";

/** A step as a workflow declares it. */
export interface DeclaredStep {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface DeclaredJob {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly "runs-on"?:
    | string
    | readonly string[]
    | { readonly group?: string; readonly labels?: string | readonly string[] };
  readonly steps?: readonly DeclaredStep[];
}

/** A workflow file as far as a rehearsal looks into it. */
export interface Declared {
  readonly name?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group?: string; readonly "cancel-in-progress"?: boolean };
  readonly jobs: Readonly<Record<string, DeclaredJob>>;
}

/** Reads a workflow that this tool has rendered. */
export const declared = (text: string): Declared => parse(text) as Declared;

export const stepsOf = ({ jobs }: Declared): readonly DeclaredStep[] =>
  Object.values(jobs).flatMap(({ steps }) => steps ?? []);

/** How a step is called where it has no id: its place in the job, as act does. */
export const stepKey = (step: DeclaredStep, index: number): string => step.id ?? String(index);

/** The labels of every runner that is asked for. */
export const labelsOf = ({ jobs }: Declared): readonly string[] => [
  ...new Set(
    Object.values(jobs).flatMap(({ "runs-on": runsOn }) => {
      const labels =
        typeof runsOn === "object" && !Array.isArray(runsOn) ? (runsOn as { labels?: string }).labels : runsOn;
      return labels === undefined ? [] : ([labels].flat() as string[]);
    }),
  ),
];

/** Names of secrets or variables that expressions of a text read. */
export const referenced = (context: "secrets" | "vars", text: string): readonly string[] => [
  ...new Set([...text.matchAll(new RegExp(`\\b${context}\\.([A-Za-z_]\\w*)`, "g"))].map(([, name = ""]) => name)),
];
