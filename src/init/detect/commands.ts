import { posix } from "node:path";
import { parseDocument } from "yaml";
import { readCommands } from "../../lint/script.ts";
import type { RepositoryContents } from "../../repository/contents.ts";
import { remembered } from "../../repository/remembered.ts";
import { decide, type Findings, findings, leaveOpen } from "../proposal.ts";
import type { Products } from "./artifacts.ts";
import type { Evidence } from "./evidence.ts";
import { inProject, inRepository, wordsOf } from "./evidence.ts";
import type { Callable, PythonFile } from "./modules.ts";
import { callables, fallbackOf, pythonFiles } from "./modules.ts";
import type { Roles } from "./stages.ts";

/** The commands beside the pipeline, and the files they leave. */
export interface Commands {
  readonly findings: Findings;
  /** What the age gate writes. */
  readonly freshness: string | undefined;
  /** What the monitoring writes. */
  readonly monitoring: readonly string[];
}

export const detectCommands = (evidence: Evidence, roles: Roles, products: Products, hasImages: boolean): Commands => {
  const files = pythonFiles(evidence.repository, evidence.folder);
  const config = configInUse(evidence, roles);
  const run: Run = (program, ...args) =>
    ["python", program.call, ...configFor(evidence, program, config), ...args].join(" ");
  const freshness = detectFreshness(evidence, run);
  const monitor = detectMonitor(evidence, files, run, roles);
  return {
    findings: findings(
      freshness.findings,
      detectPromotion(evidence, files, run, products, hasImages),
      monitor.findings,
      detectRetraining(files, roles, products, monitor.trigger, monitor.report),
    ),
    freshness: freshness.report,
    monitoring: monitor.writes,
  };
};

type Run = (program: Callable, ...args: readonly string[]) => string;

const detectFreshness = (evidence: Evidence, run: Run) => {
  const found = callables(evidence, /fail[-_]on[-_]stale/).find(({ options }) =>
    ["--max-age-hours", "--fail-on-stale"].every(name => options.has(name)),
  );
  if (!found)
    return {
      findings: findings(
        decide(
          ["freshness"],
          false,
          "no program of the repository knows `--max-age-hours` and `--fail-on-stale`, so the age of the data is not judged",
        ),
      ),
      report: undefined,
    };
  const report =
    fallbackOf(found.options.get("--output")) ?? [...found.texts].find(text => isReport(text) && has(text, /^fresh/));
  return {
    findings: findings(
      decide(["freshness", "command"], run(found), `\`${found.file}\` judges the age of the data`, {
        file: found.file,
      }),
      report === undefined ? {} : decide(["freshness", "report"], report, `\`${found.file}\` writes \`${report}\``),
    ),
    report: report ?? "reports/data_freshness.json",
  };
};

const detectPromotion = (
  evidence: Evidence,
  files: readonly PythonFile[],
  run: Run,
  { validation }: Products,
  hasImages: boolean,
): Findings => {
  const found = callables(evidence, /promot/i).find(
    ({ call, options }) => has(call, /^promot/) && options.has("--stage"),
  );
  if (!found)
    return findings(
      decide(["promote"], false, "no program of the repository promotes a model in a registry with `--stage`"),
      ...(validation === undefined || !hasImages
        ? []
        : [
            leaveOpen(
              "promote",
              `without a promotion, nothing looks at \`${validation}\` before images are built: the stage itself has to fail`,
              "set `promote` with a `command`, `when.passed` and `when.exists: false`",
            ),
          ]),
    );
  const log = [...found.options.keys()].find(
    name => /^--(?:transition|promotion|evidence)/.test(name) && /log|report|file|evidence|output/.test(name),
  );
  const known = log === undefined ? undefined : fallbackOf(found.options.get(log));
  const written = log === undefined ? undefined : (known ?? "reports/registry_transition.json");
  const needed = log !== undefined && known === undefined;
  const registered = knownPaths(evidence, files).filter(
    path =>
      isReport(path) &&
      has(path, /^(?:registry|registration|promotion)$/) &&
      !has(path, /^(?:transition|transitions)$/),
  );
  const passes = validation !== undefined && files.some(({ texts }) => texts.has("passed") && texts.has("status"));
  const [exists, ...others] = registered;
  return findings(
    decide(
      ["promote", "command"],
      run(found, "--stage Production", ...(needed && log !== undefined ? [`${log} ${written}`] : [])),
      `\`${found.file}\` promotes the model`,
      { file: found.file },
    ),
    written === undefined
      ? {}
      : decide(["promote", "evidence"], written, `\`${log}\` is written only after a real promotion`),
    exists !== undefined && others.length === 0
      ? decide(["promote", "when", "exists"], exists, `\`${exists}\` tells which model was registered`)
      : decide(["promote", "when", "exists"], false, "no file is known that tells which model was registered"),
    passes
      ? decide(["promote", "when", "passed"], validation, `\`${validation}\` tells whether the validation passed`)
      : findings(
          decide(["promote", "when", "passed"], false, 'no report is known that says `"status": "passed"`'),
          leaveOpen(
            "promote.when.passed",
            'no stage is known to write a report that says `"status": "passed"`',
            "name the report of the validation, if there is one",
          ),
        ),
  );
};

const detectMonitor = (evidence: Evidence, files: readonly PythonFile[], run: Run, roles: Roles) => {
  const inStages = roles.all.flatMap(({ stages }) =>
    stages.flatMap(({ commands }) => commands.map(({ text }) => text)),
  );
  const found = callables(evidence, /current|publish[-_]metrics/).find(
    ({ call, options }) =>
      has(call, /^(?:monitor|monitoring|production|drift)$/) &&
      (options.has("--current") || options.has("--publish-metrics")) &&
      !inStages.some(text => `${text} `.includes(` ${call} `)),
  );
  if (!found)
    return {
      ...NOT_MONITORED,
      findings: findings(
        decide(["nightly", "monitor"], false, "no program of the repository compares production data (`--current`)"),
      ),
    };
  const current = found.options.get("--current");
  const unknown = currentData(evidence, files, fallbackOf(current));
  const reports = [...found.texts].filter(
    text => /^[\w-]+(?:\/[\w.-]+)*\.(?:json|html)$/.test(text) && text.includes("/"),
  );
  if (unknown !== undefined && unknown.instead === undefined && !evidence.handRun.monitors) {
    const why = `\`${found.file}\` compares production data, but \`${unknown.path}\` is made by nothing in the repository`;
    return {
      ...NOT_MONITORED,
      findings: findings(
        decide(["nightly", "monitor"], false, why),
        leaveOpen(
          "nightly.monitor",
          why,
          `once a runner can have the data, set \`nightly.monitor: { command: "${run(found, "--current …")}" }\``,
        ),
      ),
    };
  }
  const args = [
    ...(current && unknown?.instead !== undefined ? [`--current ${unknown.instead}`] : []),
    ...(found.options.has("--publish-metrics") ? ["--publish-metrics"] : []),
  ];
  return {
    findings: findings(
      decide(["nightly", "monitor", "command"], run(found, ...args), `\`${found.file}\` compares production data`, {
        file: found.file,
      }),
    ),
    writes: reports,
    trigger: reports.find(path => has(path, /^trigger$/)),
    report: reports.find(path => path.endsWith(".json") && has(path, /^report$/)),
  };
};

const NOT_MONITORED: {
  readonly writes: readonly string[];
  readonly trigger: string | undefined;
  readonly report: string | undefined;
} = {
  writes: [],
  trigger: undefined,
  report: undefined,
};

const detectRetraining = (
  files: readonly PythonFile[],
  roles: Roles,
  products: Products,
  trigger: string | undefined,
  report: string | undefined,
): Findings => {
  const drifted = products.drift
    .map(artifact => (typeof artifact === "string" ? artifact : artifact.path))
    .find(path => path.endsWith(".json") && has(posix.basename(path), /^drift$/));
  const shares = files.some(({ texts }) => SHARES.some(name => texts.has(name)));
  if (trigger === undefined && (drifted === undefined || !shares))
    return findings(
      decide(
        ["nightly", "retrain"],
        false,
        "no file is known that tells a share of drifted columns, so nothing decides on a retraining",
      ),
    );
  const source = report ?? drifted ?? (trigger as string);
  return findings(
    decide(
      ["nightly", "retrain", "trigger"],
      trigger ?? source,
      trigger === undefined ? "nothing else asks for a retraining" : `the monitoring writes \`${trigger}\``,
    ),
    decide(["nightly", "retrain", "report"], source, `\`${source}\` tells the drift`),
    ...(roles.train.length > 0
      ? [
          decide(
            ["nightly", "retrain", "command"],
            `dvc repro --force ${roles.train.map(({ address }) => address).join(" ")}`,
            "a retraining forces the training stages",
          ),
        ]
      : []),
  );
};

const SHARES = ["share_drifted_columns", "share_of_drifted_columns"];

const has = (name: string, word: RegExp): boolean => wordsOf(name).some(one => word.test(one));

const isReport = (text: string): boolean => /^[\w-]+(?:\/[\w.-]+)+\.json$/.test(text);

/** Every path of a file that the code or its configuration names. */
const knownPaths = (evidence: Evidence, files: readonly PythonFile[]): readonly string[] => [
  ...new Set([
    ...files.flatMap(({ texts }) => [...texts]),
    ...configTexts(evidence.repository, evidence.folder).map(({ text }) => text),
  ]),
];

/** The texts in the YAML files of a project's own configuration. */
const configTexts = remembered((repository, folder): readonly { readonly key: string; readonly text: string }[] =>
  configFiles(repository, folder).flatMap(file => {
    const document = parseDocument(repository.text(inRepository(folder, file)) ?? "", { uniqueKeys: false });
    return document.errors.length > 0 ? [] : textsIn("", document.toJS({ maxAliasCount: 100 }) as unknown);
  }),
);

const textsIn = (key: string, value: unknown): readonly { readonly key: string; readonly text: string }[] => {
  if (typeof value === "string") return [{ key, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => textsIn(Array.isArray(value) ? key : name, child));
};

const configFiles = (repository: RepositoryContents, folder: string): readonly string[] =>
  repository.files.flatMap(file => {
    const path = inProject(folder, file);
    return path !== undefined && /^(?:configs?|conf|settings)\/[^/]+\.ya?ml$|^(?:config|params)\.ya?ml$/.test(path)
      ? [path]
      : [];
  });

/** The data of production that is compared: absent where it is there, or nothing is known of it. `instead`: a file that is there. */
const currentData = (
  evidence: Evidence,
  files: readonly PythonFile[],
  fallback: string | undefined,
): { readonly path: string; readonly instead: string | undefined } | undefined => {
  const { repository, folder } = evidence;
  const named =
    fallback ??
    configTexts(repository, folder).find(({ key }) => has(key, /^current$/))?.text ??
    [...files.flatMap(({ texts }) => [...texts])].find(text => /(?:^|\/)current\.\w+$/.test(text));
  if (
    named === undefined ||
    repository.has(inRepository(folder, named)) ||
    repository.has(`${inRepository(folder, named)}.dvc`)
  )
    return undefined;
  const instead = repository.files
    .flatMap(file => inProject(folder, file) ?? [])
    .find(path => path.startsWith(`${posix.dirname(named)}/`) && /\.(?:csv|parquet)(?:\.dvc)?$/.test(path));
  return { path: named, instead: instead?.replace(/\.dvc$/, "") };
};

/** The file that the stages pass as `--config`, if there is one that all of them agree on and that is there. */
export const configInUse = (
  { repository, folder }: Pick<Evidence, "repository" | "folder">,
  roles: Roles,
): string | undefined => {
  const named = new Set<string>();
  for (const { text } of roles.all.flatMap(({ stages }) => stages.flatMap(({ commands }) => commands)))
    for (const { args } of programsIn(text)) {
      const at = args.findIndex(word => word.value === "--config" || word.start.startsWith("--config="));
      const value = args[at]?.value === "--config" ? args[at + 1]?.value : args[at]?.value?.slice("--config=".length);
      if (value !== undefined) named.add(value);
    }
  const there = [...named].filter(path => repository.has(inRepository(folder, path)));
  if (there.length > 0) return there.length === 1 ? there[0] : undefined;
  const [only, ...others] = configFiles(repository, folder);
  return others.length === 0 ? only : undefined;
};

const NOWHERE = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** The programs that a command calls. */
export const programsIn = (text: string) =>
  readCommands(text, () => NOWHERE, { environment: () => undefined, shell: "bash" }).commands;

/** `--config` with the file in use, for a program whose own default is not there. */
const configFor = (
  { repository, folder }: Evidence,
  { options }: Callable,
  config: string | undefined,
): readonly string[] => {
  const option = options.get("--config");
  const fallback = fallbackOf(option);
  const isLacking =
    option?.required === true || (fallback !== undefined && !repository.has(inRepository(folder, fallback)));
  return isLacking && config !== undefined ? ["--config", config] : [];
};
