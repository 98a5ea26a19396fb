import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shell } from "../support/dvc.js";
import { runScript, type ShellResult } from "../support/shell.js";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const dvc = '[[ "$1 $2" == "remote default" ]] && exit 1; printf "%s\\n" "$*" >>"$STANDIN/calls"';
const URL = "s3://hidden-bucket/store";

const remote = (DVC_REMOTE_CREDENTIALS: string, env: Record<string, string> = {}) =>
  runScript("dvc-remote", {
    env: { REMOTE_NAME: "ci", DVC_REMOTE_URL: URL, DVC_REMOTE_CREDENTIALS, ...env },
    commands: { dvc },
  });
const file = (result: ShellResult, name = "dvc-credentials.env") => join(result.temp, name);
const pairs = (result: ShellResult) => readFileSync(file(result), "utf8");
const calls = (result: ShellResult) =>
  existsSync(join(result.standin, "calls")) ? readFileSync(join(result.standin, "calls"), "utf8") : "";
/** The log without the lines that the runner takes as masks. */
const shown = (result: ShellResult) => result.log.replaceAll(/^::add-mask::.*$/gm, "");
const masks = (result: ShellResult) => [...result.log.matchAll(/^::add-mask::(.*)$/gm)].map(match => match[1]);

const expectRefused = (result: ShellResult) => {
  expect(result.exitCode).toBe(1);
  expect(result.log).toMatch(/^::error title=DVC credentials::DVC_REMOTE_CREDENTIALS: /m);
  expect(existsSync(file(result))).toBe(false);
  expect(existsSync(file(result, "google-credentials.json"))).toBe(false);
  expect(calls(result)).toBe("");
};

const text = [
  "# the bucket's user\r",
  "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\r",
  "",
  '  export AWS_SECRET_ACCESS_KEY="s3cr3t/with=and%25"',
  "AWS_PROFILE='train'",
  "AZURE_STORAGE_KEY=\"'nested'\"",
  "DVC_NO_ANALYTICS=1",
  "AWS_SESSION_TOKEN=",
].join("\n");

test.each([
  ["plain text", text],
  ["base64", base64(text)],
  ["base64 in lines", base64(text).replaceAll(/.{20}/g, "$&\n")],
])("dvc-remote: credentials as %s are masked and kept for the DVC steps only", async (_form, credentials) => {
  const result = await remote(credentials);
  expect(result.exitCode).toBe(0);
  expect(pairs(result)).toBe(
    "AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=s3cr3t/with=and%25\nAWS_PROFILE=train\n" +
      "AZURE_STORAGE_KEY='nested'\nDVC_NO_ANALYTICS=1\nAWS_SESSION_TOKEN=\n",
  );
  expect(statSync(file(result)).mode & 0o777).toBe(0o600);
  expect(masks(result)).toEqual(["AKIAEXAMPLE", "s3cr3t/with=and%2525", "train", "'nested'"]);
  for (const secret of ["AKIAEXAMPLE", "s3cr3t", "hidden-bucket"]) expect(shown(result)).not.toContain(secret);
  expect(result.env).toEqual({});
  expect(calls(result)).toBe(`remote add --quiet --force --default --local ci ${URL}\n`);
});

test("dvc-remote: a flat JSON object is pairs too", async () => {
  const result = await remote(base64('{"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cr3t"}'));
  expect(result.exitCode).toBe(0);
  expect(pairs(result)).toBe("AWS_ACCESS_KEY_ID=AKIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=s3cr3t\n");
  expect(masks(result)).toContain("s3cr3t");
});

const key = {
  type: "service_account",
  project_id: "models",
  private_key_id: "0123456789abcdef",
  private_key: "-----BEGIN PRIVATE KEY-----\nMIIsecretline1\nsecretline2==\n-----END PRIVATE KEY-----\n",
};
test.each([
  ["as it is", JSON.stringify(key, null, 2)],
  ["in base64", base64(JSON.stringify(key, null, 2))],
  ["under its name", `GOOGLE_APPLICATION_CREDENTIALS_JSON='${JSON.stringify(key)}'`],
  ["under its name, in base64", base64(`GOOGLE_APPLICATION_CREDENTIALS_JSON=${JSON.stringify(key)}\n`)],
  ["in an object", JSON.stringify({ GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify(key) })],
])("dvc-remote: a Google key %s becomes a file", async (_form, credentials) => {
  const result = await remote(credentials);
  expect(result.exitCode).toBe(0);
  const path = file(result, "google-credentials.json");
  expect(pairs(result)).toBe(`GOOGLE_APPLICATION_CREDENTIALS=${path}\n`);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(key);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(masks(result)).toEqual(expect.arrayContaining(["0123456789abcdef", "MIIsecretline1", "secretline2=="]));
  expect(shown(result)).not.toContain("secretline");
});

test.each(["NODE_OPTIONS", "PATH", "LD_PRELOAD", "GITHUB_TOKEN", "AWSKEY", "aws_region"])(
  "dvc-remote: the name %s is refused, its value is not shown and nothing is written",
  async name => {
    const result = await remote(base64(`AWS_SECRET_ACCESS_KEY=s3cr3t\n${name}=evil-value\n`));
    expectRefused(result);
    expect(result.log).toContain(`${name} is not allowed`);
    expect(masks(result)).toEqual(["s3cr3t", "evil-value"]);
    expect(shown(result)).not.toContain("evil-value");
    expect(shown(result)).not.toContain("s3cr3t");
  },
);

test.each([
  ["a bare word", "hunter2hunter2", "line 1 is not KEY=VALUE"],
  ["a word that is base64 by chance", "password", "line 1 is not KEY=VALUE"],
  ["a private key", "AWS_PROFILE=train\n-----BEGIN KEY-----\nMIIsecret\nabcsecretdef=\n", "line 2 is not KEY=VALUE"],
  ["a line of base64 that looks like a name", "abcsecretdef=", "line 1 is not allowed"],
  ["a list", '["hunter2hunter2"]', "line 1 is not KEY=VALUE"],
  ["an object with a number", '{"AWS_PORT": 1234567}', "texts of one line"],
  ["an object with an object", '{"AWS_X": {"deep": "hunter2hunter2"}}', "texts of one line"],
  ["an object with lines", '{"AWS_X": "hunter2hunter2\\nAWS_Y=secretline"}', "texts of one line"],
  ["an object with a foreign name", '{"PATH": "hunter2hunter2"}', "PATH is not allowed"],
  ["an empty Google key", "GOOGLE_APPLICATION_CREDENTIALS_JSON=", "is not a JSON object"],
  ["a Google key that is no JSON", "GOOGLE_APPLICATION_CREDENTIALS_JSON=hunter2hunter2", "is not a JSON object"],
])("dvc-remote: %s is refused without being shown", async (_name, credentials, reason) => {
  const result = await remote(credentials);
  expectRefused(result);
  expect(result.log).toContain(reason);
  for (const secret of ["hunter2", "secret", "password"]) expect(shown(result)).not.toContain(secret);
});

test("dvc-remote: every mask comes before anything else in the log", async () => {
  const result = await remote("PATH=evil-value\nAWS_SECRET_ACCESS_KEY=s3cr3t\n");
  expect(result.log.split("\n").map(line => line.startsWith("::add-mask::"))).toEqual([true, true, false]);
});

test("dvc-remote: booleans and very short values are not masked, because outputs hold them", async () => {
  const result = await remote("AWS_A=true\nAWS_B=false\nAWS_C=eu1\nAWS_D=abcd\n");
  expect(masks(result)).toEqual(["abcd"]);
});

test("dvc-remote: without credentials only the address is set", async () => {
  const result = await remote("");
  expect(result.exitCode).toBe(0);
  expect(result.log).toBe("");
  expect(pairs(result)).toBe("");
});

test("dvc-remote: without an address the repository's own default remote is used, and that is said", async () => {
  const result = await runScript("dvc-remote", {
    env: { REMOTE_NAME: "ci", DVC_REMOTE_URL: "", DVC_REMOTE_CREDENTIALS: "AWS_REGION=eu-west-1" },
    commands: { dvc: 'echo "$*" >>"$STANDIN/calls"; echo store' },
  });
  expect(result.exitCode).toBe(0);
  expect(result.log).toContain("::notice title=DVC remote::");
  expect(result.log).toContain("own default remote store is used");
  expect(calls(result)).toBe("remote default\n");
  expect(pairs(result)).toBe("AWS_REGION=eu-west-1\n");
});

test("dvc-remote: without an address and a default remote it fails", async () => {
  const result = await remote("", { DVC_REMOTE_URL: "" });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("::error title=DVC remote::There is no DVC remote: define the secret DVC_REMOTE_URL");
});

test("dvc-remote: DVC itself takes the remote as its default, outside Git", async () => {
  const result = await runScript("dvc-remote", {
    env: { REMOTE_NAME: "ci", DVC_REMOTE_URL: URL, DVC_REMOTE_CREDENTIALS: "" },
    prepare: workspace =>
      shell(workspace, "git init -q && dvc init -q && git add -A && git commit -qm 1 && dvc remote add -q -d ci /old"),
  });
  expect(result.exitCode).toBe(0);
  expect(readFileSync(join(result.workspace, ".dvc/config.local"), "utf8")).toContain(URL);
});
