import { posix } from "node:path";
import { workflowNames } from "../../model/workflow-name.ts";
import type { RepositoryContents } from "../../repository/contents.ts";
import { settle } from "../settle.ts";
import { readAbsences } from "./absences.ts";
import { readArtifacts } from "./artifacts.ts";
import { readChecks } from "./checks.ts";
import { commandsOf } from "./commands.ts";
import { readDeploy } from "./deploy.ts";
import { readDvc } from "./dvc.ts";
import { readFreshness } from "./freshness.ts";
import { readImages } from "./images.ts";
import { readJobs } from "./jobs.ts";
import { type CarriedField, Ledger, type Loss } from "./ledger.ts";
import { tellLeftovers } from "./leftovers.ts";
import { readMlflow } from "./mlflow.ts";
import { readMonitoring, readRetraining } from "./nightly.ts";
import { readNotifications } from "./notify.ts";
import { readPromotion } from "./promote.ts";
import { readPython } from "./python.ts";
import type { Context } from "./readers.ts";
import { defaultBranchOf, rolesOf } from "./roles.ts";
import type { Roles } from "./run.ts";
import { readSmoke } from "./smoke.ts";
import { readSources } from "./sources.ts";
import { readTriggers } from "./triggers.ts";

export type { CarriedField, Loss } from "./ledger.ts";

/** What of hand-written workflows a config can say, and what it cannot. */
export interface CarryOver {
  /** The workflows that were read for it. */
  readonly files: readonly string[];
  readonly fields: readonly CarriedField[];
  readonly lost: readonly Loss[];
}

/** Reads the hand-written workflows of a repository as a config. Never throws, whatever they hold. */
export const carryOver = async (repository: RepositoryContents): Promise<CarryOver> => {
  const sources = await readSources(repository);
  const branch = defaultBranchOf(sources.files);
  const roles = await rolesOf(sources.files, branch.name, repository);
  const ledger = new Ledger();
  const root = rootOf(roles, ledger);
  const context: Context = { roles, ledger, repository, root, branch: branch.name };
  readTriggers(context);
  if (branch.node && branch.file && branch.name !== "main" && ledger.value("defaultBranch") === undefined)
    ledger.carry(["defaultBranch"], branch.name, branch.file.spot(branch.node.place));
  readPython(context);
  readRetraining(context);
  readDvc(context);
  readMlflow(context);
  readFreshness(context);
  readMonitoring(context);
  readPromotion(context);
  const images = readImages(context);
  readDeploy(context, images);
  readSmoke(context);
  readArtifacts(context);
  readNotifications(context);
  readChecks(context);
  readJobs(context);
  tellLeftovers(context);
  readAbsences(context);
  const fields = fitting(ledger);
  const files = new Set(workflowNames.flatMap(role => roles[role]?.jobs.map(({ file }) => file.path) ?? []));
  return { files: [...files].sort(), fields, lost: [...sources.lost, ...ledger.lost].sort(byPlace) };
};

/** The folder that the scripts run in, where it is one and the same. */
const rootOf = ({ ci, cd, nightly }: Roles, ledger: Ledger): string => {
  const folders = new Map<string, { readonly count: number; readonly spot: CarriedField["from"] | undefined }>();
  for (const run of [ci, cd, nightly].flatMap(role => role?.steps ?? [])) {
    if (commandsOf(run).length === 0 || run.calledBy) continue;
    const folder = run.step.workingDirectory;
    const normal = folder === undefined ? undefined : posix.normalize(folder).replace(/\/$/, "");
    if (normal === undefined) continue;
    const node = run.step.workingDirectoryNode;
    const before = folders.get(normal);
    folders.set(normal, { count: (before?.count ?? 0) + 1, spot: before?.spot ?? (node && run.file.spot(node.place)) });
  }
  const [most] = [...folders].sort(([, a], [, b]) => b.count - a.count);
  if (!most?.[1].spot || most[0] === ".") return ".";
  return ledger.carry(["root"], most[0], most[1].spot) ? most[0] : ".";
};

/** Those that make a config together; the others are told as lost, and what fits nothing is switched off. */
const fitting = (ledger: Ledger): readonly CarriedField[] => {
  const named = ledger.value("name") === undefined ? [{ path: ["name"], value: "pipeline", reason: "" }] : [];
  const { decisions, refused } = settle([...named, ...ledger.fields.map(field => ({ ...field, reason: "" }))]);
  for (const { decision, message } of refused)
    if (decision.from)
      ledger.lose(
        decision.from,
        `this does not fit the rest: ${message}`,
        `set \`${decision.path.join(".")}\` by hand`,
      );
  const [first] = ledger.fields;
  return decisions.flatMap(({ path, value, from = first?.from }) =>
    from === undefined || (path[0] === "name" && named.length > 0) ? [] : [{ path, value, from }],
  );
};

const byPlace = (one: Loss, other: Loss): number => {
  if (one.spot.file !== other.spot.file) return one.spot.file < other.spot.file ? -1 : 1;
  return (one.spot.line ?? 0) - (other.spot.line ?? 0) || (one.spot.column ?? 0) - (other.spot.column ?? 0);
};
