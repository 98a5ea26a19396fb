import { expect, test } from "vitest";
import { actionFacts } from "../../src/actions/catalogue.ts";
import { actionOf, versionOf } from "../../src/lint/actions.ts";
import { knownAction, knownOutputs, otherActions } from "../../src/lint/known-actions.ts";
import { retiredRuntime, retirementOf } from "../../src/lint/retired-actions.ts";
import type { ActionUse } from "../../src/lint/workflow.ts";

const use = (action: string, ref: string, comment?: string) =>
  ({ kind: "repository", action, ref, comment, folder: undefined }) as ActionUse;

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

test.for([...otherActions])("known actions: %s is well-formed, and the catalogue does not have it", name => {
  const known = knownAction(name);
  expect(name).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+(?:\/[a-z0-9-]+)*$/);
  expect(actionFacts(name)).toBeUndefined();
  expect(known?.version).toMatch(/^v\d+\.\d+\.\d+$/);
  expect(known?.sha).toMatch(/^[0-9a-f]{40}$/);
  const inputs = Object.keys(known?.inputs ?? {}).map(input => input.toLowerCase());
  expect(new Set(inputs).size).toBe(inputs.length);
  for (const word of [...inputs, ...(known?.outputs ?? [])]) expect(word).toMatch(/^[\w-]+$/);
});

test("known actions: names are those of actions, not of what every object has", () => {
  expect(knownAction("constructor")).toBeUndefined();
  expect(knownAction("actions/checkout")?.inputs).toHaveProperty("fetch-depth");
});

test("known actions: outputs named only at run time leave the list open, others are added to it", () => {
  const outputs = (name: string) => {
    const known = knownAction(name);
    return known && knownOutputs(name, known);
  };
  expect(outputs("dorny/paths-filter")).toBeUndefined();
  expect(outputs("aws-actions/configure-aws-credentials")).toContain("authenticated-arn");
});

test.for([
  ["v4", undefined, { major: 4, minor: undefined, patch: undefined }],
  ["v4.2.1", undefined, { major: 4, minor: 2, patch: 1 }],
  ["3.1", undefined, { major: 3, minor: 1, patch: undefined }],
  [COMMIT, "v6.0.0", { major: 6, minor: 0, patch: 0 }],
  [COMMIT, "tag=v6.0.0", { major: 6, minor: 0, patch: 0 }],
  [COMMIT, "pinned by hand, v2 branch", { major: 2, minor: undefined, patch: undefined }],
  [COMMIT, undefined, undefined],
  ["main", undefined, undefined],
  ["release/v4", "v3", undefined],
] as const)("known actions: the version of @%s # %s is read", ([ref, comment, expected]) => {
  expect(versionOf(use("acme/thing", ref, comment))).toEqual(expected);
});

test("known actions: the commit of a known release has its version, whatever the comment says", () => {
  const known = knownAction("actions/checkout");
  const [, major] = /^v(\d+)/.exec(known?.version ?? "") ?? [];
  expect(versionOf(use("actions/checkout", known?.sha ?? "", "v1.0.0"))?.major).toBe(Number(major));
});

test("known actions: a step is held to the release that is known as far as the two are alike", () => {
  const known = knownAction("docker/build-push-action");
  const [major = 0, minor = 0] = (known?.version ?? "").slice(1).split(".").map(Number);
  const certainty = (ref: string, comment?: string) =>
    actionOf(use("docker/build-push-action", ref, comment), undefined)?.certainty;
  expect(certainty(known?.sha ?? "")).toBe("same");
  expect(certainty(COMMIT, known?.version)).toBe("same");
  expect(certainty(`v${major}`)).toBe("near");
  expect(certainty(`v${major}.${minor + 1}.0`)).toBe("newer");
  expect(certainty(`v${major + 1}`)).toBe("newer");
  expect(certainty(`v${major - 1}.9.9`)).toBe("other");
  expect(certainty(COMMIT)).toBe("other");
  expect(certainty("main")).toBe("other");
});

test.for([
  ["actions/upload-artifact", "v3", true],
  ["actions/upload-artifact", "v4", undefined],
  ["actions/cache", "v2.1.7", true],
  ["actions/cache", "v3.3.9", false],
  ["actions/cache", "v3.4.0", undefined],
  ["actions/cache", "v3", undefined],
  ["actions/cache", "v4.1.2", false],
  ["actions/cache", "v4.2.0", undefined],
  ["actions/cache", "v5", undefined],
  ["acme/upload-artifact", "v1", undefined],
] as const)("retired actions: a step with %s@%s fails: %s", ([action, ref, fails]) => {
  const version = versionOf(use(action, ref));
  expect(version && retirementOf(action, version)?.fails).toBe(fails);
});

test.for([
  ["actions/checkout", "v2", "Node.js 12"],
  ["actions/checkout", "v3", "Node.js 16"],
  ["actions/checkout", "v4.2.2", "Node.js 20"],
  ["actions/checkout", "v5", undefined],
  ["acme/checkout", "v1", undefined],
] as const)("retired actions: %s@%s was made for %s", ([action, ref, runtime]) => {
  const version = versionOf(use(action, ref));
  expect(version && retiredRuntime(action, version)).toBe(runtime);
});

test("retired actions: no action of the catalogue is one", () => {
  for (const name of otherActions.concat("actions/checkout", "actions/upload-artifact", "docker/login-action")) {
    const known = knownAction(name);
    const version = known && versionOf(use(name, known.sha));
    if (!known || !version || known.runtime === "node16" || known.runtime === "node20") continue;
    expect(retirementOf(name, version)).toBeUndefined();
    expect(retiredRuntime(name, version)).toBeUndefined();
  }
});
