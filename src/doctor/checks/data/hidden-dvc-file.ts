import { posix } from "node:path";
import type { RepositoryContents } from "../../../repository/contents.ts";
import { dvcFile } from "../../../repository/dvc/dvc-file.ts";
import { dvcPlaces } from "../../../repository/dvc/files.ts";
import type { Hiding } from "../../../repository/dvc/git-ignore.ts";
import { hidingOf } from "../../../repository/dvc/ignore.ts";
import { foldersOf, isIn } from "../../../repository/dvc/paths.ts";
import type { CheckContext } from "../../check.ts";
import { defineCheck } from "../../check.ts";
import type { Fix } from "../../fix.ts";
import { mainFile, stagesRun } from "./stages-run.ts";

export const hiddenDvcFile = defineCheck({
  id: "repository/hidden-dvc-file",
  severity: "error",
  summary: "A pattern of a `.gitignore` or `.dvcignore` hides a file of DVC's own from DVC.",
  why: "DVC does not look into ignored folders, and for it a pattern like `data/raw/*` is about the folder, whatever exceptions follow: `dvc pull` and `dvc push` say that everything is up to date, and transfer nothing.",
  hint: "narrow the pattern to the data: `data/raw/*.csv`",
  reference: "https://dvc.org/doc/user-guide/project-structure/dvcignore-files",
  examples: {
    bad: {
      ".gitignore": "/data/raw/*\n!/data/raw/*.dvc\n/models\n/reports\n",
      "loans.csv.dvc": null,
      "data/raw/loans.csv.dvc":
        "outs:\n- md5: 6f5902ac237024bdd0c176cb93063dc4\n  size: 12\n  hash: md5\n  path: loans.csv\n",
    },
    good: {
      ".gitignore": "/data/raw/*.csv\n/models\n/reports\n",
      "loans.csv.dvc": null,
      "data/raw/loans.csv.dvc":
        "outs:\n- md5: 6f5902ac237024bdd0c176cb93063dc4\n  size: 12\n  hash: md5\n  path: loans.csv\n",
    },
  },
  check: (context, report) => {
    const { repository } = context;
    const hidden = new Map<string, Hidden>();
    for (const file of ownFiles(context)) {
      const hiding = hidingOf(repository, file);
      if (!hiding) continue;
      const key = `${hiding.spot.file}:${hiding.spot.line}:${hiding.pattern}`;
      const known = hidden.get(key) ?? { hiding, files: [] };
      known.files.push(file);
      hidden.set(key, known);
    }
    if (hidden.size === 0) return;
    const run = stagesRun(context);
    const sources = new Set(run.map(({ file }) => file));
    const needed = new Set(run.flatMap(({ deps }) => deps.map(({ path }) => path)));
    const around = new Set([...needed].flatMap(foldersOf));
    const isNear = (out: string): boolean => isIn(out, needed) || around.has(out);
    for (const { hiding, files } of hidden.values()) {
      const [first] = files as [string];
      const others = files.length > 1 ? ` and ${files.length - 1} more` : "";
      const isNeeded = files.some(file => sources.has(lockless(file)) || outsOf(repository, file).some(isNear));
      const fix = narrowed(repository, { hiding, files });
      report(
        hiding.spot,
        first.endsWith(".dvc")
          ? `\`${hiding.pattern}\` hides ${first}${others} from DVC: \`dvc pull\` does not bring the data, and does not say so`
          : `\`${hiding.pattern}\` hides ${first}${others} from DVC: its stages cannot be run`,
        {
          severity: isNeeded ? "error" : "warning",
          hint: fix
            ? `write \`${fix.edits[0]?.text}\` instead`
            : `let the pattern match the data alone, not the folder or ${posix.basename(first)}`,
          ...(fix ? { fix } : {}),
        },
      );
    }
  },
});

interface Hidden {
  readonly hiding: Hiding;
  readonly files: string[];
}

/** The files that DVC looks for, of the DVC repository the pipeline belongs to. */
const ownFiles = ({ repository, pipeline }: CheckContext): readonly string[] => {
  const { projects, files, rootOf } = dvcPlaces(repository);
  const root = rootOf(mainFile({ pipeline, repository }));
  const folders = projects.filter(folder => rootOf(folder) === root);
  return [
    ...folders.flatMap(folder => [posix.join(folder, "dvc.yaml"), posix.join(folder, "dvc.lock")]),
    ...files.filter(file => rootOf(file) === root),
  ];
};

const lockless = (file: string): string => file.replace(/dvc\.lock$/, "dvc.yaml");

const outsOf = (repository: RepositoryContents, file: string): readonly string[] =>
  file.endsWith(".dvc") ? (dvcFile(repository, file)?.outs ?? []).map(({ path }) => path) : [];

/** The pattern with the one ending that all hidden data has, if that shows the files and still ignores the data. */
const narrowed = (repository: RepositoryContents, { hiding: { pattern, spot }, files }: Hidden): Fix | undefined => {
  const endings = new Set(files.flatMap(file => outsOf(repository, file).map(out => posix.extname(out))));
  const [ending] = endings;
  const text = repository.text(spot.file);
  if (!ending || endings.size > 1 || !/(?:^|\/)\*$/.test(pattern) || posix.basename(spot.file) !== ".gitignore")
    return undefined;
  if (text === undefined || spot.line === undefined || files.some(file => !file.endsWith(".dvc"))) return undefined;
  const lines = text.split("\n");
  const start = lines.slice(0, spot.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const edit = { file: spot.file, start, end: start + pattern.length, text: `${pattern}${ending}` };
  const after = text.slice(0, start) + edit.text + text.slice(edit.end);
  const mended = { ...repository, text: (path: string) => (path === spot.file ? after : repository.text(path)) };
  if (files.some(file => hidingOf(mended, file))) return undefined;
  return { title: `let \`${pattern}\` of ${spot.file} match no more than the ${ending} files`, edits: [edit] };
};
