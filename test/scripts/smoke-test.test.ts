import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Received, type Reply, serve, watched } from "../support/http-server.ts";
import { runScript, type ShellSetup } from "../support/shell.ts";

const payload = '{"records": [{"AMT_CREDIT": 1}]}';
const env = {
  HEALTH_PATH: "/health",
  PREDICT_PATH: "/predict",
  PAYLOAD_FILE: "sample_payload.json",
  EXPECT: ".predictions | length > 0",
  ATTEMPTS: "3",
  DELAY_SECONDS: "0",
};
const good: Reply = { status: 200, body: '{"predictions": [{"probability": 0.12}]}' };
const healthy = (predict: Reply) => (request: Received) =>
  request.path === "/health" ? { status: 200, body: '{"status": "ok"}' } : predict;

const smoke = async (
  answer: (request: Received, count: number) => Reply,
  more: Record<string, string> = {},
  setup: ShellSetup = {},
) => {
  const server = await serve(answer);
  const result = await runScript("smoke-test", {
    files: { "sample_payload.json": payload },
    commands: { curl: watched("curl"), ...setup.commands },
    env: { ...env, BASE_URL: server.url, ...more },
  });
  const asked = server.received.map(({ method, path }) => `${method} ${path}`);
  const file = join(result.standin, "curl");
  return {
    ...result,
    asked,
    received: server.received,
    curl: existsSync(file) ? readFileSync(file, "utf8") : "",
    url: server.url,
  };
};

test("smoke-test: a healthy service with a prediction passes at the first attempt", async () => {
  const result = await smoke(healthy(good));
  expect(result.exitCode).toBe(0);
  expect(result.asked).toEqual(["GET /health", "POST /predict"]);
  expect(result.received[1]).toMatchObject({ body: payload, headers: { "content-type": "application/json" } });
  expect(result.log).toBe("Attempt 1 of 3: health 200, predict 200, the answer is as expected");
  expect(result.summary).toBe("Smoke test passed at attempt 1 of 3: health 200, predict 200.\n\n");
});

test("smoke-test: the address of the service is in no log and on no command line", async () => {
  const result = await smoke(healthy({ status: 500 }));
  expect(result.curl).toContain("--max-time\n15\n");
  for (const text of [result.log, result.summary, result.curl]) expect(text).not.toContain(result.url);
});

test("smoke-test: a base address may end in a slash or a path", async () => {
  const server = await serve(() => good);
  for (const BASE_URL of [`${server.url}/`, `${server.url}/api/`]) {
    const files = { "sample_payload.json": payload };
    expect((await runScript("smoke-test", { env: { ...env, BASE_URL }, files })).exitCode).toBe(0);
  }
  expect(server.received.map(({ path }) => path)).toEqual(["/health", "/predict", "/api/health", "/api/predict"]);
});

test("smoke-test: a payload written into the configuration is sent as it is", async () => {
  const result = await smoke(healthy(good), { PAYLOAD_FILE: "", PAYLOAD: '[ 1, "\\u00e9" ]' });
  expect(result.exitCode).toBe(0);
  expect(result.received[1]?.body).toBe('[ 1, "\\u00e9" ]');
});

test("smoke-test: a service that recovers within the attempts passes", async () => {
  const result = await smoke((request, count) => (count <= 2 ? { status: 503 } : healthy(good)(request)));
  expect(result.exitCode).toBe(0);
  expect(result.asked).toEqual(["GET /health", "GET /health", "GET /health", "POST /predict"]);
  expect(result.log.split("\n").slice(0, 2)).toEqual(["Attempt 1 of 3: health 503", "Attempt 2 of 3: health 503"]);
});

test("smoke-test: it pauses between the attempts, not after the last", async () => {
  const result = await smoke(
    () => ({ status: 503 }),
    { DELAY_SECONDS: "6" },
    { commands: { sleep: 'echo "$1" >>"$STANDIN/sleep"' } },
  );
  expect(result.exitCode).toBe(1);
  expect(readFileSync(join(result.standin, "sleep"), "utf8")).toBe("6\n6\n");
});

test.for<[string, Reply, string]>([
  ["an empty prediction list", { status: 200, body: '{"predictions": []}' }, "predict 200, but the answer is not as"],
  ["an answer that is not JSON", { status: 200, body: "<html>ok</html>" }, "predict 200, but the answer is not as"],
  ["an empty answer", { status: 200 }, "predict 200, but the answer is not as"],
  ["an answer of two JSON values", { status: 200, body: `${good.body}${good.body}` }, "predict 200, but the answer is"],
  ["no content", { status: 204 }, "predict 204, but the answer is not as"],
  ["a server error", { status: 503, body: good.body ?? "" }, "health 200, predict 503."],
  ["a redirect", { status: 302, body: good.body ?? "" }, "health 200, predict 302."],
  ["a refused payload", { status: 422 }, "health 200, predict 422."],
])("smoke-test: %s is a failure", async ([, reply, text]) => {
  const result = await smoke(healthy(reply));
  expect(result.exitCode).toBe(1);
  expect(result.asked).toHaveLength(6);
  expect(result.log).toContain(`::error title=Smoke test::The service did not pass in 3 attempts: health 200, `);
  expect(result.log).toContain(text);
  expect(result.summary).toContain("**Smoke test failed** after 3 attempts: health 200, predict");
  expect(result.log).not.toContain("<html>");
});

test("smoke-test: an answer of an earlier attempt does not count for a later one", async () => {
  const curl = `config=$(cat)
case $config in
*/health*) echo 200 ;;
*) if [[ ! -e $STANDIN/asked ]]; then touch "$STANDIN/asked"; echo '{"predictions": [1]}' >"$RUNNER_TEMP/smoke-answer.json"; echo 500; else echo 200; fi ;;
esac`;
  const result = await smoke(() => good, {}, { commands: { curl } });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("Attempt 2 of 3: health 200, predict 200, but the answer is not as expected");
});

test("smoke-test: nobody listening is a failure with status 000", async () => {
  const result = await smoke(() => good, { BASE_URL: "http://127.0.0.1:1" });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("did not pass in 3 attempts: health 000.");
});

test("smoke-test: a transfer cut short is no answer, whatever status it began with", async () => {
  const result = await smoke(() => good, {}, { commands: { curl: "cat >/dev/null; echo 200; exit 28" } });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("health 000.");
});

test.for([
  [
    ".predictions[] | .probability | . >= 0 and . <= 1",
    '{"predictions": [{"probability": 7}, {"probability": 0.5}]}',
    1,
  ],
  [
    ".predictions[] | .probability | . >= 0 and . <= 1",
    '{"predictions": [{"probability": 0}, {"probability": 0.5}]}',
    0,
  ],
  [".predictions[] | .probability >= 0", '{"predictions": []}', 1],
  [".predictions # what the model said", '{"predictions": [1]}', 0],
] as const)("smoke-test: every value of the condition `%s` must be true for %s", async ([EXPECT, body, exitCode]) => {
  const result = await smoke(healthy({ status: 200, body }), { EXPECT, ATTEMPTS: "1" });
  expect(result.exitCode).toBe(exitCode);
});

const refused: readonly (readonly [string, Record<string, string>, string])[] = [
  ["an empty address", { BASE_URL: "" }, "The address of the service is empty or no http(s) URL"],
  ["an address without scheme", { BASE_URL: "api.example.com" }, "The address of the service is empty or no http(s)"],
  ["an address with a second line", { BASE_URL: "http://x\noutput = y" }, "The address of the service is empty or no"],
  ["a missing payload file", { PAYLOAD_FILE: "none.json" }, "The payload file none.json does not exist."],
  ["a payload that is not JSON", { PAYLOAD_FILE: "", PAYLOAD: "{records: [}" }, "The payload is not JSON."],
  ["no payload", { PAYLOAD_FILE: "", PAYLOAD: "" }, "The payload must be one JSON object or array that is not empty."],
  ["the payload {}", { PAYLOAD_FILE: "", PAYLOAD: "{}" }, "The payload must be one JSON object or array that is not"],
  ["the payload null", { PAYLOAD_FILE: "", PAYLOAD: "null" }, "The payload must be one JSON object or array that is"],
  ["two payloads", { PAYLOAD_FILE: "", PAYLOAD: "[1] [2]" }, "The payload must be one JSON object or array that is"],
  ["no condition", { EXPECT: "" }, "There is no condition on the answer."],
  ["a condition that is not jq", { EXPECT: ".predictions |" }, "The condition on the answer is not a jq expression: "],
  ["a condition with an unknown function", { EXPECT: "lenght > 0" }, "The condition on the answer is not a jq"],
];

test.for(refused)("smoke-test: %s is an error before anything is asked", async ([, more, text]) => {
  const result = await smoke(healthy(good), more);
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain(`::error title=Smoke test::${text}`);
  expect(result.asked).toEqual([]);
});
