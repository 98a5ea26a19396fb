import type { ConfigPath } from "../../config/issues.ts";
import { problemsOf } from "../../config/issues.ts";
import { pipelineSchema } from "../../config/schema.ts";
import type { WorkflowName } from "../../model/workflow-name.ts";
import type { Spot } from "../../repository/source-problem.ts";
import { withValue } from "../record.ts";

/** A field of the config that a hand-written workflow states. */
export interface CarriedField {
  readonly path: ConfigPath;
  /** As a config states it: a secret is `{ secret: "NAME" }`, a variable `{ variable: "NAME" }`. */
  readonly value: unknown;
  readonly from: Spot;
}

/** Something that a hand-written workflow says and the config does not. */
export interface Loss {
  readonly spot: Spot;
  /** One sentence without a final full stop. */
  readonly what: string;
  /** What to do about it: begins in lower case, without a final full stop. */
  readonly hint: string;
}

/** A step of a generated workflow. */
export interface Landmark {
  readonly workflow: WorkflowName;
  readonly job: string;
  readonly step: string;
}

/** Anything of a workflow that is accounted for: a step, a command, a trigger. */
type Thing = object;

/** What is carried over, what is lost, and what of the workflows neither says so far. */
export class Ledger {
  readonly #fields = new Map<string, CarriedField>();
  readonly #lost = new Map<string, Loss>();
  readonly #accounted = new Map<Thing, Landmark | undefined>();

  get fields(): readonly CarriedField[] {
    return [...this.#fields.values()];
  }

  get lost(): readonly Loss[] {
    return [...this.#lost.values()];
  }

  /** Carries a field, unless an earlier place states it otherwise or no config can. */
  carry(path: ConfigPath, value: unknown, from: Spot): boolean {
    if (value === undefined) return false;
    const name = fieldText(path);
    const before = this.#fields.get(name);
    if (before) {
      if (JSON.stringify(before.value) === JSON.stringify(value)) return true;
      const { file, line } = before.from;
      this.lose(
        from,
        `this says ${shown(value)} where \`${name}\` is ${shown(before.value)}, as ${file} has it in line ${line ?? 1}`,
        `the config has one value for both: change \`${name}\` if this one is right`,
      );
      return false;
    }
    const problem = problemWith(path, value);
    if (problem !== undefined) {
      this.lose(from, `${shown(value)} is not taken over: ${problem}`, `set \`${name}\` by hand`);
      return false;
    }
    this.#fields.set(name, { path, value, from });
    return true;
  }

  value(...path: ConfigPath): unknown {
    return this.#fields.get(fieldText(path))?.value;
  }

  lose(spot: Spot, what: string, hint: string): void {
    const key = `${spot.file}:${spot.line}:${spot.column} ${what}`;
    if (!this.#lost.has(key)) this.#lost.set(key, { spot, what, hint });
  }

  /** Nothing more is to be said of it. `landmark`: the step of a generated workflow that does the same. */
  account(thing: Thing, landmark?: Landmark): void {
    if (!this.#accounted.has(thing) || landmark) this.#accounted.set(thing, landmark);
  }

  isAccounted(thing: Thing): boolean {
    return this.#accounted.has(thing);
  }

  landmarkOf(thing: Thing): Landmark | undefined {
    return this.#accounted.get(thing);
  }
}

/** `images[0].name` */
const fieldText = (path: ConfigPath): string =>
  path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");

/** Why no config can have the value there. */
const problemWith = (path: ConfigPath, value: unknown): string | undefined => {
  const config = withValue({ name: "pipeline" }, path, value);
  const parsed = pipelineSchema.safeParse(config);
  return parsed.success ? undefined : (problemsOf(parsed.error, config)[0]?.message ?? "no config can state it");
};

const LONGEST = 120;

/** A value, as a message names it. */
export const shown = (value: unknown): string => {
  if (typeof value === "object" && value !== null) {
    if ("secret" in value) return `the secret \`${String(value.secret)}\``;
    if ("variable" in value) return `the variable \`${String(value.variable)}\``;
  }
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `\`${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}\``;
};
