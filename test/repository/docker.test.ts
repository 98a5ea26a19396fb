import fc from "fast-check";
import { expect, test } from "vitest";
import { dockerfile, finalStages } from "../../src/repository/docker/dockerfile.ts";
import { dockerContext } from "../../src/repository/docker/dockerignore.ts";
import { repositoryOf } from "../support/contents.ts";

const read = (text: string) => dockerfile(repositoryOf({ Dockerfile: text }), "Dockerfile");

test("docker: stages know their base, their name and what they copy", () => {
  const found = read(
    [
      "# syntax=docker/dockerfile:1",
      "ARG PYTHON=3.11",
      "FROM python:3.11-slim AS Builder",
      'COPY ["my file.txt", "/x/"]',
      "RUN pip install \\",
      "    -r requirements.txt",
      "from builder",
      "COPY --from=builder --chown=app /x /y",
      "ADD --chmod=644 a b c/",
      "COPY <<EOF /run.sh",
      "echo hi",
      "EOF",
      "EXPOSE 8080 9090/tcp 53/udp $PORT",
      "USER app",
      'ENTRYPOINT ["python", "-m", "risk"]',
      "CMD --help",
    ].join("\n"),
  );
  expect(found?.problems).toEqual([]);
  expect([...(found?.args ?? [])]).toEqual([["PYTHON", "3.11"]]);
  const [builder, last] = found?.stages ?? [];
  expect(builder).toMatchObject({ from: "python:3.11-slim", name: "builder", spot: { line: 3 } });
  expect(builder?.copies).toEqual([
    expect.objectContaining({
      sources: ["my file.txt"],
      destination: "/x/",
      isPlain: true,
      spot: expect.objectContaining({ line: 4 }),
    }),
  ]);
  expect(builder?.runs).toEqual([
    { text: expect.stringContaining("requirements.txt"), spot: { file: "Dockerfile", line: 5, column: 1 } },
  ]);
  expect(last?.copies.map(({ keyword, sources, from, isPlain }) => [keyword, sources.join(), from, isPlain])).toEqual([
    ["COPY", "/x", "builder", true],
    ["ADD", "a,b", undefined, true],
    ["COPY", expect.any(String), undefined, false],
  ]);
  expect(last?.expose.map(({ port }) => port)).toEqual([8080, 9090]);
  expect(last).toMatchObject({
    user: "app",
    entrypoint: { words: ["python", "-m", "risk"] },
    command: { words: "--help" },
  });
  expect(found && finalStages(found).map(({ from }) => from)).toEqual(["builder", "python:3.11-slim"]);
});

test("docker: a new entry point takes the place of the command before it", () => {
  const [stage] = read('FROM a\nCMD ["x"]\nENTRYPOINT ["y"]\n')?.stages ?? [];
  expect([stage?.command, stage?.entrypoint?.words]).toEqual([undefined, ["y"]]);
});

test("docker: what Docker refuses is a problem with its line", () => {
  const problem = (text: string) => read(text)?.problems.map(({ kind, spot, message }) => [kind, spot.line, message]);
  expect(problem("FROM a\nCOPPY x y\n")).toEqual([["syntax", 2, "Docker knows no instruction `COPPY`"]]);
  expect(problem("COPY x y\nFROM a\n")).toEqual([["syntax", 1, "`COPY` stands before the first `FROM`"]]);
  expect(problem("FROM a AS\n")).toEqual([["syntax", 1, "`FROM` takes an image, and after `AS` a name"]]);
  expect(problem("# nothing\n")).toEqual([["syntax", undefined, expect.stringContaining("no `FROM`")]]);
  expect(problem(`FROM a\n${"RUN x\n".repeat(40_000)}`)).toEqual([["too-large", undefined, expect.any(String)]]);
  expect(dockerfile(repositoryOf({}), "Dockerfile")).toBeUndefined();
});

test("docker: the last line that speaks of a path, or of a folder above it, says whether a build gets it", () => {
  const repository = repositoryOf({
    ".dockerignore": "# model\r\nmodels/\r\n!models/model.joblib\r\n**/*.csv\r\n/data\r\n",
  });
  const entry = dockerContext(repository, "Dockerfile", ".");
  expect(entry("models/other.joblib")).toEqual({
    included: false,
    by: { file: ".dockerignore", line: 2, pattern: "models/" },
  });
  expect(entry("models/model.joblib")).toEqual({
    included: true,
    by: { file: ".dockerignore", line: 3, pattern: "!models/model.joblib" },
  });
  expect(["src/a/b.csv", "b.csv", "data/x", "src/data/x", "src/a.py"].map(path => entry(path).included)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});

test("docker: the ignore file beside a Dockerfile wins over the one of the context, and paths are the context's", () => {
  const repository = repositoryOf({
    "api/.dockerignore": "src\n",
    "docker/api.Dockerfile.dockerignore": "models\n",
  });
  const own = dockerContext(repository, "docker/api.Dockerfile", "api");
  expect([own("api/src/a").included, own("api/models/a").included, own("other/a").included]).toEqual([
    true,
    false,
    false,
  ]);
  const shared = dockerContext(repository, "docker/batch.Dockerfile", "api");
  expect([shared("api/src/a").included, shared("api/models/a").included, shared("api").included]).toEqual([
    false,
    true,
    true,
  ]);
});

test("docker: no Dockerfile and no ignore file makes the readers throw", () => {
  const piece = fc.constantFrom(
    ...[
      "FROM a",
      "COPY",
      "--from=",
      "<<EOF",
      "EOF",
      "[",
      '"',
      "\\",
      "\n",
      " ",
      "#",
      "ARG x=",
      "$",
      "{",
      "ENV",
      "RUN",
      "\0",
    ],
    ...["**", "*", "!", "[a-", "/", "(", ")", "+", "?", "ONBUILD", "HEALTHCHECK CMD", "LABEL a=", "EXPOSE 8080"],
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map(parts => parts.join("")),
  );
  fc.assert(
    fc.property(text, content => {
      const repository = repositoryOf({ Dockerfile: content, ".dockerignore": content });
      const found = dockerfile(repository, "Dockerfile");
      expect((found?.stages.length ?? 0) > 0).toBe(found?.problems.length === 0);
      expect(typeof dockerContext(repository, "Dockerfile", ".")("src/a/b.csv").included).toBe("boolean");
    }),
    { numRuns: 500 },
  );
});

test("docker: patterns that would take for ever are left aside", () => {
  const start = performance.now();
  const patterns = [`${"**/".repeat(200)}x`, `${"*a".repeat(200)}`, "a".repeat(100_000)].join("\n");
  const entry = dockerContext(repositoryOf({ ".dockerignore": patterns }), "Dockerfile", ".");
  expect(entry(`${"a/".repeat(100)}b`).included).toBe(true);
  expect(performance.now() - start).toBeLessThan(1000);
});
