// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub, as somebody might write them
import fc from "fast-check";
import { expect, test } from "vitest";
import { cronProblem } from "../src/config/cron.ts";
import { parseConfig } from "../src/config/parse.ts";
import { closest } from "../src/diagnostics/closest.ts";

const parse = (config: unknown) =>
  parseConfig(config, { configFile: "pipeline.config.ts", lockFile: "pipeline.lock.json", position: () => undefined });
const problems = (config: unknown) => {
  const parsed = parse(config);
  return parsed.ok
    ? []
    : parsed.diagnostics.map(({ message, hint }) => (hint?.startsWith("did you") ? `${message} → ${hint}` : message));
};

test.for([
  [{}, ["`name` is missing: expected text"]],
  [{ name: 7 }, ["`name` must be text, but is 7"]],
  [{ name: "" }, ["`name` must not be empty"]],
  [{ name: "a", rot: "b" }, ["`rot` is not a field of the config → did you mean `root`?"]],
  [{ name: "a", zzz: 1 }, ["`zzz` is not a field of the config"]],
  [{ name: "a", images: [{ name: "b" }] }, ["`images[0].dockerfile` is missing: expected text"]],
  [{ name: "a", images: {} }, ["`images` must be an array, but is {}"]],
  [{ name: "a", timeouts: { train: 0 } }, ["`timeouts.train` must be at least 1, but is 0"]],
  [{ name: "a", timeouts: { train: Number.NaN } }, ["`timeouts.train` must be a number, but is null"]],
  [{ name: "a", mlflow: true }, ["`mlflow` must be an object or false, but is true"]],
  [
    { name: "a", deploy: { aws: { auth: "accesKeys" } } },
    ['`deploy.aws.auth` must be "accessKeys" or an object, but is "accesKeys"'],
  ],
  [{ name: "a", notify: { slack: "https://x" } }, ['`notify.slack` must be an object, but is "https://x"']],
  [
    { name: "a", dvc: { remote: { url: { secrt: "X" } } } },
    ["`dvc.remote.url.secrt` is not a field of the config → did you mean `secret`?"],
  ],
  [
    { name: "a", root: "${{ x }}" },
    ['`root` must not hold an expression; use secret(), variable() or output() instead of `${{`, but is "${{ x }}"'],
  ],
  [
    { name: "a", deploy: { smoke: { predict: { payload: { rows: [{ x: "${{ secrets.X }}" }] } } } } },
    [
      '`deploy.smoke.predict.payload` must not hold an expression: GitHub would replace `${{` in it, but is {"rows":[{"x":"${{ secrets.X }}"}]}',
    ],
  ],
  [
    { pipelines: [{ name: "a" }, { name: "b", rot: 1 }] },
    ["`pipelines[1].rot` is not a field of the config → did you mean `root`?"],
  ],
  [[], ["the config must be an object, but is []"]],
] as const)("a wrong config is told with path, received value and expectation: %j", ([config, messages]) => {
  expect(problems(config)).toEqual(expect.arrayContaining([...messages]));
});

test("every problem is reported at once, one for each value", () => {
  const found = problems({
    name: "A B",
    imgaes: [],
    python: { version: "2.7", installer: "conda" },
    nightly: { cron: "x", retrain: { threshold: 2 } },
    images: [{ name: "Api", dockerfile: "/D" }, { dockerfile: "D" }],
  });
  const paths = found.map(message => /^`([^`]+)`/.exec(message)?.[1]);
  expect(paths.toSorted()).toEqual([
    "images[0].dockerfile",
    "images[0].name",
    "images[1].name",
    "imgaes",
    "name",
    "nightly.cron",
    "nightly.retrain.threshold",
    "python.installer",
    "python.version",
  ]);
});

test("any value in the place of a config or a field gives diagnostics with a message and a hint, never a crash", () => {
  const fields = [
    "name",
    "images",
    "deploy",
    "dvc",
    "checks",
    "extend",
    "permissions",
    "nightly",
    "runners",
    "pipelines",
  ];
  const config = fc.oneof(
    fc.anything(),
    fc.dictionary(fc.constantFrom(...fields), fc.anything({ maxDepth: 3 })).map(given => ({ name: "a", ...given })),
  );
  fc.assert(
    fc.property(config, value => {
      const parsed = parse(value);
      if (parsed.ok) return;
      expect(parsed.diagnostics.length).toBeGreaterThan(0);
      for (const { message, hint, severity, file } of parsed.diagnostics) {
        expect([severity, file]).toEqual(["error", "pipeline.config.ts"]);
        expect(message).toMatch(/^[^\n]+$/);
        expect(hint).toMatch(/\S/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
        expect(message.replace(/`[^`]*`/g, "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }
    }),
    { numRuns: 500 },
  );
});

test("a value that cannot be shown is described", () => {
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  expect(problems({ name: circle })).toEqual(["`name` must be text, but is an object that cannot be shown"]);
  expect(problems({ name: 5n })).toEqual(["`name` must be text, but is 5n"]);
  expect(problems({ name: () => 1 })).toEqual(["`name` must be text, but is a function"]);
  expect(problems({ name: "x".repeat(500) })[0]).toMatch(/but is "x{56}…$/);
});

test.for([
  ["imgaes", "images"],
  ["Deploy", "deploy"],
  ["nightyl", "nightly"],
  ["x", undefined],
  ["completely-else", undefined],
] as const)("the nearest name to %s is %s", ([word, near]) => {
  expect(closest(word, ["images", "deploy", "nightly", "name"])).toBe(near);
});

test.for([
  ["0 6 * * *", undefined],
  ["*/5 * * * *", undefined],
  ["0,30 8-18/2 1,15 JAN-MAR MON-FRI", undefined],
  ["0 0 * * 0", undefined],
  ["*/4 * * * *", "every 5 minutes"],
  ["0,3 * * * *", "every 5 minutes"],
  ["58,2 * * * *", "every 5 minutes"],
  ["60 * * * *", "minute"],
  ["0 24 * * *", "hour"],
  ["0 0 0 * *", "day of the month"],
  ["0 0 1 13 *", "month"],
  ["0 0 * * 7", "day of the week"],
  ["0 0 * * MONDAY", "day of the week"],
  ["5-1 * * * *", "minute"],
  ["*/0 * * * *", "minute"],
  ["@daily", "five fields"],
  ["", "five fields"],
  ["0 0 0 * * *", "not 6"],
] as const)("the schedule %j: %s", ([cron, problem]) => {
  if (problem === undefined) expect(cronProblem(cron)).toBeUndefined();
  else expect(cronProblem(cron)).toContain(problem);
});
