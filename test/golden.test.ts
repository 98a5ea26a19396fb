// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of GitHub
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ConfigInput } from "../src/index.ts";
import type { WorkflowName } from "../src/model/workflow-name.ts";
import { broken, unsightly } from "./support/invariants.ts";
import type { Findings } from "./support/linters.ts";
import { actionlint, languageServiceFindings, parserFindings, zizmor } from "./support/linters.ts";
import { lock, workflowsOf } from "./support/plan.ts";

const folder = join(import.meta.dirname, "golden");
const cases = readdirSync(folder).sort();
/** Labels of the team's own runners in the case `self-hosted`. */
const labels = ["gpu-linux"];

const files = (
  await Promise.all(
    cases.map(async name => {
      const { default: config } = (await import(`./golden/${name}/config.ts`)) as { readonly default: ConfigInput };
      return [...workflowsOf(config)].map(([file, text]) => ({ path: `${name}/${file}`, text }));
    }),
  )
).flat();
const texts = new Map(files.map(({ path, text }) => [path, text]));

/** Of the file names in the goldens, which is which workflow. */
const workflowOf = (path: string): WorkflowName =>
  /nightly/.test(path) ? "nightly" : /(cd|deliver)\.ya?ml$/.test(path) ? "cd" : "ci";

let linted: Findings;
let audited: Findings;
beforeAll(async () => {
  linted = await actionlint(texts, labels);
  audited = await zizmor(texts);
}, 120_000);

describe.for(files)("golden: $path", ({ path, text }) => {
  test("is the committed file", async () => {
    await expect(text).toMatchFileSnapshot(join(folder, path));
  });

  test("is accepted by GitHub's parser and language service", async () => {
    expect(await parserFindings(text)).toEqual([]);
    expect(await languageServiceFindings(text)).toEqual([]);
  });

  test("is clean for actionlint with shellcheck and for zizmor's auditor", () => {
    expect(linted.get(path)).toBeUndefined();
    expect(audited.get(path)).toBeUndefined();
  });

  test("obeys the invariants of every generated workflow", () => {
    expect(broken(workflowOf(path), text, lock)).toEqual([]);
    expect(unsightly(text)).toEqual([]);
  });
});

test("golden: no file is left over from a case that no longer yields it", () => {
  const committed = cases.flatMap(name => readdirSync(join(folder, name)).map(file => `${name}/${file}`));
  expect(committed.filter(path => !path.endsWith("/config.ts") && !texts.has(path))).toEqual([]);
});

/** A small workflow without a finding, into which the tests below put one mistake each. */
const harmless = texts.get("minimal/ci.yaml") as string;
const mistake = (from: string | RegExp, to: string): ReadonlyMap<string, string> => {
  const text = harmless.replace(from, to);
  expect(text).not.toBe(harmless);
  return new Map([["mistake.yaml", text]]);
};

describe("golden: a clean result means something:", () => {
  test("GitHub's parser reports a secret in a condition", async () => {
    const [text = ""] = mistake("if: ${{ always() }}", "if: ${{ secrets.X != '' }}").values();
    expect((await parserFindings(text)).join()).toContain("Unrecognized named-value: 'secrets'");
  });

  test("the parser's conversion reports a job that is not there", async () => {
    const [text = ""] = mistake("needs: [quality, workflows]", "needs: [quality, workflow]").values();
    expect((await parserFindings(text)).join()).toContain("depends on unknown job 'workflow'");
  });

  test("the language service reports a misspelt input of an action pinned to a commit", async () => {
    const [text = ""] = mistake("fetch-depth: 0", "fetch-dept: 0").values();
    expect(await parserFindings(text)).toEqual([]);
    expect((await languageServiceFindings(text)).join()).toContain("Invalid action input 'fetch-dept'");
  });

  test("the language service reports an unknown action", async () => {
    const [text = ""] = mistake("uses: actions/checkout@", "uses: actions/chekout@").values();
    expect(await languageServiceFindings(text)).not.toEqual([]);
  });

  test("actionlint hands the scripts to shellcheck", async () => {
    const found = await actionlint(mistake("run: |\n", "run: |\n          echo $UNQUOTED\n"));
    expect(found.get("mistake.yaml")?.join()).toContain("SC2086");
  });

  test("actionlint reports a runner nobody has", async () => {
    const found = await actionlint(mistake("runs-on: ubuntu-latest", "runs-on: gpu-linux"));
    expect(found.get("mistake.yaml")?.join()).toContain('label "gpu-linux" is unknown');
  });

  test("zizmor audits what actionlint lets pass", async () => {
    const credentials = mistake("persist-credentials: false", "persist-credentials: true");
    expect((await actionlint(credentials)).size).toBe(0);
    expect((await zizmor(credentials)).get("mistake.yaml")?.join()).toContain("artipacked");
  });

  test("zizmor refuses a file it cannot read", async () => {
    await expect(zizmor(mistake("jobs:\n", "jobs: [\n"))).rejects.toThrow("zizmor ended with 1");
  });
});

describe("golden: the invariants see", () => {
  const delivered = texts.get("oidc/cd.yaml") as string;
  const prove = (name: WorkflowName, text: string, from: string | RegExp, to: string) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    // The header's hash is then wrong as well, which is a finding of its own.
    return broken(name, changed, lock).filter(finding => !finding.startsWith("the header"));
  };

  test.for<[what: string, from: string | RegExp, to: string]>([
    ["permissions at the top", "permissions: {}", "permissions:\n  contents: read"],
    ["a permission without its reason", "contents: read # to check out the code", "contents: read"],
    ["train: no permissions", / {4}permissions:\n {6}contents: read # .*\n/, ""],
    ["train: no timeout", /timeout-minutes: 180\n/, "\n"],
    ["train: no name", "name: Train and validate", 'name: ""'],
    ["the workflow has no name", /^name: .*$/m, ""],
    ["no cancel-in-progress", "cancel-in-progress: false", ""],
    ["no concurrency group", /group: .*/, "group: 1"],
    ["an event that runs foreign code with secrets", "workflow_dispatch:", "pull_request_target:"],
    ["not pinned as locked", /checkout@[0-9a-f]{40}/, "checkout@v7"],
    ["not pinned as locked", /checkout@[0-9a-f]{40}/, `checkout@${"0".repeat(40)}`],
    ["a wrong version comment", /(checkout@.*) # v.*/, "$1"],
    ["checkout keeps credentials", "persist-credentials: false", "persist-credentials: true"],
    ["an expression in a script", "set -euo pipefail\n", "set -euo pipefail\n          echo ${{ github.sha }}\n"],
    ["a script that goes on after errors", "set -euo pipefail", "set -eu"],
    ["a secret without an environment", "    environment: eu-training\n", ""],
    [
      "a secret outside its steps",
      "    timeout-minutes: 180\n",
      "    timeout-minutes: 180\n    env: { A: '${{ secrets.A }}' }\n",
    ],
    ["a secret outside env and with", /if: \$\{\{ !cancelled\(\) \}\}/, "if: ${{ secrets.A }}"],
    ["output promote", /promote: \$\{\{.*\}\}/, "promote: ${{ secrets.A }}"],
    ["output region", /( +)promote: \$\{\{ steps/, "$1region: ${{ steps.aws.outputs.region }}\n$&"],
    ["a cache in a workflow that publishes", "actions/download-artifact", "actions/cache/restore"],
    ["a condition with text around it", /if: \$\{\{ (.*) \}\}/, "if: ${{ $1 }} x"],
    ["a finding is silenced", "name: Train", "name: Train # zizmor: ignore[x]\n    #"],
    ["a path of this machine", "name: Train", `name: ${process.cwd()} Train`],
    ["line ends", /\n$/, ""],
    ["line ends", "\n", "\r\n"],
    ["the file is too large", /$/, `# ${"x".repeat(500_000)}\n`],
    ["an expression that is too long", "github.ref ==", `${"github.ref == ".repeat(2000)}`],
  ])("%s", ([what, from, to]) => {
    expect(prove("cd", delivered, from, to).join("\n")).toContain(what);
  });

  test("a secret in ci", () => {
    expect(prove("ci", harmless, /env:\n/, "env:\n          TOKEN: ${{ secrets.TOKEN }}\n").join()).toContain(
      "a secret in ci",
    );
  });

  test("an edit, by the hash in the header", () => {
    expect(broken("ci", harmless.replace("ubuntu-latest", "ubuntu-24.04"), lock)).toEqual([
      "the header's hash is not that of the body",
    ]);
  });
});
