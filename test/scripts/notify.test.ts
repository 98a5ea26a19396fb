import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Reply, serve, watched } from "../support/http-server.ts";
import { runScript } from "../support/shell.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const key = "hmac-key-of-the-test";
const needs = (results: Record<string, string>) =>
  JSON.stringify(Object.fromEntries(Object.entries(results).map(([job, result]) => [job, { result, outputs: {} }])));
const green = needs({ train: "success", deploy: "success", promote: "skipped" });
const red = needs({ train: "success", deploy: "failure", promote: "cancelled", "image-api": "failure" });
const env = {
  ON: "success failure",
  NEEDS: green,
  WORKFLOW: "Deliver creditrisk",
  REPOSITORY: "Acme-Bank/CreditRisk",
  REF: "main",
  SHA,
  ACTOR: "dev",
  RUN_URL: "https://github.com/Acme-Bank/CreditRisk/actions/runs/1",
  SERVER_URL: "https://github.com",
};

const notify = async (
  more: Record<string, string>,
  targets: readonly ("SLACK_URL" | "WEBHOOK_URL")[],
  reply: (count: number) => Reply = () => ({ status: 200, body: "ok" }),
  commands: Record<string, string> = {},
) => {
  const server = await serve((_request, count) => reply(count));
  const addresses = Object.fromEntries(targets.map(name => [name, `${server.url}/${name}/secret-part`]));
  const result = await runScript("notify", {
    env: { ...env, ...addresses, ...more },
    commands: { curl: watched("curl"), python3: watched("python3"), ...commands },
  });
  const commandLines = ["curl", "python3"]
    .map(name => join(result.standin, name))
    .map(file => (existsSync(file) ? readFileSync(file, "utf8") : ""))
    .join("");
  for (const secret of ["secret-part", key, ...(more.SLACK_URL ? [more.SLACK_URL] : [])]) {
    expect(result.log).not.toContain(secret);
    expect(commandLines).not.toContain(secret);
  }
  expect(result.exitCode).toBe(0);
  return { ...result, received: server.received };
};

test("notify: Slack hears of a success, with links to the run and the commit", async () => {
  const { received, log } = await notify({}, ["SLACK_URL"]);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    method: "POST",
    path: "/SLACK_URL/secret-part",
    headers: { "content-type": "application/json" },
  });
  expect(JSON.parse(received[0]?.body ?? "")).toEqual({
    text: "Deliver creditrisk succeeded (Acme-Bank/CreditRisk, main)",
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: `<${env.RUN_URL}|Deliver creditrisk> succeeded` } },
      {
        type: "context",
        elements: [
          {
            type: "mrkdwn",
            text: `Acme-Bank/CreditRisk, main, <https://github.com/Acme-Bank/CreditRisk/commit/${SHA}|0123456> by dev`,
          },
        ],
      },
    ],
  });
  expect(log).toBe("Sent to Slack.");
});

test("notify: a failure names the jobs that failed", async () => {
  const { received } = await notify({ NEEDS: red }, ["SLACK_URL"]);
  expect(JSON.parse(received[0]?.body ?? "").blocks[0].text.text).toBe(
    `<${env.RUN_URL}|Deliver creditrisk> failed: deploy, image-api`,
  );
});

test("notify: a cancelled run counts as a failure, and is called what it is", async () => {
  const { received } = await notify({ NEEDS: needs({ train: "cancelled", deploy: "skipped" }), ON: "failure" }, [
    "SLACK_URL",
  ]);
  expect(JSON.parse(received[0]?.body ?? "").text).toMatch(/^Deliver creditrisk was cancelled \(/);
});

test("notify: names from outside can neither mention people nor make links in Slack", async () => {
  const REF = 'feature/<!channel>&"$(id)`';
  const { received } = await notify({ REF, ACTOR: "<@U1>", WORKFLOW: "a > b" }, ["SLACK_URL"]);
  const { text, blocks } = JSON.parse(received[0]?.body ?? "");
  expect(text).toBe('a &gt; b succeeded (Acme-Bank/CreditRisk, feature/&lt;!channel&gt;&amp;"$(id)`)');
  expect(blocks[0].text.text).toBe(`<${env.RUN_URL}|a &gt; b> succeeded`);
  expect(blocks[1].elements[0].text).toContain('feature/&lt;!channel&gt;&amp;"$(id)`, <https:');
  expect(blocks[1].elements[0].text).toContain("by &lt;@U1&gt;");
});

test("notify: the webhook gets the facts, signed over the exact bytes of the body", async () => {
  const { received, log } = await notify({ NEEDS: red, WEBHOOK_HMAC_KEY: key }, ["WEBHOOK_URL"]);
  const [request] = received;
  expect(JSON.parse(request?.body ?? "")).toEqual({
    schemaVersion: 1,
    workflow: "Deliver creditrisk",
    repository: "Acme-Bank/CreditRisk",
    ref: "main",
    sha: SHA,
    actor: "dev",
    result: "failure",
    jobs: { train: "success", deploy: "failure", promote: "cancelled", "image-api": "failure" },
    runUrl: env.RUN_URL,
    commitUrl: `https://github.com/Acme-Bank/CreditRisk/commit/${SHA}`,
  });
  const signature = createHmac("sha256", key)
    .update(request?.body ?? "")
    .digest("hex");
  expect(request?.headers["x-signature-256"]).toBe(`sha256=${signature}`);
  expect(log).toBe("Sent to the webhook.");
});

test("notify: without a key the webhook is not signed, and an empty key is said aloud", async () => {
  for (const [more, warned] of [
    [{}, false],
    [{ WEBHOOK_HMAC_KEY: "" }, true],
  ] as const) {
    const { received, log } = await notify(more, ["WEBHOOK_URL"]);
    expect(received[0]?.headers).not.toHaveProperty("x-signature-256");
    expect(log.includes("::warning title=Notification::The message to the webhook is not signed")).toBe(warned);
  }
});

test("notify: a skipped job is no failure, and a run that nobody asked to hear of is a notice", async () => {
  const { received, log } = await notify({ ON: "failure" }, ["SLACK_URL", "WEBHOOK_URL"]);
  expect(received).toEqual([]);
  expect(log).toBe("::notice title=Notification::Not sent: the result is success, and only this is told: failure.");
});

test("notify: with no address there is nothing to do", async () => {
  const { log } = await notify({ SLACK_URL: "", WEBHOOK_URL: "" }, []);
  for (const who of ["Slack", "the webhook"]) {
    expect(log).toContain(`::notice title=Notification::Not sent to ${who}: its address is empty.`);
  }
  expect((await notify({}, [])).log).toBe("");
});

test("notify: a refusal is a warning without the address, and the other receiver is still told", async () => {
  const { received, log } = await notify({}, ["SLACK_URL", "WEBHOOK_URL"], count => ({
    status: count === 1 ? 404 : 200,
  }));
  expect(received.map(({ path }) => path)).toEqual(["/SLACK_URL/secret-part", "/WEBHOOK_URL/secret-part"]);
  expect(log.split("\n")).toEqual([
    "::warning title=Notification::Not sent to Slack: HTTP status 404 (000: no answer).",
    "Sent to the webhook.",
  ]);
});

test("notify: a passing fault of the receiver is tried again", async () => {
  const { received, log } = await notify({}, ["SLACK_URL"], count => ({ status: count === 1 ? 503 : 200 }));
  expect(received).toHaveLength(2);
  expect(log).toBe("Sent to Slack.");
});

test("notify: nobody listening, or an address that is none, is a warning", async () => {
  const { log } = await notify({ SLACK_URL: "http://127.0.0.1:1/hidden", WEBHOOK_URL: 'https://x"\noutput="y' }, []);
  expect(log.split("\n")).toEqual([
    "::warning title=Notification::Not sent to Slack: HTTP status 000 (000: no answer).",
    "::warning title=Notification::Not sent to the webhook: its address is no http(s) URL.",
  ]);
});

test.for<[string, Record<string, string>, Record<string, string>]>([
  ["results that cannot be read", { NEEDS: "{" }, {}],
  ["a runner without python", { WEBHOOK_HMAC_KEY: key }, { python3: "exit 127" }],
])("notify: %s fails no run", async ([, more, commands]) => {
  const { received, log } = await notify(more, ["WEBHOOK_URL"], undefined, commands);
  expect(received).toEqual([]);
  expect(log).toContain("::warning title=Notification::Not sent: the message could not be made.");
});
