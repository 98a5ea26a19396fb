// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of GitHub
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Expression } from "../src/model/expression.ts";
import {
  all,
  always,
  any,
  cancelled,
  either,
  equal,
  expressionsIn,
  failed,
  github,
  hashFiles,
  inputs,
  jobOutput,
  needsJson,
  not,
  runner,
  secrets,
  stepOutcome,
  stepOutput,
  succeeded,
  text,
  unequal,
  vars,
} from "../src/model/expression.ts";

describe("expression: what stands between the braces", () => {
  test.for<[expression: Expression, source: string]>([
    [github("ref"), "github.ref"],
    [secrets("TOKEN"), "secrets.TOKEN"],
    [stepOutput("gate", "promote"), "steps.gate.outputs.promote"],
    [jobOutput("train", "promote"), "needs.train.outputs.promote"],
    [needsJson, "toJSON(needs)"],
    [equal(github("ref"), "it's"), "github.ref == 'it''s'"],
    [equal(inputs("force"), true), "inputs.force == true"],
    [not(cancelled), "!cancelled()"],
    [not(equal(github("ref"), "a")), "!(github.ref == 'a')"],
    [all(always, any(failed, cancelled)), "always() && (failure() || cancelled())"],
    [any(all(always, failed), cancelled), "always() && failure() || cancelled()"],
    [all(succeeded), "success()"],
    [equal(any(failed, cancelled), true), "(failure() || cancelled()) == true"],
    [either(inputs("stages"), "all of 'em"), "inputs.stages || 'all of ''em'"],
    [all(either(inputs("a"), "b"), failed), "(inputs.a || 'b') && failure()"],
    [hashFiles("a/*.txt", "it's"), "hashFiles('a/*.txt', 'it''s')"],
  ])("%o", ([expression, source]) => {
    expect(expression.source).toBe(source);
  });
});

test("expression: it remembers every context it reads and every step and job it refers to", () => {
  const both = all(
    equal(stepOutcome("a"), "success"),
    unequal(jobOutput("b", "c"), ""),
    not(equal(runner("os"), vars("D"))),
  );
  expect(both.reads).toEqual(["steps", "needs", "runner", "vars"]);
  expect(both.references).toEqual([
    { kind: "step", id: "a" },
    { kind: "job", id: "b", output: "c" },
  ]);
  expect(either(stepOutput("a", "b"), "c").references).toEqual([{ kind: "step", id: "a" }]);
});

test("expression: text keeps its parts, and the expressions in it are found", () => {
  const group = text`ci-${github("ref")}-${"plain"}!`;
  expect(group.parts).toEqual(["ci-", github("ref"), "-", "plain", "!"]);
  expect(expressionsIn(group)).toEqual([github("ref")]);
  expect(expressionsIn(github("ref"))).toEqual([github("ref")]);
  expect([expressionsIn("a"), expressionsIn(1), expressionsIn(true)]).toEqual([[], [], []]);
});

describe("expression: GitHub's own evaluator reads it as it was built", () => {
  const values = { ref: "main", sha: "it's", actor: "" } as const;
  const names = Object.keys(values) as readonly (keyof typeof values)[];

  interface Condition {
    readonly expression: Expression;
    readonly holds: boolean;
  }
  const { condition } = fc.letrec<{ condition: Condition }>(tie => {
    const leaf = fc.record({ name: fc.constantFrom(...names), literal: fc.constantFrom("main", "it's", "", "a && b") });
    const pair = fc.array(tie("condition"), { minLength: 1, maxLength: 3 });
    return {
      condition: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        leaf.map(({ name, literal }) => ({
          expression: equal(github(name), literal),
          holds: values[name] === literal,
        })),
        leaf.map(({ name, literal }) => ({
          expression: unequal(github(name), literal),
          holds: values[name] !== literal,
        })),
        tie("condition").map(({ expression, holds }) => ({ expression: not(expression), holds: !holds })),
        pair.map(all_ => ({
          expression: all(...all_.map(one => one.expression)),
          holds: all_.every(one => one.holds),
        })),
        pair.map(any_ => ({ expression: any(...any_.map(one => one.expression)), holds: any_.some(one => one.holds) })),
        tie("condition").map(({ expression, holds }) => ({ expression: equal(expression, true), holds })),
      ),
    };
  });

  test("every condition means what its parts say", () => {
    const contexts = new data.Dictionary({
      key: "github",
      value: new data.Dictionary(...names.map(key => ({ key, value: new data.StringData(values[key]) }))),
    });
    fc.assert(
      fc.property(condition, ({ expression, holds }) => {
        const { tokens } = new Lexer(expression.source).lex();
        const result = new Evaluator(new Parser(tokens, ["github"], []).parse(), contexts).evaluate();
        expect(result).toEqual(new data.BooleanData(holds));
      }),
      { numRuns: 500 },
    );
  });
});
