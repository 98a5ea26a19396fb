// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of GitHub
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { shellText } from "../scripts/shell-text.mjs";
import type { ConfigInput } from "../src/index.ts";
import type { WorkflowName } from "../src/model/workflow-name.ts";
import dvcEnvironment from "../templates/scripts/dvc-environment.sh";
import { config, line, pipeline } from "./support/arbitrary.ts";
import type { WorkflowFile } from "./support/invariants.ts";
import { broken } from "./support/invariants.ts";
import { parserFindings } from "./support/linters.ts";
import { lock, planned, workflowsOf } from "./support/plan.ts";

const workflowOf = (file: string): WorkflowName =>
  /(nightly|night)\.yaml$/.test(file) ? "nightly" : /cd\.yaml$/.test(file) ? "cd" : "ci";

describe("properties: any valid config", () => {
  test("yields workflows that GitHub's parser accepts and that obey the invariants", async () => {
    await fc.assert(
      fc.asyncProperty(config, async given => {
        for (const [file, text] of workflowsOf(given)) {
          expect(await parserFindings(text)).toEqual([]);
          expect(broken(workflowOf(file), text, lock)).toEqual([]);
        }
      }),
      { numRuns: 80 },
    );
  }, 300_000);

  test("yields the same bytes again, and with its keys in another order", () => {
    fc.assert(
      fc.property(config, given => {
        const first = workflowsOf(given);
        expect(workflowsOf(structuredClone(given))).toEqual(first);
        expect(workflowsOf(reversed(given, ""))).toEqual(first);
      }),
      { numRuns: 80 },
    );
  }, 300_000);

  test("is read back from the workflows word for word", () => {
    const texts = fc.record({
      lint: line,
      title: line,
      install: line,
      fresh: line,
      container: line,
      environment: line,
      expect: line,
      monitor: line,
      retrain: line,
      promote: line,
      argument: line,
      url: line,
    });
    fc.assert(
      fc.property(texts, given => {
        const files = workflowsOf({
          name: "a",
          python: { install: [given.install, given.install] },
          checks: { lint: { command: given.lint, name: given.title } },
          dvc: { remote: { url: given.url } },
          freshness: { command: given.fresh },
          images: [{ name: "api", dockerfile: "D", buildArgs: { A: given.argument } }],
          deploy: {
            container: given.container,
            environment: given.environment,
            smoke: { predict: { expect: given.expect } },
          },
          promote: { command: given.promote },
          nightly: { monitor: { command: given.monitor }, retrain: { command: given.retrain } },
        });
        const step = (file: string, job: string, id: string) => {
          const workflow = parse(files.get(file) ?? "") as WorkflowFile;
          return workflow.jobs[job]?.steps.find(one => one.id === id);
        };
        const script = (text: string) => `set -euo pipefail\n${text}\n`;
        expect(step("ci.yaml", "quality", "lint")).toMatchObject({ name: given.title, run: script(given.lint) });
        expect(
          JSON.parse(String(step("ci.yaml", "quality", "summary")?.env?.GATES).replace(/\$\{\{.*?\}\}/g, ""))[0],
        ).toMatchObject({
          name: given.title,
        });
        expect(step("ci.yaml", "quality", "install")?.run).toBe(script(`${given.install}\n${given.install}`));
        expect(step("cd.yaml", "train", "dvc-remote")?.env?.DVC_REMOTE_URL).toBe(given.url);
        expect(step("cd.yaml", "train", "freshness")?.run).toBe(
          script(`${given.fresh} --max-age-hours 48 --fail-on-stale`),
        );
        expect(step("cd.yaml", "image-api", "build")?.with?.["build-args"]).toBe(`A=${given.argument}`);
        expect(step("cd.yaml", "deploy", "render")?.with?.["container-name"]).toBe(given.container);
        expect(step("cd.yaml", "deploy", "smoke")?.env?.EXPECT).toBe(given.expect);
        expect((parse(files.get("cd.yaml") ?? "") as WorkflowFile).jobs.deploy?.environment).toBe(given.environment);
        expect(step("cd.yaml", "promote", "promote")?.run).toBe(script(given.promote));
        expect(step("nightly.yaml", "refresh", "monitor")?.run).toBe(script(given.monitor));
        expect(step("nightly.yaml", "retrain", "retrain")?.run).toBe(`${dvcEnvironment}${given.retrain}\n`);
      }),
      { numRuns: 60 },
    );
  }, 300_000);
});

describe("properties: any other config", () => {
  /** Every problem is told in full, and nothing is thrown. */
  const answered = (given: unknown) => {
    const result = planned(given);
    if (result.ok) return;
    expect(result.diagnostics.length).toBeGreaterThan(0);
    for (const { code, severity, message, file } of result.diagnostics) {
      expect(code).toMatch(/^(config\/[a-z-]+|pins\/missing)$/);
      expect(severity).toBe("error");
      expect(message).not.toBe("");
      expect(message).not.toMatch(/\[object /);
      expect(file).toBe(code === "pins/missing" ? "pipeline.lock.json" : "pipeline.config.ts");
    }
  };
  const nasty = fc.constantFrom<unknown>(
    ...[
      "${{ secrets.X }}",
      "a\u0000b",
      "a\nb",
      "\u001b[31m",
      "\u202e",
      "\ud800",
      "..",
      "../x",
      "a/../../x",
      "/etc/passwd",
    ],
    ...["~/x", "C:\\x", "a\\b", "-rf", "", " ", "constructor", "__proto__", "x".repeat(5000)],
    ...[null, undefined, true, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, [], {}, [[]], { secret: "GITHUB_X" }],
  );

  test("with one value changed into anything is answered, never thrown at", () => {
    fc.assert(
      fc.property(config, fc.nat(), fc.oneof(nasty, fc.jsonValue()), (given, at, replacement) => {
        const places = leaves(given);
        answered(replaced(given, places[at % places.length] as readonly string[], replacement));
      }),
      { numRuns: 600 },
    );
  }, 300_000);

  test("with an expression, a control character or a way out of the repository in it is refused", () => {
    const hostile = fc.constantFrom("${{ secrets.X }}", "a ${{", "a\u0000", "a\u0007b", "../../x", "a/../../../x");
    fc.assert(
      fc.property(pipeline, fc.nat(), hostile, (given, at, replacement) => {
        const places = leaves(given).filter(path => isPathOrName(path));
        fc.pre(places.length > 0);
        const result = planned(replaced(given, places[at % places.length] as readonly string[], replacement));
        expect(result.ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  }, 300_000);

  test("be it anything at all is answered, never thrown at", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ name: fc.anything(), pipelines: fc.anything() }), fc.jsonValue()),
        answered,
      ),
      {
        numRuns: 500,
      },
    );
  });
});

describe("properties: the output", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "determinism-"));
    await build({
      stdin: {
        contents: `import { workflowsOf } from "./support/plan.ts";
          process.stdout.write(JSON.stringify([...workflowsOf(JSON.parse(process.argv[2]))]));`,
        resolveDir: import.meta.dirname,
      },
      outfile: join(folder, "plan.mjs"),
      bundle: true,
      format: "esm",
      platform: "node",
      logLevel: "error",
      banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
      plugins: [
        {
          name: "shell-text",
          setup: ({ onLoad }) =>
            onLoad({ filter: /\.sh$/ }, ({ path }) => ({ contents: shellText(path), loader: "text" })),
        },
      ],
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is the same in another time zone, language and folder", async () => {
    const given: ConfigInput = {
      name: "creditrisk",
      nightly: { timezone: "Europe/Berlin" },
      notify: { slack: { secret: "A" } },
    };
    const expected = JSON.stringify([...workflowsOf(given)]);
    const places = [
      { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
      {
        TZ: "America/St_Johns",
        LANG: "C",
        LC_ALL: "C",
        HOME: "/nowhere",
        USER: "nobody",
        CI: "true",
        GITHUB_ACTIONS: "true",
      },
    ];
    for (const [index, env] of places.entries()) {
      const { stdout } = await execa(process.execPath, [join(folder, "plan.mjs"), JSON.stringify(given)], {
        cwd: index === 0 ? folder : "/",
        env,
        extendEnv: false,
      });
      expect(stdout).toBe(expected);
    }
  });
});

/** Tables whose order is the author's: it is the order of steps, of lines or of JSON. */
const ORDERED = new Set(["checks", "buildArgs", "payload", "env", "with", "jobs"]);

const reversed = <T>(given: T, key: string): T => {
  if (Array.isArray(given)) return given.map(one => reversed(one, "")) as T;
  if (typeof given !== "object" || given === null || key === "payload") return given;
  const entries = Object.entries(given).map(([name, inner]) => [name, reversed(inner, name)] as const);
  return Object.fromEntries(ORDERED.has(key) ? entries : entries.reverse()) as T;
};

const leaves = (given: unknown): readonly (readonly string[])[] =>
  typeof given === "object" && given !== null && Object.keys(given).length > 0
    ? Object.entries(given)
        .flatMap(([key, inner]) => [[key], ...leaves(inner).map(path => [key, ...path])])
        .filter(path => path.length > 0)
    : [[]];

const replaced = (given: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown => {
  if (key === undefined) return replacement;
  if (Array.isArray(given))
    return given.map((one, index) => (String(index) === key ? replaced(one, rest, replacement) : one));
  return Object.fromEntries(
    Object.entries(given as object).map(([name, inner]) => [
      name,
      name === key ? replaced(inner, rest, replacement) : inner,
    ]),
  );
};

/** Fields in which none of the hostile texts is allowed. */
const isPathOrName = (path: readonly string[]): boolean =>
  [
    "name",
    "root",
    "defaultBranch",
    "version",
    "lockFiles",
    "trigger",
    "dockerfile",
    "context",
    "secret",
    "variable",
    "stages",
  ].includes(path.at(-1) ?? "") &&
  !path.includes("payload") &&
  !path.includes("checks") &&
  !path.includes("extend");
