import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Machine } from "./machine.ts";

const tag = "ghcr.io/acme/risk-api:latest";

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length))
    .sort();

/** The only image that was built: where it is, and what is said of it. */
const image = (machine: Machine) => {
  const images = join(machine.state, "images");
  const [hex = "", ...more] = existsSync(images) ? readdirSync(images) : [];
  expect(more).toEqual([]);
  const facts = JSON.parse(readFileSync(join(images, hex, "image.json"), "utf8"));
  const root = join(images, hex, "root");
  return { facts, root, files: filesBelow(root), read: (path: string) => readFileSync(join(root, path), "utf8") };
};

const build = (machine: Machine, ...options: readonly string[]) =>
  machine.call(["docker", "build", "-t", tag, ...options, "."]);

const project = {
  "Dockerfile.api": [
    "ARG PYTHON=3.11",
    `FROM python:\${PYTHON}-slim AS base`,
    "WORKDIR /app",
    "ENV PORT=8000 \\",
    "    MODE=live",
    "COPY pyproject.toml ./",
    "FROM base",
    "ARG REVISION=none",
    'LABEL revision="$REVISION"',
    "COPY --chown=app:app src ./src",
    "COPY models/*.json /models/",
    "RUN pip install --no-cache-dir .",
    "EXPOSE $PORT 9000/tcp",
    "USER app",
    'CMD ["uvicorn", "risk.api:app", "--port", "8000"]',
  ].join("\n"),
  "pyproject.toml": "[project]\n",
  "src/risk/api.py": "app = 1\n",
  "src/risk/secret.env": "x\n",
  "models/a.json": "{}\n",
  "models/b.bin": "b\n",
  ".dockerignore": "**/*.env\n",
};

test("docker: an image holds what its Dockerfile copies, and says how it starts", () => {
  const machine = new Machine().write(project);
  const result = build(machine, "-f", "Dockerfile.api", "--build-arg", "REVISION=abc", "--label", "one=1");
  expect(result).toEqual({ code: 0, log: expect.stringContaining("exporting manifest sha256:") });
  const { facts, files } = image(machine);
  expect(files).toEqual(["/app/pyproject.toml", "/app/src/risk/api.py", "/models/a.json"]);
  expect(facts).toEqual({
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    dockerfile: "Dockerfile.api",
    workdir: "/app",
    env: { PORT: "8000", MODE: "live" },
    entrypoint: null,
    cmd: ["uvicorn", "risk.api:app", "--port", "8000"],
    user: "app",
    exposed: [8000, 9000],
    labels: { revision: "abc", one: "1" },
    buildArgs: { REVISION: "abc" },
  });
  expect(machine.journal("docker.jsonl")).toEqual([
    expect.objectContaining({ job: "build", exit: 0, argv: expect.arrayContaining(["build", "Dockerfile.api"]) }),
  ]);
});

test("docker: the same files give the same digest, and another file another", () => {
  const digest = (files: Record<string, string>) => {
    const machine = new Machine().write({ ...project, ...files });
    expect(build(machine, "-f", "Dockerfile.api").code).toBe(0);
    return image(machine).facts.digest;
  };
  expect(digest({})).toBe(digest({ "not-copied.txt": "x" }));
  expect(digest({ "models/a.json": "{1}" })).not.toBe(digest({}));
});

test.for<[string, string, readonly string[]]>([
  ["a file into the working directory", "COPY a.txt .", ["/app/a.txt"]],
  ["a file under a new name", "COPY a.txt b.txt", ["/app/b.txt"]],
  ["a file into a folder that is there", "COPY a.txt /app", ["/app/a.txt"]],
  ["a file into a folder that images have", "COPY a.txt /tmp", ["/tmp/a.txt"]],
  ["the content of a folder", "COPY d /data", ["/data/deep/c.txt", "/data/one.txt"]],
  ["everything", "COPY . /all/", ["/all/Dockerfile", "/all/a.txt", "/all/d/deep/c.txt", "/all/d/one.txt"]],
  ["a path with its parents", "COPY --parents d/deep/c.txt /", ["/d/deep/c.txt"]],
  ["paths in brackets", 'COPY ["a.txt", "d/one.txt", "x y/"]', ["/app/x y/a.txt", "/app/x y/one.txt"]],
  ["a pattern that crosses no folder", "COPY d/*.txt /p/", ["/p/one.txt"]],
  ["a name that leaves the context", "COPY ../a.txt /x/", ["/x/a.txt"]],
  ["a name from an argument", `ARG FROM_HERE=a\nCOPY \${FROM_HERE:-z}.txt /x/`, ["/x/a.txt"]],
  ["text of the Dockerfile", "COPY <<EOF /etc/note\nhello\nEOF", ["/etc/note"]],
])("docker: COPY brings %s", ([, instruction, expected]) => {
  const machine = new Machine().write({
    Dockerfile: `FROM alpine\nWORKDIR /app\n${instruction}\n`,
    "a.txt": "a",
    "d/one.txt": "1",
    "d/deep/c.txt": "c",
  });
  expect(build(machine)).toMatchObject({ code: 0 });
  expect(image(machine).files).toEqual(expected);
});

test("docker: a stage is copied from another, and one that is not needed is not built", () => {
  const machine = new Machine().write({
    Dockerfile: [
      "FROM python:3 AS build",
      "COPY a.txt /out/",
      "FROM python:3 AS unused",
      "COPY missing.txt /",
      "FROM scratch",
      "COPY --from=build /out /srv",
      "COPY --from=build /made/by/a/command /srv/",
      "COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/",
      'ENTRYPOINT ["/srv/a.txt"]',
      "CMD serve --port $PORT",
    ].join("\n"),
    "a.txt": "a",
  });
  expect(build(machine)).toMatchObject({ code: 0 });
  expect(image(machine).files).toEqual(["/srv/a.txt"]);
  expect(image(machine).facts).toMatchObject({
    entrypoint: ["/srv/a.txt"],
    cmd: ["/bin/sh", "-c", "serve --port $PORT"],
  });
  expect(build(machine, "--target", "unused").log).toContain('"/missing.txt": not found');
});

test("docker: the ignore file beside the Dockerfile wins, and an exception brings a file back", () => {
  const machine = new Machine().write({
    "docker/Dockerfile": "FROM alpine\nCOPY reports ./reports/\nCOPY models models\n",
    "docker/Dockerfile.dockerignore": "*\n!reports/metrics.json\n!models/**\nmodels/draft\n",
    ".dockerignore": "reports\n",
    "reports/metrics.json": "{}",
    "reports/other.json": "{}",
    "models/m.pkl": "m",
    "models/draft/m.pkl": "d",
  });
  expect(build(machine, "-f", "docker/Dockerfile")).toMatchObject({ code: 0 });
  expect(image(machine).files).toEqual(["/models/m.pkl", "/reports/metrics.json"]);
});

test("docker: a link stays a link, and what it leads to is copied when it is named", () => {
  const machine = new Machine().write({ Dockerfile: "FROM alpine\nCOPY d /d/\nCOPY link.txt /x/\n", "d/a.txt": "a" });
  symlinkSync("a.txt", join(machine.workspace, "d/to-a.txt"));
  symlinkSync("d/a.txt", join(machine.workspace, "link.txt"));
  expect(build(machine)).toMatchObject({ code: 0 });
  expect(lstatSync(join(image(machine).root, "d/to-a.txt")).isSymbolicLink()).toBe(true);
  expect(image(machine).files).toContain("/x/a.txt");
});

test.for<[string, Record<string, string>, readonly string[], string]>([
  ["an upper-case name", {}, ["-t", "ghcr.io/Acme/risk"], "repository name must be lowercase"],
  ["a Dockerfile that is not there", {}, ["-f", "other"], "open other: no such file or directory"],
  ["a path that is not there", { Dockerfile: "FROM a\nCOPY none .\n" }, [], '"/none": not found'],
  ["an ignored path", { Dockerfile: "FROM a\nCOPY hidden .\n" }, [], '"/hidden": not found'],
  ["a pattern without a file", { Dockerfile: "FROM a\nCOPY *.none .\n" }, [], '"/*.none": not found'],
  ["a mount that is not there", { Dockerfile: "FROM a\nRUN --mount=source=r.txt,target=/r x\n" }, [], '"/r.txt": not'],
  ["several files into a file", { Dockerfile: "FROM a\nCOPY a.txt b.txt c\n" }, [], "must be a directory and end"],
  ["a base in upper case", { Dockerfile: "FROM Python:3\n" }, [], "must be lowercase"],
  ["a file without a stage", { Dockerfile: "COPY a.txt .\n" }, [], "no build stage in current context"],
  ["an empty file", { Dockerfile: "# nothing\n" }, [], "file with no instructions"],
  ["an unknown instruction", { Dockerfile: "FROM a\nCOPPY x y\n" }, [], "unknown instruction: COPPY"],
  ["an unknown stage", {}, ["--target", "nope"], 'target stage "nope" could not be found'],
  ["a push without a name", {}, ["--push"], "tag is needed when pushing"],
])("docker: %s is refused", ([, files, options, text]) => {
  const machine = new Machine().write({
    Dockerfile: "FROM a\n",
    "a.txt": "a",
    "b.txt": "b",
    "hidden/x": "x",
    ".dockerignore": "hidden\n",
    ...files,
  });
  const result = machine.call(["docker", "buildx", "build", ...options, "."]);
  expect(result).toEqual({ code: 1, log: expect.stringMatching(/^ERROR: failed to build: /) });
  expect(result.log).toContain(text);
  expect(machine.journal("docker.jsonl")).toEqual([expect.objectContaining({ exit: 1, error: result.log })]);
  expect(existsSync(join(machine.state, "registry.json"))).toBe(false);
});

test("docker: a push needs a login, and on ghcr.io the repository's own owner", () => {
  const machine = new Machine().write({ Dockerfile: "FROM a\n" });
  const pushAs = (name: string) => machine.call(["docker", "buildx", "build", "--push", "-t", name, "."]);
  expect(pushAs(tag).log).toContain("no login for ghcr.io");
  const login = machine.call(["docker", "login", "ghcr.io", "-u", "me", "-p", "s3cret"]);
  expect(login).toEqual({ code: 0, log: "Login Succeeded" });
  expect(pushAs("ghcr.io/other/risk").log).toContain("may write to ghcr.io/acme only");
  expect(pushAs(tag).code).toBe(0);
  expect(JSON.parse(readFileSync(join(machine.state, "registry.json"), "utf8"))).toEqual({
    [tag]: { digest: image(machine).facts.digest, job: "build", time: expect.any(Number) },
  });
  expect(machine.another().call(["docker", "buildx", "imagetools", "inspect", tag]).log).toContain(
    "Digest:    sha256:",
  );
  expect(pushAs("docker.io/acme/risk").log).toContain("no login for docker.io");
  expect(machine.call(["docker", "logout", "ghcr.io"]).code).toBe(0);
  expect(pushAs(tag).log).toContain("no login for ghcr.io");
  expect(readFileSync(join(machine.state, "docker.jsonl"), "utf8")).not.toContain("s3cret");
});

test("docker: an image of this job can be named anew and pushed; one of another job is not here", () => {
  const machine = new Machine().write({ Dockerfile: "FROM a\n" });
  expect(machine.call(["docker", "build", "-t", "risk", "."]).code).toBe(0);
  expect(machine.call(["docker", "tag", "risk", tag]).code).toBe(0);
  machine.call(["docker", "login", "ghcr.io", "-u", "me", "--password-stdin"], { input: "s3cret\n" });
  expect(machine.call(["docker", "push", tag]).code).toBe(0);
  expect(machine.another().call(["docker", "push", tag]).log).toContain("does not exist locally");
});

test("docker: what needs an engine is refused", () => {
  const machine = new Machine();
  expect(machine.call(["docker", "run", "alpine"])).toEqual({
    code: 1,
    log: expect.stringContaining("no container engine"),
  });
  expect(machine.call(["docker", "version"]).code).toBe(0);
});

test("docker actions: an image is built, pushed and attested, and the login ends with the job", () => {
  const machine = new Machine().write(project);
  const buildx = machine.step("docker/setup-buildx-action");
  expect(buildx.outputs).toMatchObject({ driver: "docker-container", status: "running" });
  const login = machine.step("docker/login-action", { registry: "ghcr.io", username: "me", password: "s3cret" });
  expect(login.log).toContain("::add-mask::s3cret");
  const built = machine.step("docker/build-push-action", {
    context: ".",
    file: "Dockerfile.api",
    push: "true",
    tags: `${tag}\nghcr.io/acme/risk-api:abc`,
    "build-args": "REVISION=abc",
  });
  expect(built).toMatchObject({ code: 0, outputs: { digest: image(machine).facts.digest } });
  const attest = (digest: string) =>
    machine.step(
      "actions/attest",
      { "subject-name": "ghcr.io/acme/risk-api", "subject-digest": digest, "push-to-registry": "true" },
      { env: { ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1/?v=1" } },
    );
  expect(attest(built.outputs.digest ?? "").code).toBe(0);
  expect(attest(`sha256:${"0".repeat(64)}`).log).toContain("not found");
  expect(machine.step("docker/login-action", {}, { phase: "post", state: login.state }).code).toBe(0);
  expect(machine.step("docker/setup-buildx-action", {}, { phase: "post", state: buildx.state }).code).toBe(0);
  expect(attest(built.outputs.digest ?? "").log).toContain("No credential found for registry ghcr.io");
  expect(machine.journal("actions.jsonl")).toEqual([
    { kind: "login", job: "build", registry: "ghcr.io", username: "me" },
    {
      kind: "build",
      job: "build",
      tags: [tag, "ghcr.io/acme/risk-api:abc"],
      digest: built.outputs.digest,
      pushed: true,
    },
    { kind: "attest", job: "build", name: "ghcr.io/acme/risk-api", digest: built.outputs.digest },
  ]);
});

test("docker actions: a refused build is the error of its step", () => {
  const machine = new Machine().write({ Dockerfile: "FROM a\nCOPY none .\n" });
  const built = machine.step("docker/build-push-action", { context: "." });
  expect(built.code).toBe(1);
  expect(built.log).toMatch(/^::error::buildx failed with: ERROR: failed to build: .*"\/none": not found/);
  expect(machine.step("docker/login-action", { username: "me" }).log).toBe("::error::Username and password required");
  expect(machine.step("actions/attest", { "subject-path": "x" }).log).toContain('missing "id-token" permission');
});
