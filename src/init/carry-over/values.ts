import type { Expr } from "@actions/expressions/ast";
import { FunctionCall, Grouping, Logical } from "@actions/expressions/ast";
import { environmentWrites } from "../../lint/environment-files.ts";
import { accessOf, literalValue, parseExpression } from "../../lint/expression.ts";
import { markersIn } from "../../lint/expression-markers.ts";
import type { Entry, Node } from "../../lint/node.ts";
import type { Word } from "../../lint/script.ts";
import { plainVariable } from "../../lint/script.ts";
import type { Known, RunJob, RunStep } from "./run.ts";
import { UNKNOWN } from "./run.ts";

/** Where a value is asked for: at a step, or at a job as a whole. */
export type At = RunStep | RunJob;

type Combination = RunJob["combinations"][number];

/** Variables may name one another, in a circle too. */
const DEEPEST = 8;

const unknown: Known = { kind: "unknown", text: UNKNOWN };
const known = (text: string): Known => ({ kind: "text", text });

/** What a scalar stands for; unknown where the jobs of a matrix have different values. */
export const nodeValue = (node: Node | undefined, at: At): Known | undefined => {
  if (!node?.isScalar) return undefined;
  const [first, ...others] = nodeValues(node, at);
  return others.length === 0 ? first : unknown;
};

/** The different values that the jobs of a matrix have; one without a matrix. */
export const nodeValues = (node: Node, at: At): readonly Known[] =>
  distinct(jobOf(at).combinations.map(combination => valueIn(node, at, combination)));

/** The value in one job of a matrix. */
export const valueIn = (node: Node, at: At, combination: Combination): Known =>
  textValue(node.text, new Reader(at, combination, 0));

/** A word of a script, with what is known of the variables in it put in. */
export const wordValue = (word: Word, at: RunStep, combination: Combination = first(at)): Known =>
  word.value === undefined ? new Reader(at, combination, 0).word(word) : known(word.value);

/** What a variable of a script has for its value; absent where nothing that is written down sets it. */
export const variableValue = (name: string, at: RunStep): Known | undefined =>
  new Reader(at, first(at), 0).shellVariable(name);

/** The value of an expression with its markers. */
export const expressionValue = (written: string, at: RunStep): Known =>
  textValue(written, new Reader(at, first(at), 0));

/** As a config states it; absent for what is only known at run time. */
export const configValue = (value: Known | undefined): unknown => {
  switch (value?.kind) {
    case "text":
      return value.text === "" ? undefined : value.text;
    case "secret":
      return { secret: value.name };
    case "variable":
      return { variable: value.name };
    default:
      return undefined;
  }
};

/** The text, where it is written down. */
export const textIn = (value: Known | undefined): string | undefined =>
  value?.kind === "text" ? value.text : undefined;

const first = (at: RunStep): Combination => at.job.combinations[0] ?? new Map();

const jobOf = (at: At): RunJob => ("combinations" in at ? at : at.job);

const distinct = (values: readonly Known[]): readonly Known[] => {
  const found = new Map(values.map(value => [JSON.stringify(value), value]));
  return [...found.values()];
};

const textValue = (text: string, reader: Reader): Known => {
  const markers = markersIn(text);
  const [only] = markers;
  if (only === undefined) return known(text);
  const inner = ({ start, end }: (typeof markers)[number]) => text.slice(start + 3, end - 2).trim();
  if (markers.length === 1 && text.slice(0, only.start).trim() === "" && text.slice(only.end).trim() === "")
    return reader.expression(inner(only));
  let made = "";
  let rest = 0;
  for (const marker of markers) {
    made += text.slice(rest, marker.start) + textOr(reader.expression(inner(marker)));
    rest = marker.end;
  }
  return joined(made + text.slice(rest));
};

const textOr = (value: Known): string => (value.kind === "text" || value.kind === "unknown" ? value.text : UNKNOWN);

const joined = (text: string): Known => (text.includes(UNKNOWN) ? { kind: "unknown", text } : known(text));

/** Follows what a value refers to. */
class Reader {
  readonly #at: At;
  readonly #combination: Combination;
  readonly #depth: number;

  constructor(at: At, combination: Combination, depth: number) {
    this.#at = at;
    this.#combination = combination;
    this.#depth = depth;
  }

  expression(source: string): Known {
    if (this.#depth > DEEPEST) return unknown;
    const tree = parseExpression(source);
    return tree ? this.#evaluate(tree) : unknown;
  }

  #evaluate(node: Expr): Known {
    if (node instanceof Grouping) return this.#evaluate(node.group);
    const literal = literalValue(node);
    if (literal !== undefined) return known(literal === null ? "" : String(literal));
    if (node instanceof Logical) return this.#logical(node);
    if (node instanceof FunctionCall) return this.#call(node);
    const access = accessOf(node);
    return access ? this.#property(access.path, access.text) : unknown;
  }

  /** `a || b` is `a`, unless that is empty. */
  #logical({ operator, args }: Logical): Known {
    if (operator.lexeme !== "||") return unknown;
    for (const arg of args) {
      const value = this.#evaluate(arg);
      if (value.kind !== "text" || value.text !== "") return value;
    }
    return known("");
  }

  #call({ functionName, args }: FunctionCall): Known {
    if (functionName.lexeme.toLowerCase() !== "format") return unknown;
    const [pattern = "", ...values] = args.map(arg => textOr(this.#evaluate(arg)));
    return joined(pattern.replaceAll(/\{(\d+)\}/g, (_, index: string) => values[Number(index)] ?? UNKNOWN));
  }

  #property(path: readonly (string | undefined)[], text: string): Known {
    const [context, name, ...rest] = path;
    if (name === undefined) return unknown;
    const written = text.split(".")[1] ?? name;
    switch (context) {
      case "secrets":
        return this.#secret(written);
      case "vars":
        return { kind: "variable", name: written };
      case "env":
        return this.#environment(name) ?? known("");
      case "inputs":
        return this.#at.given.inputs.get(name) ?? unknown;
      case "github":
        return name === "event" && rest[0] === "inputs"
          ? (this.#at.given.inputs.get(rest[1] ?? "") ?? unknown)
          : unknown;
      case "matrix":
        return this.#matrix([name, ...rest]);
      case "steps":
        return rest[0] === "outputs" && rest[1] !== undefined ? this.#output(name, rest[1]) : unknown;
      default:
        return unknown;
    }
  }

  #secret(written: string): Known {
    const { secrets } = this.#at.given;
    if (written.toLowerCase() === "github_token") return unknown;
    if (!secrets) return { kind: "secret", name: written };
    const name = [...secrets].find(([inner]) => inner.toLowerCase() === written.toLowerCase())?.[1];
    return name === undefined ? unknown : { kind: "secret", name };
  }

  #matrix([axis = "", ...keys]: readonly (string | undefined)[]): Known {
    let node = this.#combination.get(axis);
    for (const key of keys) node = node?.entries.find(entry => entry.key.toLowerCase() === key)?.value;
    return node?.isScalar ? textValue(node.text, this.#deeper()) : unknown;
  }

  /** A variable of the environment, without regard to case, as expressions name it. */
  #environment(name: string): Known | undefined {
    const at = this.#at;
    const isNamed = ({ key }: Entry) => key.toLowerCase() === name.toLowerCase();
    const entry = environmentsOf(at)
      .map(env => env.find(isNamed))
      .find(found => found !== undefined);
    if (entry) {
      at.file.asked.add(entry);
      return this.#depth > DEEPEST ? unknown : textValue(entry.value.text, this.#deeper());
    }
    const written = "step" in at ? this.#written(at, "GITHUB_ENV", name) : undefined;
    if (written) return written;
    return "step" in at && at.calledBy
      ? new Reader(at.calledBy, this.#combination, this.#depth + 1).#environment(name)
      : undefined;
  }

  shellVariable(name: string): Known | undefined {
    const at = this.#at;
    if (!("step" in at) || this.#depth > DEEPEST) return undefined;
    const assigned = at.step.script?.assignments.filter(assignment => assignment.name === name) ?? [];
    const [only] = assigned;
    if (only) return assigned.length === 1 && only.value ? this.#deeper().word(only.value) : unknown;
    const isStated = environmentsOf(at).some(env => env.some(({ key }) => key === name));
    return isStated || this.#environment(name) ? this.#environment(name) : undefined;
  }

  word({ text, value, expansions }: Word): Known {
    if (value !== undefined) return known(value);
    if (this.#depth > DEEPEST) return unknown;
    const bare = text.replaceAll(/["']/g, "");
    let made = "";
    let rest = bare;
    for (const expansion of expansions.map(written => written.replaceAll(/["']/g, ""))) {
      const at = rest.indexOf(expansion);
      if (at < 0) return unknown;
      const standsFor = this.#expansion(expansion);
      if (expansion === bare) return standsFor;
      made += rest.slice(0, at) + textOr(standsFor);
      rest = rest.slice(at + expansion.length);
    }
    made += rest;
    return expansions.length === 0 || made.includes("$(") || made.includes("`") ? unknown : joined(made);
  }

  #expansion(written: string): Known {
    if (written.startsWith("${{")) return textValue(written, this.#deeper());
    const name = plainVariable(written);
    return (name === undefined ? undefined : this.shellVariable(name)) ?? unknown;
  }

  #output(id: string, name: string): Known {
    const at = this.#at;
    return ("step" in at ? this.#written(at, "GITHUB_OUTPUT", name, id) : undefined) ?? unknown;
  }

  /** What an earlier step of the job wrote to a file of the runner as `NAME=value`. */
  #written(at: RunStep, file: string, name: string, id?: string): Known | undefined {
    if (this.#depth > DEEPEST) return undefined;
    const { steps } = at.job;
    const before = steps.slice(0, Math.max(0, steps.indexOf(at)));
    for (const earlier of before.reverse()) {
      if (id !== undefined && earlier.step.id?.toLowerCase() !== id) continue;
      const { script } = earlier.step;
      for (const write of script ? environmentWrites(script) : []) {
        const [word] = write.file === file && write.command.name === "echo" ? write.command.args : [];
        if (!word?.start.toLowerCase().startsWith(`${name.toLowerCase()}=`)) continue;
        const value = new Reader(earlier, this.#combination, this.#depth + 1).word(word);
        const rest = textOr(value).slice(name.length + 1);
        const [expansion] = word.expansions;
        return expansion !== undefined && rest === UNKNOWN
          ? new Reader(earlier, this.#combination, this.#depth + 1).#expansion(expansion)
          : joined(rest);
      }
    }
    return undefined;
  }

  #deeper(): Reader {
    return new Reader(this.#at, this.#combination, this.#depth + 1);
  }
}

/** The environments that a step or job sees, the nearest first. */
const environmentsOf = (at: At): readonly (readonly Entry[])[] => {
  const { job } = jobOf(at);
  if (!("step" in at)) return [job.env, job.workflow.env];
  // The steps of a composite action see what the job that calls it has.
  return [at.step.env, ...(at.calledBy ? [] : [at.step.job.env, at.step.job.workflow.env])];
};
