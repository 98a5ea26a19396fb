import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeHost } from "../../src/host/node.ts";
import { readCurl } from "../../src/lint/curl.ts";
import { lintFile } from "../../src/lint/lint.ts";
import type { Status } from "../../src/lint/moments.ts";
import { wouldRun } from "../../src/lint/moments.ts";
import { commandsIn } from "../../src/lint/roles.ts";
import { deliveryRules } from "../../src/lint/rules/delivery/index.ts";
import type { Step } from "../../src/lint/workflow.ts";
import { readWorkflowFile } from "../../src/lint/workflow-file.ts";
import { listFolder } from "../../src/repository/contents.ts";

const stepOf = async (text: string): Promise<Step> => {
  const head = "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n";
  const { workflow } = await readWorkflowFile("example.yaml", head + text.replace(/^/gm, "      "), undefined);
  return workflow?.steps[0] as Step;
};

test.for<[condition: string, status: Status, runs: boolean | undefined]>([
  ["true", "failure", false],
  ["false", "success", false],
  ["github.ref == 'refs/heads/main'", "success", undefined],
  ["github.ref == 'refs/heads/main'", "failure", false],
  ["failure()", "failure", true],
  ["failure()", "cancelled", false],
  [`\${{ !cancelled() }}`, "failure", true],
  [`\${{ !cancelled() }}`, "cancelled", false],
  ["always() && github.ref == 'x'", "failure", undefined],
  ["failure() && github.ref == 'x'", "success", false],
  ["success() || failure()", "cancelled", false],
  ["always() || github.ref == 'x'", "success", true],
  ["failure() && steps.deploy.outcome != 'skipped'", "failure", true],
  ["always() && steps.deploy.outcome == 'Success'", "failure", true],
  ["always() && steps.deploy.outcome == 0", "failure", false],
  [`\${{ always() }} and more`, "failure", undefined],
  [`\${{ secrets.TOKEN != '' }}`, "failure", false],
])("conditions: `%s` after %s", async ([condition, status, runs]) => {
  const step = await stepOf(`- run: echo\n  if: ${condition}\n`);
  const read = ([context]: readonly (string | undefined)[]) => (context === "steps" ? "success" : undefined);
  expect(wouldRun(step.if, { status, read })).toBe(runs);
});

test("conditions: a step without one runs while all is well", () => {
  expect(wouldRun(undefined, { status: "success" })).toBe(true);
  expect(wouldRun(undefined, { status: "failure" })).toBe(false);
});

test.for<[line: string, urls: readonly string[], options: Readonly<Record<string, readonly string[]>>]>([
  ["curl -fsS https://a/health", ["https://a/health"], { fail: [], silent: [], "show-error": [] }],
  [
    "curl -sfo /dev/null -m 5 https://a",
    ["https://a"],
    { silent: [], fail: [], output: ["/dev/null"], "max-time": ["5"] },
  ],
  ["curl -w%{http_code} https://a", ["https://a"], { "write-out": ["%{http_code}"] }],
  ["curl --url https://a --retry 3", ["https://a"], { url: ["https://a"], retry: ["3"] }],
  [
    "curl -XPOST -d @x.json --fail-with-body https://a",
    ["https://a"],
    { request: ["POST"], data: ["@x.json"], "fail-with-body": [] },
  ],
])("curl: `%s` is read", async ([line, urls, options]) => {
  const step = await stepOf(`- run: ${line}\n`);
  const call = readCurl(commandsIn(step)[0] as ReturnType<typeof commandsIn>[number]);
  expect(call.urls.map(({ value }) => value)).toEqual(urls);
  expect(
    Object.fromEntries([...call.options].map(([name, values]) => [name, values.map(({ value }) => value)])),
  ).toEqual(options);
  expect(call.certain).toBe(true);
});

test("roles: a call of a function that hands on its arguments is what the function calls", async () => {
  const step = await stepOf(`- run: |
    ecs() { aws ecs "$@" --output json; }
    ecs update-service --service scoring || exit 1
`);
  const lines = commandsIn(step).map(({ name, args }) => [name, ...args.map(({ text }) => text)].join(" "));
  expect(lines).toContain("aws ecs update-service --service scoring --output json");
});

const repository = listFolder(join(import.meta.dirname, "../golden"), nodeHost().files);
const generated = readFileSync(join(import.meta.dirname, "../golden/default/cd.yaml"), "utf8");

const found = async (text: string): Promise<readonly string[]> => {
  const findings = await lintFile({ path: "cd.yaml", bytes: Buffer.from(text) }, deliveryRules, repository);
  return findings.map(({ code }) => code);
};

const edited = (from: string | RegExp, to: string): string => {
  const text = generated.replace(from, to);
  expect(text).not.toBe(generated);
  return text;
};

const CONDITION = "(failure() || cancelled()) && steps.deploy.outcome != 'skipped'";

test.for<[what: string, from: string | RegExp, to: string]>([
  ["a condition in other words", CONDITION, "!success() && steps.deploy.conclusion != 'skipped'"],
  [
    "a condition by the outcomes",
    CONDITION,
    "always() && steps.deploy.outcome != 'skipped' && job.status != 'success'",
  ],
  ["waiting said as a text", "wait-for-service-stability: true", 'wait-for-service-stability: "TRUE"'],
  ["waiting left to the verification", /\n +wait-for-service-stability: true/, ""],
  ["another name for the deploying step", /steps\.deploy\.|id: deploy$/gm, ""],
])("delivery: the generated workflow with %s is still right", async ([what, from, to]) => {
  const text = what.startsWith("another")
    ? generated.replaceAll("steps.deploy.", "steps.roll-out.").replace("id: deploy\n", "id: roll-out\n")
    : edited(from, to);
  expect(await found(text)).toEqual([]);
});

test.for<[what: string, from: string | RegExp, to: string, code: string]>([
  [
    "without the step that rolls back",
    / {6}# Only when the deployment began\.[\s\S]*?(?=\n {2}# Only a model)/,
    "",
    "pipeline/deploy-without-rollback",
  ],
  ["blind to a cancellation", "(failure() || cancelled())", "failure()", "pipeline/rollback-misses-cancellation"],
  ["with an old action", "# v2.6.3", "# v2.6.0", "pipeline/old-ecs-deploy"],
  [
    "that promotes in parallel",
    "needs: [train, image-api, image-batch, deploy]",
    "needs: [train]",
    "pipeline/promotion-before-deploy",
  ],
  [
    "with an upload before the rollback",
    / {6}# Only when the deployment began\./,
    `      - name: Keep the answer
        uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with:
          name: answer
          path: answer.json

      # Only when the deployment began.`,
    "pipeline/rollback-for-other-failures",
  ],
])("delivery: the generated workflow %s is not", async ([, from, to, code]) => {
  const text = edited(from, to).replace(
    /(@c465972ecbd160473f22e683363b422a5412a3de)(?= # v2\.6\.0)/,
    `@${"a1".repeat(20)}`,
  );
  expect(await found(text)).toContain(code);
});
