import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ActLine } from "../../src/rehearse/act.ts";
import type { Leak } from "../../src/rehearse/leaks.ts";
import { findLeaks, partsOf } from "../../src/rehearse/leaks.ts";
import { leniences } from "../../src/rehearse/lenient.ts";
import type { JobRun } from "../../src/rehearse/log.ts";
import { declared } from "../../src/rehearse/workflow.ts";
import { emptyFolder } from "../support/folders.ts";
import { parserFindings } from "../support/linters.ts";
import { ConcurrencyGroups } from "./support/concurrency.ts";

/*
 * The drills run workflows with act. Where act is more lenient than GitHub, a drill that passes proves nothing, so that every
 * drill is held to more than its result. What is closed, and how:
 *
 * - An output of a job that holds a secret, or anything that was masked: GitHub drops it, act hands it on. → leniences
 * - A secret of an environment: GitHub gives it to jobs that name the environment, act to all. → leniences
 * - A permission the job's token lacks: act has no token that could be refused. → leniences, for what our actions need
 * - A secret in a log, a summary, an output or an artifact: act masks, and looks into nothing. → findLeaks
 * - A context where a key does not offer it, such as `secrets` in an `if`: act evaluates it. → GitHub's own parser
 * - Concurrency groups: act ignores them. → ConcurrencyGroups, where a drill has several runs
 * - Permissions, names and inputs of actions that do not exist: → the linters, on every golden workflow
 *
 * What stays open, because there is nothing here to ask: whether an environment waits for its reviewers, and refuses other
 * branches; whether branch protection requires the check `ci`; whether the filters of `on` start a run at all; what is
 * installed on GitHub's runner images; and what a token may do beyond the scopes that are looked at here.
 */

const job = (id: string, fields: Partial<JobRun> = {}): JobRun => ({
  ...{ id, name: id, result: "success", outputs: {}, steps: [] },
  ...fields,
});

/** A workflow of one job, of whose keys these are. */
const workflow = (keys: object, top: object = {}) =>
  declared(JSON.stringify({ on: "push", ...top, jobs: { work: { "runs-on": "ubuntu-latest", steps: [], ...keys } } }));

const found = (keys: object, top: object = {}) => leniences(workflow(keys, top), [], {}, []);

describe("outputs that GitHub would drop", () => {
  const dropped = (value: string, secrets: Readonly<Record<string, string>>, masked: readonly string[] = []) =>
    leniences(workflow({}), [job("work", { outputs: { place: value } })], secrets, masked);

  test("an output that contains a secret is found", () => {
    expect(dropped("eu-west-1/creditrisk", { AWS_REGION: "eu-west-1" })).toEqual([
      "GitHub would blank the output place of job work: it contains the secret AWS_REGION",
    ]);
  });

  test("an output that contains one line of a secret is found: the runner masks each", () => {
    expect(dropped("second line", { KEY: "first line\nsecond line\n" })).toHaveLength(1);
  });

  test("an output that contains what the run had masked is found", () => {
    expect(dropped("arn:aws:ecs:eu-west-1:123456789012:x", {}, ["123456789012"])).toEqual([
      "GitHub would blank the output place of job work: it contains something that was masked",
    ]);
  });

  test("neither another output nor an empty secret is one", () => {
    expect(dropped("sha256:0123", { AWS_REGION: "eu-west-1", EMPTY: "", BLANK: "\n" }, [""])).toEqual([]);
  });
});

describe("secrets that a job would not get", () => {
  const reading = { steps: [{ run: "true", env: { TOKEN: `\${{ secrets.TOKEN }}` } }] };

  test("a job that reads a secret and names no environment is found", () => {
    expect(found(reading)).toEqual([
      "job work names no environment, so that it cannot read TOKEN where that is an environment's secret",
    ]);
  });

  test("with an environment it may read it, and the token of the job needs none", () => {
    expect(found({ ...reading, environment: "production" })).toEqual([]);
    expect(found({ steps: [{ run: "true", env: { TOKEN: `\${{ secrets.GITHUB_TOKEN }}` } }] })).toEqual([]);
  });
});

describe("permissions that a job lacks", () => {
  const attest = { uses: "actions/attest@0000 # v1" };
  const role = { "role-to-assume": "arn:aws:iam::123456789012:role/deploy" };
  test.for<[string, object, Readonly<Record<string, string>>]>([
    ["the checkout", { uses: "actions/checkout@0000" }, { contents: "read" }],
    ["the login at GHCR", { uses: "docker/login-action@0000", with: { registry: "ghcr.io" } }, { packages: "write" }],
    ["a role", { uses: "aws-actions/configure-aws-credentials@0000", with: role }, { "id-token": "write" }],
    ["an attestation", attest, { "id-token": "write", attestations: "write" }],
    ["starting a workflow", { name: "Start", run: "gh workflow run cd.yaml" }, { actions: "write" }],
  ])("%s needs its own", ([, step, needed]) => {
    const missing = Object.entries(needed).map(([scope, level]) =>
      expect.stringMatching(`^job work needs the permission ${scope}: ${level} for `),
    );
    expect(found({ steps: [step], permissions: {} })).toEqual(missing);
    expect(found({ steps: [step] })).toEqual(missing);
    expect(found({ steps: [step], permissions: needed })).toEqual([]);
    expect(found({ steps: [step] }, { permissions: needed })).toEqual([]);
    // What a job says replaces what the workflow says.
    expect(found({ steps: [step], permissions: {} }, { permissions: needed })).toEqual(missing);
  });

  test("to write includes to read, and to read does not include to write", () => {
    expect(found({ steps: [{ uses: "actions/checkout@0" }], permissions: { contents: "write" } })).toEqual([]);
    expect(found({ steps: [{ run: "gh workflow run x" }], permissions: { actions: "read" } })).toHaveLength(1);
  });

  test("another registry, access keys and other commands need none", () => {
    const keys = { "aws-access-key-id": "x", "role-to-assume": "y" };
    const steps = [
      { uses: "docker/login-action@0000", with: { registry: "registry.example.com" } },
      { uses: "aws-actions/configure-aws-credentials@0000", with: keys },
      { run: "gh run list" },
    ];
    expect(found({ steps, permissions: {} })).toEqual([]);
  });
});

describe("secrets that stand where others can read them", () => {
  const SECRET = "correct-horse-battery";
  const secrets = { PASSWORD: SECRET, AWS_REGION: "eu-west-1" };

  interface Run {
    readonly lines?: readonly ActLine[];
    readonly jobs?: readonly JobRun[];
    /** Text by path. */
    readonly artifacts?: Readonly<Record<string, string>>;
  }
  const leaks = ({ lines = [], jobs = [], artifacts = {} }: Run, of: Readonly<Record<string, string>> = secrets) => {
    const folder = emptyFolder();
    for (const [path, text] of Object.entries(artifacts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return findLeaks(of, ["AWS_REGION"], { lines, jobs, artifacts: folder });
  };
  const printed = (msg: string, fields: Partial<ActLine> = {}): Run => ({
    lines: [{ jobID: "work", raw_output: true, msg, ...fields }],
  });
  const summarised = (summary: string): Run => ({
    jobs: [
      job("work", {
        steps: [
          {
            ...{ id: "s", name: "s", result: "success", milliseconds: 1, outputs: {}, annotations: [], log: [] },
            summary,
          },
        ],
      }),
    ],
  });
  const given = (value: string): Run => ({ jobs: [job("work", { outputs: { x: value } })] });
  const kept = (text: string): Run => ({ artifacts: { "bundle/reports/a.json": text } });
  const leak = (where: string, secret = "PASSWORD"): readonly Leak[] => [{ secret, where }];

  test.for<[string, (text: string) => Run, string]>([
    ["the log", printed, "log of work"],
    ["an annotation", text => printed("", { raw_output: false, command: "warning", arg: text }), "log of work"],
    ["the summary", summarised, "summary of work"],
    ["an output", given, "output x of work"],
    ["an artifact", kept, "artifact bundle/reports/a.json"],
  ])("a secret in %s is found, once", ([, run, where]) => {
    expect(leaks(run(`a ${SECRET} b ${SECRET}`))).toEqual(leak(where));
    expect(leaks(run("nothing of that kind"))).toEqual([]);
  });

  test("it is found in the log although a mask for it follows", () => {
    const masked = { jobID: "work", command: "add-mask", arg: SECRET };
    expect(leaks({ lines: [...(printed(SECRET).lines ?? []), masked] })).toEqual(leak("log of work"));
  });

  test("to mask a secret, and to hand it to a later step, is no leak", () => {
    const said = (command: string): ActLine => ({ jobID: "work", command, arg: SECRET });
    expect(leaks({ lines: [said("add-mask"), said("set-output")] })).toEqual([]);
  });

  test("what act says of a step itself is not the log of the step", () => {
    expect(leaks(printed(SECRET, { raw_output: false }))).toEqual([]);
  });

  test("the name of a place may be printed, and be in no output and no artifact", () => {
    expect(leaks(printed("eu-west-1"))).toEqual([]);
    expect(leaks(summarised("eu-west-1"))).toEqual([]);
    expect(leaks(given("eu-west-1"))).toEqual(leak("output x of work", "AWS_REGION"));
    expect(leaks(kept("eu-west-1"))).toEqual(leak("artifact bundle/reports/a.json", "AWS_REGION"));
  });

  const encoded = (text: string) => Buffer.from(text).toString("base64");
  test.for<[string, string, string]>([
    ["a line of it", `first-line-of-it\n${SECRET}\n`, SECRET],
    ["what follows a name", `KEY=${SECRET}`, SECRET],
    ["what follows a name, in quotes", `KEY="${SECRET}"`, SECRET],
    ["a value in JSON", JSON.stringify({ user: "ann", inner: [{ key: SECRET }] }), SECRET],
    ["what it encodes", encoded(SECRET), SECRET],
    ["a line of what it encodes", encoded(`AWS_ACCESS_KEY_ID=1234567890\nAWS_SECRET_ACCESS_KEY=${SECRET}\n`), SECRET],
    ["a value in the JSON that it encodes", encoded(JSON.stringify({ key: SECRET })), SECRET],
  ])("of a secret, %s is found too", ([, secret, inside]) => {
    expect(partsOf(secret)).toContain(inside);
    expect(leaks(printed(inside), { CREDENTIALS: secret })).toEqual(leak("log of work", "CREDENTIALS"));
  });

  test("parts that are too short to be a secret are not looked for", () => {
    expect(partsOf("a=b\nshort\n\n        \n")).toEqual(["a=b\nshort\n\n        \n"]);
    expect(partsOf("true")).toEqual([]);
  });
});

describe("contexts that a key does not offer", () => {
  const conditional = (condition: string) =>
    parserFindings(`on: push
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - if: \${{ ${condition} }}
        run: "true"
`);

  test("a secret in a condition is found by GitHub's parser", async () => {
    expect(await conditional("github.ref != ''")).toEqual([]);
    expect(await conditional("secrets.TOKEN != ''")).toContainEqual(
      expect.stringContaining("Unrecognized named-value: 'secrets'"),
    );
  });
});

describe("concurrency groups", () => {
  /** A run that ends when it is told to. */
  const controlled = () => {
    let end: (result: string) => void = () => {};
    const ended = new Promise<string>(resolve => {
      end = resolve;
    });
    const state = { began: false, cancelled: false };
    const run = (signal: AbortSignal) => {
      state.began = true;
      signal.addEventListener("abort", () => {
        state.cancelled = true;
      });
      return ended;
    };
    return { run, end, state };
  };
  const settled = () => new Promise(resolve => setTimeout(resolve, 0));

  test("one run at a time: the second begins when the first has ended", async () => {
    const groups = new ConcurrencyGroups();
    const [first, second] = [controlled(), controlled()];
    const results = [groups.enqueue("cd", false, first.run), groups.enqueue("CD", false, second.run)];
    await settled();
    expect([first.state, second.state]).toEqual([
      { began: true, cancelled: false },
      { began: false, cancelled: false },
    ]);
    first.end("1");
    await settled();
    expect(second.state.began).toBe(true);
    second.end("2");
    expect(await Promise.all(results)).toEqual(["1", "2"]);
  });

  test("one run waits: a newer one takes its place", async () => {
    const groups = new ConcurrencyGroups();
    const runs = [controlled(), controlled(), controlled()];
    const results = runs.map(({ run }) => groups.enqueue("cd", false, run));
    runs.forEach(({ end }, index) => {
      end(String(index));
    });
    expect(await Promise.all(results)).toEqual(["0", undefined, "2"]);
    expect(runs.map(({ state }) => state.began)).toEqual([true, false, true]);
  });

  test("with cancel-in-progress the run is told to end, and the newest begins when it has", async () => {
    const groups = new ConcurrencyGroups();
    const [first, second, third] = [controlled(), controlled(), controlled()];
    const results = [first, second, third].map(({ run }) => groups.enqueue("ci", true, run));
    await settled();
    expect(first.state).toEqual({ began: true, cancelled: true });
    expect([second.state.began, third.state.began]).toEqual([false, false]);
    first.end("cancelled");
    third.end("3");
    expect(await Promise.all(results)).toEqual(["cancelled", undefined, "3"]);
    expect(third.state).toEqual({ began: true, cancelled: false });
  });

  test("a run that fails makes room, and other groups do not wait", async () => {
    const groups = new ConcurrencyGroups();
    const failed = groups.enqueue("cd", false, async () => {
      throw new Error("no");
    });
    const next = groups.enqueue("cd", false, async () => "next");
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("next");
    const slow = controlled();
    const waiting = groups.enqueue("cd", false, slow.run);
    expect(await groups.enqueue("nightly", false, async () => "other")).toBe("other");
    slow.end("slow");
    expect(await waiting).toBe("slow");
  });

  test("a run that arrives while the group is handed over waits for its turn", async () => {
    const groups = new ConcurrencyGroups();
    const order: string[] = [];
    const late: Promise<unknown>[] = [];
    const noted = (name: string) => async () => {
      order.push(`${name} begins`);
      await settled();
      order.push(`${name} ends`);
    };
    const first = groups.enqueue("cd", false, noted("1")).then(() => {
      late.push(groups.enqueue("cd", false, noted("3")));
    });
    await Promise.all([first, groups.enqueue("cd", false, noted("2"))]);
    await Promise.all(late);
    expect(order).toEqual(["1", "2", "3"].flatMap(name => [`${name} begins`, `${name} ends`]));
  });
});
