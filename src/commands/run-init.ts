import { extname, join, resolve } from "node:path";
import picocolors from "picocolors";
import { findConfig } from "../config/find.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodes } from "../diagnostics/exit-code.ts";
import type { Report } from "../diagnostics/report.ts";
import { carryOver } from "../init/carry-over/index.ts";
import { imagesOf } from "../init/detect/delivery.ts";
import { targetsOf } from "../init/detect/stages.ts";
import type { Section } from "../init/explain.ts";
import { explained, placeOf, written } from "../init/explain.ts";
import type { Proposal } from "../init/propose.ts";
import { commentsOf, configOf, propose } from "../init/propose.ts";
import { questionsAbout } from "../init/questions.ts";
import { fieldName, settle } from "../init/settle.ts";
import { writeConfig } from "../init/write-config.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import { readContents } from "../repository/contents.ts";
import { gitFacts } from "../repository/git.ts";
import { findRepository, shown } from "../repository/root.ts";
import type { App } from "./app.ts";
import type { InitOptions } from "./init.ts";
import { progressOn } from "./progress.ts";
import { examineProject } from "./run-doctor.ts";
import { summary } from "./summary.ts";

/** The command `init`. */
export const runInit = async (app: App, options: InitOptions): Promise<ExitCode> => {
  const target = targetOf(app, options);
  if (!target.ok) return app.refuse(options, "init", target.diagnostics);
  const { root, path, form } = target.value;
  const progress = progressOn(app.host.stderr);
  progress.tell("reading the repository");
  const repository = await readContents(root, app.host.files);
  const git = gitFacts(root);
  const found = await propose(repository, git, carryOver);
  progress.end();
  const proposal = await asked(app, options, repository, found);
  if (proposal === undefined)
    return app.report(options, { ...nothingBut("Nothing was written."), details: { config: null } });

  const config = configOf(proposal);
  const text = await writeConfig(config, [{ path: [], text: OPENING }, ...commentsOf(proposal, config)], form);
  const file = shown(root, path);
  if (options.dryRun) return dryRun(app, options, { file, text }, proposal);
  app.host.files.writeAll(new Map([[path, text]]));
  const findings = await examined(app, options, path);
  const sections = [...explained(proposal, config), ...doctorSection(findings), nextSteps(proposal, form)];
  return app.report(options, {
    command: "init",
    diagnostics: [],
    files: [{ file, status: "created" }],
    conclusion: written(sections, picocolors.createColors(app.colour(options)).bold),
    details: details({ file, text }, proposal, findings),
  });
};

const OPENING =
  "Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is not stated here has its default: `creditrisk-ci schema` lists every field.";

const nothingBut = (conclusion: string): Report => ({ command: "init", diagnostics: [], files: [], conclusion });

interface Target {
  readonly root: string;
  /** Absolute. */
  readonly path: string;
  readonly form: "script" | "yaml";
}

const FORMS: Readonly<Record<string, Target["form"]>> = {
  ".ts": "script",
  ".mts": "script",
  ".js": "script",
  ".mjs": "script",
  ".yaml": "yaml",
  ".yml": "yaml",
};

/** Where the config goes: at the root of the repository, where every folder of it finds it. Never where there is one. */
const targetOf = (app: App, options: InitOptions): Result<Target> => {
  const { config, yaml } = options;
  const { files } = app.host;
  const cwd = app.folder(options);
  const repository = findRepository(files, cwd);
  if (!repository.ok) return repository;
  const root = repository.value;
  const path = config === undefined ? join(root, `pipeline.config.${yaml ? "yaml" : "ts"}`) : resolve(cwd, config);
  const form = FORMS[extname(path)];
  if (form === undefined || (yaml && form !== "yaml"))
    return refusal(
      "usage/init-form",
      `\`--config\` names ${JSON.stringify(config)}, a file that init does not write`,
      "name a file that ends in .ts, or in .yaml for YAML",
    );
  if (shown(root, path).startsWith("../"))
    return refusal(
      "usage/init-outside",
      `\`--config\` names ${JSON.stringify(config)}, which is outside of the repository`,
      "name a file inside of it",
    );
  const there =
    config === undefined ? findConfig(files, cwd, root) : files.kind(path) === undefined ? undefined : success(path);
  if (there === undefined || (!there.ok && there.diagnostics.every(({ code }) => code === "config/not-found")))
    return success({ root, path, form });
  return there.ok
    ? refusal(
        "usage/config-exists",
        `there is a config: \`${shown(root, there.value)}\``,
        "change it by hand, and see with `creditrisk-ci doctor` what it lacks; to start anew, move it away first",
      )
    : there;
};

const refusal = (code: Diagnostic["code"], message: string, hint: string): Result<never> =>
  failure({ code, severity: "error", message, hint });

/** The proposal as the person at the terminal wants it; the same where there is nobody to ask. Absent: they went away. */
const asked = async (
  { host }: App,
  { yes, format }: InitOptions,
  repository: RepositoryContents,
  proposal: Proposal,
): Promise<Proposal | undefined> => {
  const [pipeline, ...others] = proposal.pipelines;
  if (yes || !host.isInteractive || (format ?? "human") !== "human" || !pipeline || others.length > 0) return proposal;
  const { ask } = await import("../init/ask.ts");
  const folder = String(pipeline.decisions.find(({ path }) => path[0] === "root")?.value ?? ".");
  const place = { repository, folder };
  const stages = targetsOf(place).map(({ address }) => address);
  const answers = await ask(questionsAbout(pipeline.decisions, { stages, images: imagesOf(place) }));
  if (answers === undefined) return undefined;
  const { decisions } = settle([...pipeline.decisions, ...answers]);
  const open = pipeline.undecided.filter(({ what }) => !answers.some(({ path }) => fieldName(path) === what));
  return {
    ...proposal,
    pipelines: [{ name: String(decisions.find(({ path }) => path[0] === "name")?.value), decisions, undecided: open }],
  };
};

interface ConfigText {
  readonly file: string;
  readonly text: string;
}

/** The config is the result, and what is to be said of it goes beside it. */
const dryRun = async (app: App, options: InitOptions, config: ConfigText, proposal: Proposal): Promise<ExitCode> => {
  if ((options.format ?? "human") !== "human")
    return app.report(options, {
      ...nothingBut("Nothing was written."),
      details: details(config, proposal, undefined),
    });
  app.host.stdout.write(config.text);
  if (!options.quiet) {
    const { bold } = picocolors.createColors(app.host.stderr.isTerminal && app.colour(options));
    app.host.stderr.write(`\n${written(explained(proposal, configOf(proposal)), bold)}\n\nNothing was written.\n`);
  }
  return exitCodes.clean;
};

/** What the repository lacks for these workflows. That is no failure of init. */
const examined = async (app: App, options: InitOptions, path: string): Promise<readonly Diagnostic[]> => {
  const opened = await app.project({ ...options, config: path });
  if (!opened.ok) return opened.diagnostics;
  return (await examineProject(opened.value, app.host)).map(({ diagnostic }) => diagnostic);
};

const SHOWN = 10;

const doctorSection = (findings: readonly Diagnostic[]): readonly Section[] => {
  if (findings.length === 0) return [{ heading: "Doctor: nothing found.", lines: [] }];
  const grave = findings.filter(({ severity }) => severity === "error");
  const listed = (grave.length > 0 ? grave : findings).slice(0, SHOWN);
  return [
    {
      heading: `Doctor: ${summary(findings)}`,
      lines: [
        ...listed.map(
          one =>
            `${one.file === undefined ? "" : `${placeOf({ ...one, file: one.file })}: `}${one.severity}: ${one.message} [${one.code}]`,
        ),
        "→ `creditrisk-ci doctor` says more, and how to mend it",
      ],
    },
  ];
};

const nextSteps = ({ handWritten }: Proposal, form: Target["form"]): Section => ({
  heading: "Next:",
  lines: [
    "npx creditrisk-ci generate    writes the workflows",
    "npx creditrisk-ci check       says whether they are what the config means",
    ...(form === "yaml"
      ? ["npx creditrisk-ci schema > pipeline.schema.json    lets an editor complete the config"]
      : []),
    ...(handWritten.length > 0
      ? [
          "The workflows written by hand stay as they are, and would run beside the generated ones: delete those that these replace before you push.",
          `  git rm ${handWritten.join(" ")}`,
        ]
      : []),
  ],
});

const details = (
  config: ConfigText,
  { pipelines, lost, read, handWritten }: Proposal,
  findings: readonly Diagnostic[] | undefined,
) => ({
  config,
  pipelines: pipelines.map(({ name, decisions, undecided }) => ({
    name,
    found: decisions.map(({ path, value, reason, from }) => ({
      field: fieldName(path),
      value,
      reason,
      ...(from && { from }),
    })),
    undecided,
  })),
  carriedOver: { files: read, lost },
  handWritten,
  ...(findings && { doctor: { findings } }),
});
