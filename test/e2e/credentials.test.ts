import { createHash, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Drill, Drilled, Working } from "./support/drill.ts";
import { BUCKET, borrowed, drill } from "./support/drill.ts";

const BUNDLE = "creditrisk-model-bundle";

/** What only the DVC remote has. */
const RAW = "id,income\n1,30000\n2,42000\n";

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Where a DVC remote keeps a text. */
const objectOf = (text: string): string => `store/files/md5/${md5(text).slice(0, 2)}/${md5(text).slice(2)}`;

/** A stage that needs the raw data, and tells which credentials it was given without telling them. */
const STAGE = `import hashlib, json, os, pathlib, stat
def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()
found = {"raw": pathlib.Path("imports/raw.csv").read_text(), "secret": digest(os.environ.get("AWS_SECRET_ACCESS_KEY", ""))}
if google := os.environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
    path = pathlib.Path(google)
    key = json.loads(path.read_text())
    found["google"] = {"mode": oct(stat.S_IMODE(path.stat().st_mode)), "private_key": digest(key["private_key"])}
pathlib.Path("evidence.json").write_text(json.dumps(found))
`;

/** The example, with a pipeline of that one stage. `tracked`: only the remote has the data. */
const oneStage = (working: Working, { tracked }: { readonly tracked: boolean }) => {
  working.write("stage.py", STAGE);
  working.write(
    "dvc.yaml",
    "stages:\n  look:\n    cmd: python stage.py\n    deps: [stage.py, imports/raw.csv]\n    outs: [evidence.json]\n",
  );
  working.write("dvc.lock", "schema: '2.0'\nstages: {}\n");
  if (tracked)
    working.write(
      "imports/raw.csv.dvc",
      `outs:\n  - md5: ${md5(RAW)}\n    size: ${RAW.length}\n    hash: md5\n    path: raw.csv\n`,
    );
  else working.write("imports/raw.csv", RAW);
};

/** Delivery, without all that follows the data: what is trained, and a step of the team's own right after the pull. */
const config = {
  dvc: { stages: { train: "look", drift: "look" }, push: true },
  python: borrowed,
  ...{ mlflow: false, freshness: false, images: [], deploy: false, promote: false },
  artifacts: { bundle: ["evidence.json", "environment.txt"] },
  extend: {
    cd: {
      train: { after: { pull: [{ name: "Look at the environment", when: "always", run: "env >environment.txt" }] } },
    },
  },
};

/** A delivery with these credentials, of data that only the remote has. */
const delivery = (credentials: string | undefined, other: Partial<Drill> = {}): Drill => ({
  workflow: "cd",
  config,
  secrets: { DVC_REMOTE_CREDENTIALS: credentials },
  change: working => oneStage(working, { tracked: true }),
  before: ({ world }) => world.put(BUCKET, objectOf(RAW), Buffer.from(RAW)),
  ...other,
});

const fileOf = (run: Drilled, path: string): string =>
  readFileSync(join(run.artifacts[BUNDLE]?.folder ?? "", path), "utf8");

/** The environment of a step that follows the pull: nothing of what the secret holds is in it. */
const expectBareEnvironment = (run: Drilled) => {
  const environment = fileOf(run, "environment.txt");
  expect(environment).toMatch(/^GITHUB_JOB=train$/m);
  expect(environment).not.toMatch(
    /^(?:AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|GOOGLE_|NODE_OPTIONS|LD_PRELOAD|DVC_REMOTE)/m,
  );
  return environment;
};

/** Made up for one drill each, so that a call tells by its signature where its key came from. The secret has what shells, masks and dotenv files trip over. */
const keys = (name: string) => ({
  id: `REHEARSAL${name.toUpperCase()}`,
  secret: `${name}%2F+/$HOME=="quo'ted #${name}`,
});

// Each run takes a core for some ten seconds, and shares two with all others.
describe.concurrent("credentials", { timeout: 300_000 }, () => {
  const forms: readonly (readonly [string, (id: string, secret: string) => string])[] = [
    [
      "lines in base64, broken as the base64 command does",
      (id, secret) =>
        Buffer.from(`AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`)
          .toString("base64")
          .replace(/.{76}/g, "$&\n"),
    ],
    ["plain lines", (id, secret) => `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}`],
    [
      "a JSON object",
      (id, secret) => JSON.stringify({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }, null, 2),
    ],
    [
      "a file of shell exports, quoted, with a comment and the line ends of Windows",
      (id, secret) =>
        `# from the vault\r\nexport AWS_ACCESS_KEY_ID="${id}"\r\n\r\n  export AWS_SECRET_ACCESS_KEY='${secret}'\r\n`,
    ],
  ];
  test.for(forms)(
    "cd: DVC credentials as %s open the remote, masked, for the DVC steps alone",
    async ([name, write], context) => {
      const { id, secret } = keys(name.replaceAll(/\W/g, "").slice(0, 10));
      const run = await drill(context, delivery(write(id, secret)));
      expect(run.results).toEqual({ train: "success" });
      expect(run.masked).toEqual(expect.arrayContaining([id, secret]));
      expect(run.read(BUNDLE, "evidence.json")).toEqual({ raw: RAW, secret: sha256(secret) });
      expectBareEnvironment(run);
      // The data came, and the results went, with the key of the secret.
      const made = objectOf(fileOf(run, "evidence.json"));
      expect(run.world.s3[BUCKET]).toEqual([objectOf(RAW), made].sort());
      expect(run.world.calls.map(({ action }) => action)).toEqual(expect.arrayContaining(["GetObject", "PutObject"]));
      expect([...new Set(run.world.calls.map(({ key }) => key))]).toEqual([id]);
    },
  );

  test("cd: a service account of Google's becomes a file that its owner alone can read, and no variable", async context => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 1024,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const account = {
      ...{
        type: "service_account",
        project_id: "risk-4711-europe",
        private_key_id: "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
      },
      ...{ private_key: privateKey, client_email: "dvc@risk-4711-europe.iam.gserviceaccount.com" },
    };
    const run = await drill(
      context,
      delivery(JSON.stringify(account, null, 2), {
        config: { ...config, dvc: { ...config.dvc, push: false } },
        change: working => oneStage(working, { tracked: false }),
        before: () => {},
      }),
    );
    expect(run.results).toEqual({ train: "success" });
    expect(run.masked).toEqual(expect.arrayContaining([account.private_key_id, ...privateKey.trim().split("\n")]));
    expect(run.read(BUNDLE, "evidence.json")).toMatchObject({
      google: { mode: "0o600", private_key: sha256(privateKey) },
    });
    expectBareEnvironment(run);
  });

  test("cd: without DVC credentials nothing is trained on data that never came", async context => {
    const run = await drill(context, delivery(undefined));
    expect(run.results).toEqual({ train: "failure" });
    expect(run.step("train/pull").result).toBe("failure");
    expect(run.step("train/train").result).toBe("skipped");
    const [problem] = run.step("train/pull").annotations;
    expect(problem).toMatchObject({ level: "error", title: "DVC data" });
    expect(problem?.text).toContain("DVC_REMOTE_CREDENTIALS");
    expect(problem?.text).toContain("s3://");
  });

  /** Refused before DVC is called, so that it need not be there. */
  const refused = { config: { ...config, python: { installer: "uv", install: ["true"] } } };

  const expectRefusal = (run: Drilled, reason: string) => {
    expect(run.results).toEqual({ train: "failure" });
    expect(
      run
        .job("train")
        .steps.filter(({ result }) => result === "failure")
        .map(({ id }) => id),
    ).toEqual(["dvc-remote"]);
    expect(run.step("train/dvc-remote").annotations).toEqual([
      { level: "error", title: "DVC credentials", text: `DVC_REMOTE_CREDENTIALS: ${reason}.` },
    ]);
    expect(run.step("train/pull").result).toBe("skipped");
    expect(run.world.calls).toEqual([]);
  };

  test.for([
    ["NODE_OPTIONS", "--require=/tmp/planted/evil.js"],
    ["PATH", "/tmp/planted/programs:/usr/bin"],
    ["LD_PRELOAD", "/tmp/planted/library.so"],
  ] as const)(
    "cd: %s among the DVC credentials is refused, and no later step has it",
    async ([name, value], context) => {
      const { id, secret } = keys(name.replace("_", ""));
      const lines = `AWS_ACCESS_KEY_ID=${id}\n${name}=${value}\nAWS_SECRET_ACCESS_KEY=${secret}\n`;
      const run = await drill(context, delivery(lines, refused));
      expectRefusal(run, `${name} is not allowed: use AWS_, AZURE_, GOOGLE_, GCS_, GDRIVE_, OSS_ or DVC_ names`);
      // What is refused is a secret all the same.
      expect(run.masked).toEqual(expect.arrayContaining([id, secret, value]));
      expect(expectBareEnvironment(run)).not.toContain("planted");
    },
  );

  test("cd: a bare token as DVC credentials is refused, and not shown", async context => {
    const token = "dvc-token-5f4dcc3b5aa765d61d8327deb882cf99";
    const run = await drill(context, delivery(token, refused));
    expectRefusal(run, "line 1 is not KEY=VALUE");
    expect(run.masked).toContain(token);
    expectBareEnvironment(run);
  });
});
