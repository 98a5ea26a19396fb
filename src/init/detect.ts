import type { RepositoryContents } from "../repository/contents.ts";
import type { GitFacts } from "../repository/git.ts";
import { detectArtifacts, productsOf } from "./detect/artifacts.ts";
import { detectChecks } from "./detect/checks.ts";
import { detectCommands } from "./detect/commands.ts";
import { detectDelivery, imagePython, imagesOf } from "./detect/delivery.ts";
import type { Evidence } from "./detect/evidence.ts";
import { detectMlflow } from "./detect/mlflow.ts";
import { projectName } from "./detect/project.ts";
import { detectPython } from "./detect/python.ts";
import { detectRemote, missingDvc } from "./detect/remote.ts";
import { detectStages, rolesOf } from "./detect/stages.ts";
import { detectFiles } from "./detect/workflow-files.ts";
import { decide, type Findings, findings } from "./proposal.ts";

export interface Place {
  readonly repository: RepositoryContents;
  readonly git: GitFacts;
  /** The pipeline's `root`. */
  readonly folder: string;
  readonly isOneOfSeveral: boolean;
  /** Stages that workflows written by hand run. */
  readonly handRun: Evidence["handRun"];
  /** Where a workflow written by hand has the data: the `dvc.remote.url` it is about to become. */
  readonly remoteUrl: unknown;
}

/** What a repository says of one pipeline. */
export const detect = async (place: Place): Promise<Findings> => {
  const { repository, git, folder } = place;
  const evidence: Evidence = { repository, git, folder, handRun: place.handRun };
  const { name, reason } = await projectName(repository, git, folder);
  const branch = await git.defaultBranch();
  const roles = rolesOf(evidence);
  const products = productsOf(evidence, roles);
  const images = imagesOf(evidence);
  const commands = detectCommands(evidence, roles, products, images.length > 0);
  const remote = detectRemote(evidence);
  const url = place.remoteUrl ?? remote.decisions.find(({ path }) => path.at(-1) === "url")?.value;
  return findings(
    decide(["name"], name, reason),
    ...(folder === "." ? [] : [decide(["root"], folder, `the project is in \`${folder}\``)]),
    ...(branch === undefined || !BRANCH.test(branch)
      ? []
      : [decide(["defaultBranch"], branch, `the default branch is \`${branch}\``)]),
    detectFiles(repository, name, place.isOneOfSeveral),
    detectPython(evidence, missingDvc(evidence, url), imagePython(images)),
    detectChecks(evidence),
    detectStages(roles),
    remote,
    detectMlflow(evidence),
    commands.findings,
    detectDelivery(evidence, images, products),
    detectArtifacts(products, {
      bundle: commands.freshness === undefined ? [] : [commands.freshness],
      nightly: [
        ...(commands.freshness === undefined ? [] : [{ path: commands.freshness, required: true } as const]),
        ...commands.monitoring,
      ],
    }),
  );
};

/** A detached head names none. */
const BRANCH = /^[A-Za-z0-9_][A-Za-z0-9._/-]*$/;
