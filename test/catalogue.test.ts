import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { ActionFacts } from "../src/actions/catalogue.ts";
import { actionFacts, catalogue } from "../src/actions/catalogue.ts";
import type { Lock } from "../src/actions/lock.ts";
import { initialLock, lockText, parseLock, pinActions } from "../src/actions/lock.ts";
import type { WorkflowFile } from "./support/invariants.ts";
import { lock, workflowsOf } from "./support/plan.ts";

const entries: readonly (readonly [string, ActionFacts])[] = Object.entries(catalogue);
const FILE = "pipeline.lock.json";

describe.for(entries)("catalogue: %s", ([name, { version, sha, runtime, inputs, outputs }]) => {
  test("names a release and its commit", () => {
    expect(name).toMatch(/^[a-z0-9-]+(\/[a-z0-9-]+){1,2}$/);
    expect(version).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(sha).toMatch(/^[0-9a-f]{40}$/);
  });

  test("runs on what GitHub still supports", () => {
    expect(["node24", "composite"]).toContain(runtime);
  });

  test("has each input and output once, whatever its case", () => {
    for (const names of [Object.keys(inputs), outputs])
      expect(new Set(names.map(entry => entry.toLowerCase())).size).toBe(names.length);
  });
});

test("catalogue: folders of one repository share release and commit", () => {
  const pins = new Map<string, string>();
  for (const [name, { version, sha }] of entries) {
    const repository = name.split("/").slice(0, 2).join("/");
    expect(pins.get(repository) ?? `${version} ${sha}`).toBe(`${version} ${sha}`);
    pins.set(repository, `${version} ${sha}`);
  }
});

describe("catalogue: what the workflows use", () => {
  const texts = [
    ...workflowsOf({
      name: "a",
      python: { installer: "uv" },
      images: [{ name: "api", dockerfile: "D", platforms: ["linux/arm64"], buildArgs: { A: "b" }, attest: true }],
      deploy: { aws: { auth: { role: "arn:aws:iam::123456789012:role/x" } } },
    }).values(),
    ...workflowsOf({ name: "b" }).values(),
  ];
  const steps = texts.flatMap(text =>
    Object.values((parse(text) as WorkflowFile).jobs).flatMap(job => job.steps.map(step => ({ text, job, step }))),
  );
  const used = steps.flatMap(({ step }) =>
    step.uses === undefined ? [] : [{ ...step, action: step.uses.replace(/@.*/, "") }],
  );

  test("are actions it knows, with inputs they have", () => {
    expect(used.length).toBeGreaterThan(20);
    for (const { action, with: inputs = {} } of used) {
      const known = Object.entries(actionFacts(action)?.inputs ?? {});
      expect(known.map(([input]) => input)).toEqual(expect.arrayContaining(Object.keys(inputs)));
      expect(known.filter(([input, kind]) => kind === "deprecated" && input in inputs)).toEqual([]);
      expect(known.filter(([input, kind]) => kind === "required" && !(input in inputs))).toEqual([]);
    }
  });

  test("are outputs the actions have", () => {
    const read = steps.flatMap(({ job, step }) =>
      [...JSON.stringify(step).matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)].map(([, id, output]) => ({
        action: job.steps.find(other => other.id === id)?.uses?.replace(/@.*/, ""),
        output,
      })),
    );
    const ofActions = read.filter(({ action }) => action !== undefined);
    expect(ofActions.length).toBeGreaterThan(5);
    for (const { action, output } of ofActions) expect(actionFacts(action as string)?.outputs).toContain(output);
  });

  test("are all its actions but those offered to a team's own steps", () => {
    const actions = new Set(used.map(({ action }) => action));
    expect(entries.map(([name]) => name).filter(name => !actions.has(name))).toEqual(OFFERED);
  });
});

/** In the catalogue for `extend` alone. */
const OFFERED: readonly string[] = [
  "anchore/sbom-action",
  "aquasecurity/trivy-action",
  "codecov/codecov-action",
  "step-security/harden-runner",
];

describe("lock: the initial one", () => {
  test("pins every repository of the catalogue once, sorted", () => {
    const repositories = new Set(entries.map(([name]) => name.split("/").slice(0, 2).join("/")));
    expect(lock.actions.map(({ action }) => action)).toEqual([...repositories].sort());
  });

  test("is what is read back from its text, one action a line", () => {
    expect(parseLock(lockText(lock), FILE)).toEqual({ ok: true, value: lock });
    for (const { action, version, sha } of lock.actions)
      expect(lockText(lock)).toContain(`    { "action": "${action}", "version": "${version}", "sha": "${sha}" }`);
  });
});

describe("lock: a broken one", () => {
  const text = lockText(lock);
  const [first, second] = lock.actions as readonly [Lock["actions"][number], Lock["actions"][number]];

  test.for<[what: string, text: string, expected: object]>([
    ["is no JSON", text.slice(0, 40), { code: "pins/invalid-lock", message: expect.stringContaining("is not JSON") }],
    ["is empty", "", { code: "pins/invalid-lock" }],
    ["holds a list", "[]", { code: "pins/invalid-lock", message: "the lock file must hold an object" }],
    [
      "comes from a newer release",
      text.replace('"lockfileVersion": 1', '"lockfileVersion": 2'),
      { code: "pins/future-lock", hint: "run the newer creditrisk-ci that wrote it" },
    ],
    ["has no version", text.replace("lockfileVersion", "version"), { message: "`lockfileVersion` must be 1" }],
    ["has no release", text.replace('"1.0.0"', '"latest"'), { message: expect.stringContaining("`tool.version`") }],
    ["has no actions", text.replace('"actions"', '"pins"'), { message: "`actions` must be a list" }],
    [
      "lists an action twice",
      text.replace(`"${second.action}"`, `"${first.action}"`),
      { message: `${first.action} is listed twice` },
    ],
    [
      "has a short commit",
      text.replace(first.sha, first.sha.slice(0, 7)),
      { message: expect.stringContaining("40 lower-case hexadecimal digits"), line: 5 },
    ],
    [
      "has a moving version",
      text.replace(`"${first.version}"`, '"v4"'),
      { message: expect.stringContaining("a full release such as v1.2.3"), line: 5 },
    ],
    ["has an action without an owner", text.replace(first.action, "attest"), { code: "pins/invalid-lock" }],
    ["has an entry that is text", text.replace(/\{ "action".*\}/, '"actions/attest"'), { code: "pins/invalid-lock" }],
  ])("%s: one diagnostic says so", ([, broken, expected]) => {
    expect(broken).not.toBe(text);
    const result = parseLock(broken, FILE);
    expect(result.ok).toBe(false);
    if (!result.ok)
      expect(result.diagnostics).toEqual([expect.objectContaining({ severity: "error", file: FILE, ...expected })]);
  });

  test("all wrong entries are told at once", () => {
    const result = parseLock(text.replace(/"v(?=\d)/g, '"w'), FILE);
    expect(!result.ok && result.diagnostics.length).toBe(lock.actions.length);
  });
});

describe("lock: pins", () => {
  const without = (action: string): Lock => ({ ...lock, actions: lock.actions.filter(pin => pin.action !== action) });

  test("are found for an action, for a folder of it, and whatever the case", () => {
    const pins = pinActions(lock, ["actions/cache/restore", "Docker/Login-Action"], FILE);
    expect(pins.ok && pins.value.of("actions/cache/save")?.action).toBe("actions/cache");
    expect(pins.ok && pins.value.of("docker/login-action")?.version).toMatch(/^v/);
  });

  test("that are missing are told with the very line to add", () => {
    const result = pinActions(without("actions/checkout"), ["actions/checkout", "actions/checkout"], FILE);
    expect(!result.ok && result.diagnostics).toEqual([
      {
        code: "pins/missing",
        severity: "error",
        file: FILE,
        message: "the workflows use actions/checkout, which the lock file does not pin",
        hint: expect.stringMatching(/^add the line \{.*\}$/),
      },
    ]);
    const line = !result.ok ? result.diagnostics[0]?.hint?.replace("add the line ", "") : "";
    expect(lockText(initialLock("1.0.0"))).toContain(`    ${line}`);
  });

  test("that are missing for an action nobody knows are told without inventing a commit", () => {
    const result = pinActions(lock, ["acme/deploy"], FILE);
    expect(!result.ok && result.diagnostics[0]?.hint).toBe(
      "add a line with its `action`, `version` and the `sha` of that release's commit",
    );
  });

  test("of another major than the workflows are written for are refused", () => {
    const old: Lock = {
      ...lock,
      actions: lock.actions.map(pin => (pin.action === "actions/checkout" ? { ...pin, version: "v3.6.0" } : pin)),
    };
    const result = pinActions(old, ["actions/checkout"], FILE);
    expect(!result.ok && result.diagnostics[0]).toMatchObject({
      code: "pins/unsupported-major",
      message: expect.stringContaining("v3.6.0"),
      hint: expect.stringContaining(actionFacts("actions/checkout")?.sha as string),
    });
  });

  test("of another release of the same major are obeyed", () => {
    const sha = "0123456789".repeat(4);
    const bumped: Lock = {
      ...lock,
      actions: lock.actions.map(pin => (pin.action === "actions/checkout" ? { ...pin, version: "v7.9.9", sha } : pin)),
    };
    const pins = pinActions(bumped, ["actions/checkout"], FILE);
    expect(pins.ok && pins.value.of("actions/checkout")).toEqual({
      action: "actions/checkout",
      version: "v7.9.9",
      sha,
    });
  });
});
