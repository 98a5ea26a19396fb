import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";

// DVC comes with the project's tools; so does the `python` that has its libraries.
process.env.PATH = `${join(import.meta.dirname, "../../.tools/venv/bin")}${delimiter}${process.env.PATH}`;

export const shell = async (cwd: string, command: string): Promise<void> => {
  const identity = ["AUTHOR", "COMMITTER"].flatMap(role => [
    [`GIT_${role}_NAME`, "Test"],
    [`GIT_${role}_EMAIL`, "test@example.com"],
  ]);
  await execa("bash", ["-euc", command], { cwd, env: { ...Object.fromEntries(identity), DVC_NO_ANALYTICS: "1" } });
};

const files = {
  "data/raw.csv": "1\n2\n3\n4\n",
  "images/a": "a",
  "images/b": "b",
  "sub/lookup.csv": "5\n6\n",
  "params.yaml": "keep: 4\n",
  "split.sh": "head -c 4 data/raw.csv >split.csv\n",
  "train.sh": "cat split.csv >model.bin\n",
  "evaluate.sh": 'echo "{\\"n\\": $(wc -c <model.bin)}" >metrics.json\n',
  "sub/join.sh": "cat ../split.csv lookup.csv >joined.csv\n",
  "dvc.yaml": `stages:
  split:
    cmd: bash split.sh
    deps: [split.sh, data/raw.csv, images/a]
    params: [keep]
    outs: [split.csv]
  train:
    cmd: bash train.sh
    deps: [train.sh, split.csv]
    outs: [model.bin]
  evaluate:
    cmd: bash evaluate.sh
    deps: [evaluate.sh, model.bin]
    metrics: [{metrics.json: {cache: false}}]
`,
  "sub/dvc.yaml": `stages:
  join:
    cmd: bash join.sh
    deps: [join.sh, ../split.csv, lookup.csv]
    outs: [joined.csv]
`,
};

export interface DvcProject {
  readonly folder: string;
  /** Makes a fresh clone, without data, and then runs a command in it. */
  readonly clone: (command?: string) => (workspace: string) => Promise<void>;
  /** The remote's folder, with all data. */
  readonly remote: string;
}

/** A pipeline of four stages in two folders, reproduced, committed and pushed. */
export const dvcProject = async (): Promise<DvcProject> => {
  const folder = mkdtempSync(join(tmpdir(), "dvc-"));
  const source = join(folder, "source");
  const remote = join(folder, "remote");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  await shell(
    source,
    `git init --quiet --initial-branch main && dvc init --quiet && dvc config core.analytics false
     dvc add --quiet data/raw.csv images sub/lookup.csv
     dvc repro --quiet evaluate sub/dvc.yaml:join
     dvc remote add --quiet --default store ${remote} && dvc push --quiet
     git add --all && git commit --quiet --message first`,
  );
  return {
    folder,
    remote,
    clone: command => async workspace => {
      await shell(workspace, `git clone --quiet ${source} . && ${command ?? true}`);
    },
  };
};
