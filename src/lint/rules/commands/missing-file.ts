import { posix } from "node:path";
import type { RepositoryContents } from "../../../repository/contents.ts";
import { mayBeThereWithin } from "../../made-files.ts";
import type { Place } from "../../place.ts";
import { suggestion } from "../../programs/suggestion.ts";
import { defineRule } from "../../rule.ts";
import type { Word } from "../../script.ts";
import type { Job, Step } from "../../workflow.ts";
import { folderOf, hasCheckout, repositoryPath } from "../../workspace.ts";
import { jobInClone } from "./example-job.ts";
import type { FileRead } from "./read-files.ts";
import { filesRead } from "./read-files.ts";

export const missingFile = defineRule({
  id: "pipeline/missing-file",
  severity: "error",
  summary: "A step reads a file that is not in the repository and that nothing before it makes.",
  why: "On a fresh runner there is nothing but what git has: the command ends with an error on every run, though it works where the file was left behind.",
  hint: "mend the path, commit the file, or make it in an earlier step of the job",
  examples: {
    kind: "job",
    bad: jobInClone(
      "- name: Train the model\n  run: python -m creditrisk.pipelines.train --config configs/baseline.yaml\n",
    ),
    good: jobInClone(
      "- name: Train the model\n  run: python -m creditrisk.pipelines.train --config configs/creditrisk_pd.yaml\n",
    ),
  },
  check: ({ jobs }, report, { repository }) => {
    if (!repository) return;
    for (const job of jobs) {
      const wanted = wantedIn(job, repository);
      const readings = new Set(wanted.flatMap(({ word }) => word ?? []));
      for (const { step, place, path, kind, isCertain } of wanted) {
        if (!isCertain || path === undefined || repository.has(path)) continue;
        if (kind !== "context" && mayBeThereWithin(step, { path, kind, readings, repository })) continue;
        const near = nearest(path, repository);
        report(
          place,
          `${path} is not in the repository`,
          near === undefined ? {} : { hint: `did you mean \`${near}\`?` },
        );
      }
    }
  },
});

interface Wanted {
  readonly step: Step;
  readonly place: Place;
  /** Absent in an input of an action. */
  readonly word?: Word;
  /** Within the repository; absent where that is not certain. */
  readonly path: string | undefined;
  /** `context`: of the commit itself, where nothing can be made. */
  readonly kind: FileRead["kind"] | "context";
  readonly isCertain: boolean;
}

const wantedIn = (job: Job, repository: RepositoryContents): readonly Wanted[] =>
  job.steps.flatMap(step => [
    ...(step.script?.commands ?? []).flatMap(command =>
      filesRead(step, command, repository).map(({ word, path, kind, isCertain }) => {
        const folder = folderOf(step, command);
        const inside = folder === undefined ? undefined : repositoryPath(folder, path);
        // Of a command that may fail, it may be absent. What only writes into a pipe may not.
        const isTolerated = command.tolerated && !command.pipedInto;
        return { step, word, place: word.place, path: inside, kind, isCertain: isCertain && !isTolerated };
      }),
    ),
    ...builtImage(step),
  ]);

/** The Dockerfile of docker/build-push-action. Without `context` it builds from the commit itself, not from the workspace. */
const builtImage = (step: Step): readonly Wanted[] => {
  if (step.uses?.action !== "docker/build-push-action") return [];
  const [context, file] = [step.input("context"), step.input("file")];
  const folder = context === undefined ? "." : context.literal;
  if (folder === undefined || folder === "" || (file && file.literal === undefined)) return [];
  const path = file?.literal ? file.literal : posix.join(folder, "Dockerfile");
  const isCertain = context === undefined ? step.input("build-contexts") === undefined : hasCheckout(step);
  const place = (file ?? context ?? step.uses.node).place;
  return [
    { step, place, path: repositoryPath(".", path), kind: context === undefined ? "context" : "source", isCertain },
  ];
};

/** A file of a similar name in the same folder, or of the same name elsewhere. */
const nearest = (path: string, { files }: RepositoryContents): string | undefined => {
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  const beside = files.filter(file => posix.dirname(file) === folder);
  const alike = suggestion(
    name,
    beside.map(file => posix.basename(file)),
  );
  if (alike !== undefined) return posix.join(folder, alike);
  const same = files.filter(file => posix.basename(file) === name);
  return same.length === 1 ? same[0] : undefined;
};
