import fc from "fast-check";
import { expect, test } from "vitest";
import { dvcConfig } from "../../src/repository/dvc/config.ts";
import { dvcFiles } from "../../src/repository/dvc/dvc-file.ts";
import { hidingOf } from "../../src/repository/dvc/ignore.ts";
import { dvcLock } from "../../src/repository/dvc/lock.ts";
import { dvcFileOf, namesRemotes, trackedOutputs } from "../../src/repository/dvc/outputs.ts";
import { dvcProject } from "../../src/repository/dvc/project.ts";
import { cycleAmong, findStages, upstreamOf } from "../../src/repository/dvc/stages.ts";
import { parseYaml } from "../../src/repository/dvc/yaml.ts";
import { repositoryOf } from "../support/contents.ts";

/** Pieces that a `dvc.yaml` and its neighbours are made of, put together in any way. */
const piece = fc.constantFrom(
  ...["stages:", "\n", "\n  ", "\n    ", "\n      ", "- ", ": ", "s", "cmd", "deps", "outs", "foreach", "do", "matrix"],
  ...["vars", "wdir", "params", "metrics", "plots", "cache", "persist", "remote", "path", "md5", "size", "frozen"],
  ...[
    `\${item}`,
    `\${key}`,
    `\${a.b[0]}`,
    "${",
    "}",
    "[",
    "]",
    "{",
    ",",
    "&a ",
    "*a",
    "<<",
    "1",
    "1e5",
    "true",
    "null",
  ],
  ...["'", '"', "|", ">", "#", "%", "!t ", "../", "/", "@", "\0", "\t", "\r\n", "\u2028", "é", "🙂", "params.yaml"],
);
const pieces = fc.array(piece, { maxLength: 60 }).map(parts => parts.join(""));
const text = fc.oneof(pieces, fc.string({ unit: "binary", maxLength: 200 }), fc.json(), fc.json({ maxDepth: 6 }));

/** A value that has the shape of a pipeline, but for some parts. */
const leaf = fc.oneof(piece, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const list = fc.array(fc.oneof(leaf, fc.dictionary(piece, leaf, { maxKeys: 3 })), { maxLength: 4 });
const body = fc.record(
  {
    ...{ cmd: fc.oneof(leaf, list), deps: fc.oneof(leaf, list), outs: list, params: fc.oneof(leaf, list), wdir: leaf },
    ...{ vars: list, matrix: fc.dictionary(piece, list, { maxKeys: 3 }), frozen: leaf, plots: list, metrics: list },
  },
  { requiredKeys: [] },
);
const stage = fc.oneof(leaf, body, fc.record({ foreach: fc.oneof(leaf, list, body), do: fc.oneof(leaf, body) }));
const pipeline = fc
  .record({ vars: fc.oneof(leaf, list), stages: fc.oneof(leaf, fc.dictionary(piece, stage, { maxKeys: 4 })) })
  .map(value => JSON.stringify(value));

test("property: whatever the files of a repository hold, it is read, and nothing is thrown", () => {
  fc.assert(
    fc.property(
      fc.record({
        "dvc.yaml": fc.oneof(text, pipeline),
        "params.yaml": text,
        "dvc.lock": text,
        "x.dvc": text,
        ".dvc/config": text,
        ".gitignore": text,
        ".dvcignore": text,
        "sub/dvc.yaml": pipeline,
      }),
      fc.oneof(pieces, fc.string()),
      (files, address) => {
        const repository = repositoryOf(files);
        for (const folder of [".", "sub"]) {
          const project = dvcProject(repository, folder);
          const lines = (files["dvc.yaml"].match(/\n/g)?.length ?? 0) + 1;
          for (const { spot } of project?.problems ?? []) {
            expect(spot.line ?? 1).toBeGreaterThan(0);
            if (spot.file === "dvc.yaml") expect(spot.line ?? 1).toBeLessThanOrEqual(lines);
          }
          const stages = project?.stages ?? [];
          expect(new Set(upstreamOf(repository, stages)).size).toBeGreaterThanOrEqual(stages.length);
          cycleAmong(repository, stages);
          for (const name of project?.names ?? []) findStages(repository, folder, name);
          dvcLock(repository, folder);
          dvcConfig(repository, folder);
        }
        findStages(repository, ".", address);
        dvcFiles(repository);
        dvcFileOf(repository, address);
        trackedOutputs(repository);
        namesRemotes(repository);
        for (const file of repository.files) hidingOf(repository, file);
      },
    ),
    { numRuns: 1500 },
  );
});

test("property: what is read of JSON is its value", () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), json => {
      const { root, problems } = parseYaml("x.json", json);
      // Python and YAML have no key twice, and no text as a key that is a number at the same time.
      if (problems.length === 0) expect(root === undefined || shapeOf(root) === typeOf(JSON.parse(json))).toBe(true);
    }),
  );
});

const shapeOf = (value: NonNullable<ReturnType<typeof parseYaml>["root"]>): string =>
  value.kind === "scalar" ? (value.value === null ? "null" : typeof value.value) : value.kind;

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "list" : typeof value === "object" ? "map" : typeof value;
