import type { ConfigPath } from "../config/issues.ts";
import type { ConfigInput } from "../config/schema.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import { findStages } from "../repository/dvc/stages.ts";
import type { GitFacts } from "../repository/git.ts";
import type { CarriedField, CarryOver, Loss } from "./carry-over/index.ts";
import { configInUse, programsIn } from "./detect/commands.ts";
import type { Evidence } from "./detect/evidence.ts";
import { inRepository } from "./detect/evidence.ts";
import { projectFolders } from "./detect/project.ts";
import type { Plugin } from "./detect/python.ts";
import { installMore } from "./detect/python.ts";
import { missingDvc } from "./detect/remote.ts";
import { rolesOf } from "./detect/stages.ts";
import { handWritten } from "./detect/workflow-files.ts";
import { detect } from "./detect.ts";
import { minimal } from "./minimal.ts";
import type { Decision, Undecided } from "./proposal.ts";
import type { Data } from "./record.ts";
import { isData, valueAt } from "./record.ts";
import { fieldName, settle } from "./settle.ts";

/** A config for a repository, and where each part of it comes from. */
export interface Proposal {
  readonly pipelines: readonly ProposedPipeline[];
  /** What workflows written by hand say and no config can. */
  readonly lost: readonly Loss[];
  /** The workflows that were read. */
  readonly read: readonly string[];
  /** The workflows that this tool did not write. */
  readonly handWritten: readonly string[];
}

export interface ProposedPipeline {
  readonly name: string;
  /** Each field once, those that are as the defaults too. */
  readonly decisions: readonly Decision[];
  readonly undecided: readonly Undecided[];
}

/** Reads a repository: nothing of it is run. */
export const propose = async (
  repository: RepositoryContents,
  git: GitFacts,
  carry: (repository: RepositoryContents) => Promise<CarryOver>,
): Promise<Proposal> => {
  const folders = projectFolders(repository);
  const written = handWritten(repository);
  // Workflows of several projects do not say which project each of their steps is for.
  const isOne = folders.length === 1;
  const carried = isOne && written.length > 0 ? await carry(repository) : NOTHING_CARRIED;
  const lost = [...carried.lost];
  const pipelines: ProposedPipeline[] = [];
  for (const folder of folders) {
    const place = { repository, git, folder, isOneOfSeveral: !isOne };
    const { fields, dropped } = fitting(place, carried.fields);
    lost.push(...dropped);
    const stages = (field: string) =>
      [fields.find(({ path }) => fieldName(path) === field)?.value ?? []].flat() as string[];
    const handRun = {
      train: stages("dvc.stages.train"),
      drift: stages("dvc.stages.drift"),
      monitors: fields.some(({ path, value }) => path[0] === "nightly" && path[1] === "monitor" && value !== false),
    };
    const remoteUrl = fields.find(({ path }) => fieldName(path) === "dvc.remote.url")?.value;
    const found = await detect({ ...place, handRun, remoteUrl });
    const { decisions, refused } = settle([
      ...found.decisions,
      ...fields.filter(isTaken).map(field => asDecision(together(field, found.decisions))),
    ]);
    const settled = completed({ ...place, handRun }, decisions, found.decisions);
    pipelines.push({
      name: String(decisions.find(({ path }) => path[0] === "name")?.value),
      decisions: settled.decisions,
      undecided: [
        ...found.undecided.filter(({ what }) => !isCarried(what, fields)),
        ...refused.map(({ decision, message }) => ({
          what: fieldName(decision.path),
          why: `${decision.reason}, but ${message}`,
          hint: `set \`${fieldName(decision.path)}\` yourself`,
        })),
        ...settled.undecided,
        ...(isOne || written.length === 0
          ? []
          : [
              {
                what: "workflows",
                why: "the workflows written by hand were not read: they do not say which of the projects each step is for",
                hint: "carry over by hand what they say",
              },
            ]),
      ],
    });
  }
  return { pipelines: unlikeNames(pipelines), lost, read: carried.files, handWritten: written };
};

const NOTHING_CARRIED: CarryOver = { files: [], fields: [], lost: [] };

const asDecision = ({ path, value, from }: CarriedField): Decision => ({
  path,
  value,
  reason: `carried over from \`${from.file}\``,
  from,
});

/** Which stages there are to add, and which names are free, the repository knows better. */
const isTaken = ({ path, value }: CarriedField): boolean =>
  !(path[0] === "dvc" && path[1] === "stages") && !(path[0] === "files" && value !== false);

/** A list of files that a workflow keeps, with what is found of them: which ones there must be. */
const together = (field: CarriedField, found: readonly Decision[]): CarriedField => {
  const name = fieldName(field.path);
  const known = found.find(({ path }) => fieldName(path) === name)?.value;
  if (!name.startsWith("artifacts.") || !Array.isArray(field.value) || !Array.isArray(known)) return field;
  const pathOf = (item: unknown) => (isData(item) ? item.path : item);
  const listed = field.value as readonly unknown[];
  const same = (item: unknown) => (known as readonly unknown[]).find(other => pathOf(other) === pathOf(item));
  const needed = (known as readonly unknown[]).filter(
    item => isData(item) && !listed.some(other => pathOf(other) === pathOf(item)),
  );
  return { ...field, value: [...listed.map(item => (isData(item) ? item : (same(item) ?? item))), ...needed] };
};

/** What is open only as long as nobody has said it. */
const isCarried = (what: string, fields: readonly CarriedField[]): boolean =>
  fields.some(({ path }) => fieldName(path) === what || fieldName(path).startsWith(`${what}.`));

interface Surroundings {
  readonly repository: RepositoryContents;
  readonly git: GitFacts;
  readonly folder: string;
}

/** Without what workflows name and the repository does not have: they may be older than it. */
const fitting = ({ repository, folder }: Surroundings, fields: readonly CarriedField[]) => {
  const dropped: Loss[] = [];
  const kept = fields.flatMap((field): readonly CarriedField[] => {
    if (field.path[0] !== "dvc" || field.path[1] !== "stages" || field.value === false) return [field];
    const names = [field.value].flat() as readonly string[];
    const there = names.filter(name => findStages(repository, folder, name).length > 0);
    for (const name of names.filter(name => !there.includes(name)))
      dropped.push({
        spot: field.from,
        what: `it runs the stage \`${name}\`, which \`dvc.yaml\` does not have`,
        hint: "the stages of the config are those that are there",
      });
    return there.length === 0 ? [] : [{ ...field, value: there }];
  });
  return { fields: kept, dropped };
};

const CONFIGURED: readonly string[] = ["freshness.command", "promote.command", "nightly.monitor.command"];

/** What workflows say, made to work here: commands name files that may be gone, or leave out what the rest of the config asks for. */
const completed = (
  evidence: Evidence,
  decisions: readonly Decision[],
  found: readonly Decision[],
): { readonly decisions: readonly Decision[]; readonly undecided: readonly Undecided[] } => {
  const { repository, folder } = evidence;
  const undecided: Undecided[] = [];
  const inUse = configInUse(evidence, rolesOf(evidence));
  const value = (list: readonly Decision[], name: string) => list.find(({ path }) => fieldName(path) === name)?.value;
  const mended = decisions.map((decision): Decision => {
    const name = fieldName(decision.path);
    if (name === "python.install" && decision.value !== value(found, name)) {
      const installer = value(decisions, "python.installer") === "uv" ? "uv" : "pip";
      return withPlugins(evidence, decision, missingDvc(evidence, value(decisions, "dvc.remote.url")), installer);
    }
    if (!CONFIGURED.includes(name) || typeof decision.value !== "string") return decision;
    const proved =
      name === "promote.command"
        ? withProof(decision, value(decisions, "promote.evidence"), value(found, name))
        : decision;
    const missing = programsIn(decision.value)
      .flatMap(({ args }) =>
        args.flatMap((word, index) => (args[index - 1]?.value === "--config" ? (word.value ?? []) : [])),
      )
      .find(path => !repository.has(inRepository(folder, path)));
    if (missing === undefined) return proved;
    if (inUse === undefined) {
      undecided.push({
        what: name,
        why: `it names \`${missing}\`, which is not there`,
        hint: "name the config file that is",
      });
      return proved;
    }
    return {
      ...proved,
      value: String(proved.value).replace(missing, () => inUse),
      reason: `${proved.reason}, but with \`${inUse}\`, because \`${missing}\` is not there`,
    };
  });
  const files = (list: readonly Decision[]) =>
    ([value(list, "images") ?? []].flat() as readonly { readonly dockerfile?: string }[]).map(
      image => image.dockerfile,
    );
  const unbuilt = files(found).filter(file => file !== undefined && !files(decisions).includes(file));
  if (unbuilt.length > 0)
    undecided.push({
      what: "images",
      why: `the workflows build nothing from ${unbuilt.map(file => `\`${file}\``).join(", ")}`,
      hint: "add an image to `images` if one is to be published",
    });
  return { decisions: mended, undecided };
};

/** The plugin that the remote needs, and the tools that gates call, where a workflow does not install them. */
const withPlugins = (
  evidence: Evidence,
  decision: Decision,
  plugins: readonly Plugin[],
  installer: "pip" | "uv",
): Decision => {
  const stated = [decision.value].flat() as readonly string[];
  const lacking = plugins.filter(plugin => !stated.some(command => command.includes(plugin.package)));
  const { commands, reasons } = installMore(evidence, lacking, installer);
  if (commands.length === 0) return decision;
  return { ...decision, value: [...stated, ...commands], reason: [decision.reason, ...reasons].join("; ") };
};

/** The option by which the promotion leaves its proof, where that is asked for. */
const withProof = (decision: Decision, evidence: unknown, found: unknown): Decision => {
  const command = String(decision.value);
  if (typeof evidence !== "string" || typeof found !== "string" || command.includes(evidence)) return decision;
  const words = found.split(" ");
  const option = words[words.indexOf(evidence) - 1];
  return option?.startsWith("--") === true ? { ...decision, value: `${command} ${option} ${evidence}` } : decision;
};

/** Two projects may give themselves one name. */
const unlikeNames = (pipelines: readonly ProposedPipeline[]): readonly ProposedPipeline[] => {
  const taken = new Set<string>();
  return pipelines.map(pipeline => {
    let name = pipeline.name;
    for (let number = 2; taken.has(name); number += 1) name = `${pipeline.name.slice(0, 45)}-${number}`;
    taken.add(name);
    return {
      ...pipeline,
      name,
      decisions: pipeline.decisions.map(one => (one.path[0] === "name" ? { ...one, value: name } : one)),
    };
  });
};

/** The config itself, without what it would mean anyway. */
export const configOf = ({ pipelines }: Pick<Proposal, "pipelines">): ConfigInput => {
  const [only, ...others] = pipelines.map(({ decisions }) => settle(decisions).config);
  return minimal((others.length === 0 ? only : { pipelines: [only, ...others] }) as ConfigInput);
};

/** What is said above the groups of a config: where its values come from. */
export const commentsOf = ({ pipelines }: Pick<Proposal, "pipelines">, config: ConfigInput) =>
  pipelines.flatMap(({ decisions }, index) => {
    const prefix: ConfigPath = "pipelines" in config ? ["pipelines", index] : [];
    const groups = new Map<string, Set<string>>();
    for (const { path, reason } of decisions) {
      const group = String(path[0]);
      if (isStated(valueAt(config, prefix) as Data, path))
        groups.set(group, (groups.get(group) ?? new Set()).add(reason));
    }
    return [...groups].map(([group, reasons]) => ({ path: [...prefix, group], text: sentences([...reasons]) }));
  });

const isStated = (config: Data, path: ConfigPath): boolean => path.length > 0 && valueAt(config, path) !== undefined;

/** What several workflows said is told in one sentence. */
const inOne = (reasons: readonly string[]): readonly string[] => {
  const start = "carried over from ";
  const carried = reasons.filter(reason => reason.startsWith(start) && !reason.includes(";"));
  if (carried.length < 2) return reasons;
  const files = carried.map(reason => reason.slice(start.length));
  return [...reasons.filter(reason => !carried.includes(reason)), start + files.join(" and ")];
};

/** Reasons as sentences of a comment, in which names need no backticks. A sentence that begins with a name begins as that does. */
const sentences = (reasons: readonly string[]): string =>
  inOne(reasons)
    .map(reason => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`.replaceAll("`", ""))
    .join(" ");
