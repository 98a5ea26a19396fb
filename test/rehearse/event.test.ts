import { expect, test } from "vitest";
import type { Event } from "../../src/rehearse/event.ts";
import { branchOf, payloadOf } from "../../src/rehearse/event.ts";

const slug = { owner: "Acme-Bank", name: "CreditRisk" };
const payload = (event: Event) => payloadOf(event, "0123abc", slug, "main");

test("an event: the branch that is checked out is the one that was pushed, or asks to be merged", () => {
  expect(branchOf({ kind: "push", branch: "main" })).toBe("main");
  expect(branchOf({ kind: "schedule", cron: "0 6 * * *", branch: "main" })).toBe("main");
  expect(branchOf({ kind: "pull_request", head: "change", base: "main", fork: false })).toBe("change");
});

test("an event: every payload names the repository and its default branch", () => {
  const events: readonly Event[] = [
    { kind: "push", branch: "main" },
    { kind: "pull_request", head: "change", base: "main", fork: false },
    { kind: "schedule", cron: "0 6 * * *", branch: "main" },
    { kind: "workflow_dispatch", branch: "main", inputs: {} },
  ];
  for (const event of events)
    expect(payload(event)).toMatchObject({
      repository: { full_name: "Acme-Bank/CreditRisk", owner: { login: "Acme-Bank" }, default_branch: "main" },
    });
});

test("an event: a push, a schedule and a dispatch say what started them", () => {
  expect(payload({ kind: "push", branch: "main" })).toMatchObject({ ref: "refs/heads/main", after: "0123abc" });
  expect(payload({ kind: "schedule", cron: "0 6 * * *", branch: "main" })).toMatchObject({ schedule: "0 6 * * *" });
  expect(payload({ kind: "workflow_dispatch", branch: "fix", inputs: { force: "true" } })).toMatchObject({
    ref: "refs/heads/fix",
    inputs: { force: "true" },
  });
});

test("an event: a pull request of a fork comes from somebody else's repository", () => {
  const request = (fork: boolean) => payload({ kind: "pull_request", head: "change", base: "main", fork });
  expect(request(true)).toMatchObject({
    pull_request: {
      head: { ref: "change", sha: "0123abc", repo: { full_name: "somebody/CreditRisk", fork: true } },
      base: { ref: "main", repo: { full_name: "Acme-Bank/CreditRisk" } },
    },
  });
  expect(request(false)).toMatchObject({
    pull_request: { head: { repo: { full_name: "Acme-Bank/CreditRisk", fork: false } } },
  });
});
