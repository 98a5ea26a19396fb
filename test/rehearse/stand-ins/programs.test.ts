import { join } from "node:path";
import { expect, test } from "vitest";
import { Machine } from "./machine.ts";

const token = { GH_TOKEN: "t0ken" };
const start = ["workflow", "run", "cd.yaml", "--repo", "Acme/risk", "--ref", "main"];

test("gh: a workflow is started, which is written down", () => {
  const machine = new Machine();
  expect(machine.call(["gh", ...start], { env: token })).toEqual({
    code: 0,
    log: "✓ Created workflow_dispatch event for cd.yaml at main",
  });
  expect(machine.journal("gh.jsonl")).toEqual([{ job: "build", argv: start, exit: 0 }]);
});

test.for<[string, readonly string[], Record<string, string>, string]>([
  ["anything else", ["pr", "list"], token, "gh pr list: a rehearsal knows `gh workflow run` only"],
  ["a workflow without a branch", start.slice(0, 5), token, "needs the workflow's file, --repo and --ref"],
  ["a call without a token", start, {}, "set the GH_TOKEN environment variable"],
])("gh: %s is refused", ([, argv, env, text]) => {
  const machine = new Machine();
  expect(machine.call(["gh", ...argv], { env })).toEqual({ code: 1, log: expect.stringContaining(text) });
  expect(machine.journal("gh.jsonl")).toEqual([{ job: "build", argv, exit: 1 }]);
});

const tool = () => {
  const machine = new Machine().write({
    "cli.js": "console.log(process.argv.slice(2).join(' ')); process.exitCode = 3",
  });
  const env = { REHEARSAL_CLI: join(machine.workspace, "cli.js") };
  return (...argv: readonly string[]) => machine.call(argv, { env });
};

test.for<[string, ...string[]]>([
  ["npx", "--yes", "creditrisk-ci@1.2.3", "check", "--format", "github"],
  ["npx", "creditrisk-ci@1.2.3", "check", "--format", "github"],
  ["npm", "exec", "--yes", "--", "creditrisk-ci@1.2.3", "check", "--format", "github"],
  ["npm", "exec", "creditrisk-ci@1.2.3", "--", "check", "--format", "github"],
])("the tool runs by %s, and its exit code is that of the call", argv => {
  expect(tool()(...argv)).toEqual({ code: 3, log: "check --format github" });
});

test.for<[string, ...string[]]>([
  ["npx", "--yes", "creditrisk-ci@1.2.4", "check"],
  ["npx", "creditrisk-ci", "check"],
  ["npx", "prettier"],
  ["npm", "ci"],
  ["npm", "exec"],
])("packages: %s %s is refused", argv => {
  expect(tool()(...argv)).toEqual({
    code: 1,
    log: expect.stringContaining("a rehearsal has creditrisk-ci@1.2.3, and no registry of packages"),
  });
});
