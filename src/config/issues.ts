import type * as z from "zod";
import { closest } from "../diagnostics/closest.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

export type ConfigPath = readonly (string | number)[];

/** A problem at one place of the config, before it is known which file and line that is. */
export interface ConfigProblem {
  readonly code: Diagnostic["code"];
  readonly path: ConfigPath;
  readonly message: string;
  readonly hint?: string;
}

/** Every problem zod found, said in the words of somebody who writes a config. */
export const problemsOf = (error: z.ZodError, config: unknown): readonly ConfigProblem[] =>
  error.issues
    .flatMap(issue => toProblems(issue as z.core.$ZodIssue, config, []))
    .filter((problem, index, all) => all.findIndex(other => samePath(other, problem)) === index);

/** What is wrong first with a value is enough to know of it: an empty name is not also badly spelt. */
const samePath = (a: ConfigProblem, b: ConfigProblem): boolean => pathText(a.path) === pathText(b.path);

/** `deploy.smoke.attempts`, `images[2].name`. */
const pathText = (path: ConfigPath): string =>
  path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");

const toProblems = (issue: z.core.$ZodIssue, config: unknown, above: ConfigPath): readonly ConfigProblem[] => {
  const path = [...above, ...(issue.path as (string | number)[])];
  const received = at(config, path);
  const problem = (code: ConfigProblem["code"], text: string, hint?: string): ConfigProblem[] => [
    {
      code,
      path,
      message: path.length > 0 ? `\`${pathText(path)}\` ${text}` : `the config ${text}`,
      ...(hint ? { hint } : {}),
    },
  ];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map(key => {
        const known = knownKeys(issue);
        const near = closest(key, known);
        return {
          code: "config/unknown-key",
          path: [...path, key],
          message: `\`${pathText([...path, key])}\` is not a field of the config`,
          hint: near
            ? `did you mean \`${near}\`?`
            : `the fields here are ${known.map(name => `\`${name}\``).join(", ")}`,
        } satisfies ConfigProblem;
      });
    case "invalid_type":
      return received === undefined
        ? problem("config/missing", `is missing: expected ${article(issue.expected)}`)
        : problem("config/invalid-type", `must be ${article(issue.expected)}, but is ${show(received)}`);
    case "invalid_value": {
      const allowed = issue.values.map(value => show(value));
      const near =
        typeof received === "string"
          ? closest(
              received,
              issue.values.filter(value => typeof value === "string"),
            )
          : undefined;
      return problem(
        "config/invalid-value",
        `must be ${allowed.length > 1 ? `one of ${allowed.join(", ")}` : allowed[0]}, but is ${show(received)}`,
        near && `did you mean \`${near}\`?`,
      );
    }
    case "too_small":
    case "too_big": {
      const limit = Number(issue.code === "too_small" ? issue.minimum : issue.maximum);
      if (issue.code === "too_small" && issue.origin === "string")
        return problem("config/invalid-value", "must not be empty");
      const side = issue.code === "too_small" ? "at least" : "at most";
      const units: Readonly<Record<string, string>> = { string: " characters", array: " items" };
      const more = issue.code === "too_small" && issue.inclusive === false ? "more than" : side;
      return problem(
        "config/out-of-range",
        `must be ${more} ${limit}${units[issue.origin]?.slice(0, limit === 1 ? -1 : undefined) ?? ""}, but is ${show(received)}`,
      );
    }
    case "invalid_union": {
      const nearest = nearestBranch(issue);
      if (nearest) return nearest.flatMap(inner => toProblems(inner, config, path));
      const wanted = issue.errors
        .flat()
        .map(inner => wish(inner))
        .filter(text => text !== undefined);
      return problem("config/invalid-type", `must be ${[...new Set(wanted)].join(" or ")}, but is ${show(received)}`);
    }
    case "invalid_key":
    case "invalid_element":
      return issue.issues.flatMap(inner => toProblems(inner, config, path));
    default:
      return problem("config/invalid-value", `${issue.message}, but is ${show(received)}`);
  }
};

/** The alternative the value was meant to be: the one that goes wrong deeper down, or in a way other than its type. */
const nearestBranch = (issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined => {
  const fitting = issue.errors.filter(branch =>
    branch.every(inner => inner.path.length > 0 || (inner.code !== "invalid_type" && inner.code !== "invalid_value")),
  );
  const weight = (branch: readonly z.core.$ZodIssue[]) =>
    branch.reduce(
      (sum, inner) =>
        sum + (inner.code === "unrecognized_keys" ? 2 * inner.keys.length : inner.code === "invalid_type" ? 1.5 : 1),
      0,
    );
  return fitting.sort((a, b) => weight(a) - weight(b))[0];
};

const wish = (issue: z.core.$ZodIssue): string | undefined =>
  issue.code === "invalid_type"
    ? article(issue.expected)
    : issue.code === "invalid_value"
      ? issue.values.map(show).join(" or ")
      : undefined;

const article = (type: string): string => {
  const names: Readonly<Record<string, string>> = { string: "text", record: "object", int: "whole number" };
  const name = names[type] ?? type;
  return name === "text" ? name : `${/^[aeio]/.test(name) ? "an" : "a"} ${name}`;
};

const at = (value: unknown, path: ConfigPath): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined,
    value,
  );

/** The value on one line, short enough for a message, without anything a terminal would obey. */
const show = (value: unknown): string => {
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    return "an object that cannot be shown";
  }
  const plain = text.replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    code => `\\u${code.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return plain.length > 60 ? `${plain.slice(0, 57)}…` : plain;
};

/** zod tells which keys are unknown, but which are known only to the function that words the message: so the message is those. */
export const wordKnownKeys: z.core.$ZodErrorMap = issue => {
  if (issue.code !== "unrecognized_keys") return undefined;
  const shape = (issue.inst as z.ZodObject | undefined)?._zod.def.shape;
  return shape ? Object.keys(shape).join(" ") : "";
};

const knownKeys = (issue: z.core.$ZodIssueUnrecognizedKeys): readonly string[] => issue.message.split(" ");
