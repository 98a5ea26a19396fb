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
  linted = await actionlint(texts, { labels });
  audited = await zizmor(texts);
});

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
