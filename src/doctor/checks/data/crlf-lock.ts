import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { RepositoryContents } from "../../../repository/contents.ts";
import type { DvcLock, LockedPath } from "../../../repository/dvc/lock.ts";
import { dvcLock } from "../../../repository/dvc/lock.ts";
import { defineCheck } from "../../check.ts";
import type { Fix } from "../../fix.ts";
import { listed, stagesRun } from "./stages-run.ts";

export const crlfLock = defineCheck({
  id: "repository/crlf-lock",
  severity: "warning",
  summary: "`dvc.lock` was recorded on a machine where files had the line ends of Windows.",
  why: "A runner has the files as git keeps them, with other hashes: DVC takes the stages for changed, and runs them in every run of the workflows.",
  hint: "add `* text=auto eol=lf` to .gitattributes, check the files out anew, run `dvc commit`, and commit dvc.lock",
  reference: "https://git-scm.com/docs/gitattributes#_eol",
  examples: {
    bad: {
      "configs/demo.yaml": "target: defaulted\n",
      "dvc.lock": `schema: '2.0'
stages:
  fit:
    cmd: python -m demo.fit --config configs/demo.yaml
    deps:
    - path: configs/demo.yaml
      hash: md5
      md5: ${createHash("md5").update("target: defaulted\r\n").digest("hex")}
      size: 19
  validate_model:
    cmd: python -m demo.validate
  monitor_drift:
    cmd: python -m demo.drift
`,
    },
    good: {},
  },
  check: (context, report) => {
    const { repository } = context;
    const run = stagesRun(context);
    const names = new Set(run.map(({ name, file }) => `${file}:${name}`));
    for (const folder of new Set(
      run.filter(({ commands }) => commands.length > 0).map(({ file }) => posix.dirname(file)),
    )) {
      const lock = dvcLock(repository, folder);
      if (!lock) continue;
      const found = recordedWithCrlf(lock, repository, name => names.has(`${posix.join(folder, "dvc.yaml")}:${name}`));
      const [first] = found;
      if (!first) continue;
      const stages = [...new Set(found.map(({ stage }) => stage))];
      const fix = lineEndsFix(repository, ".gitattributes");
      report(
        first.dep.spot,
        `the hash of ${first.dep.path} is that of the file with the line ends of Windows, so that ${listed(stages)} ${stages.length === 1 ? "counts" : "count"} as changed wherever git keeps others`,
        fix ? { fix } : {},
      );
    }
  },
});

interface Recorded {
  readonly stage: string;
  readonly dep: LockedPath;
}

const recordedWithCrlf = (
  { stages }: DvcLock,
  repository: RepositoryContents,
  isRun: (stage: string) => boolean,
): readonly Recorded[] => {
  const known = new Map<string, boolean>();
  return [...stages].flatMap(([stage, { deps }]) =>
    (isRun(stage) ? deps : []).flatMap(dep => {
      if (dep.isDir || dep.md5 === undefined) return [];
      const key = `${dep.path}:${dep.md5}`;
      if (!known.has(key)) known.set(key, isOfWindows(repository.text(dep.path), dep.md5));
      return known.get(key) ? [{ stage, dep }] : [];
    }),
  );
};

/** Whether the hash is that of the text with other line ends, and not that of the text. */
const isOfWindows = (text: string | undefined, md5: string): boolean =>
  text?.includes("\n") === true &&
  !text.includes("\r\n") &&
  hashOf(text) !== md5 &&
  hashOf(text.replaceAll("\n", "\r\n")) === md5;

const hashOf = (text: string): string => createHash("md5").update(text).digest("hex");

/** Absent where the file already speaks of line ends. */
const lineEndsFix = (repository: RepositoryContents, file: string): Fix | undefined => {
  const text = repository.text(file) ?? "";
  if (/\beol=/.test(text) || (text === "" && repository.has(file) && repository.look(file).kind !== "text"))
    return undefined;
  const line = "* text=auto eol=lf\n";
  return {
    title: "give every text file the same line ends on every machine",
    edits: [{ file, start: 0, end: 0, text: line }],
  };
};
