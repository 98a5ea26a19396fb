import { expect, test } from "vitest";
import { flows, parseExpression } from "../../src/lint/expression.ts";

test.for([
  ["github.sha", ["github.sha"]],
  ["(secrets['A'])", ["secrets.A"]],
  ["secrets.A != ''", []],
  ["!secrets.A", []],
  ["contains(secrets.A, 'x')", []],
  ["hashFiles(env.FILE)", []],
  ["secrets.A && 'yes' || 'no'", []],
  ["github.ref == 'x' && secrets.A || vars.B", ["secrets.A", "vars.B"]],
  ["format('{0}-{1}', vars.A, github.sha)", ["vars.A", "github.sha"]],
  ["fromJSON(secrets.A).b[0]", ["secrets.A"]],
  ["case(inputs.a, vars.B, inputs.c, vars.D, vars.E)", ["vars.B", "vars.D", "vars.E"]],
  ["secrets[github.ref]", ["secrets.[…]"]],
  ["github.event.commits.*.message", ["github.event.commits.*.message"]],
] as const)("flows: what becomes a part of `%s`", ([source, expected]) => {
  const tree = parseExpression(source);
  expect(tree).toBeDefined();
  expect(flows(tree).map(({ text }) => text)).toEqual(expected);
});

test("flows: nothing comes of what is no expression", () => {
  expect(flows(parseExpression("github."))).toEqual([]);
});
