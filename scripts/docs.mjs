/**
 * Writes the parts of README.md that follow from the sources: the samples, the table of the config, the commands, the exit codes,
 * the environments and the kinds of rules. They stand between `<!-- begin: name -->` and `<!-- end -->`. And docs/rules.md.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { buildPackage, importSource, readSchema } from "./build.mjs";
import { defaultText, describe } from "./types.mjs";

/** @typedef {import("../src/config/json-schema.ts").JsonSchema} JsonSchema */
/** @typedef {Readonly<Record<string, JsonSchema>>} Definitions */

const root = join(import.meta.dirname, "..");
const CONFIG =
  'import { defineConfig } from "creditrisk-ci";\n\nexport default defineConfig({ name: "creditrisk" });\n';
const SECTION = /(?<=<!-- begin: (?<name>[\w-]+) -->\n)[\s\S]*?(?=<!-- end -->)/g;

/**
 * The README with every generated part as the sources mean it now.
 *
 * @param {string} readme
 * @returns {Promise<string>}
 */
export const withGeneratedParts = async readme => {
  const folder = mkdtempSync(join(tmpdir(), "creditrisk-ci-docs-"));
  try {
    await buildPackage(join(folder, "dist"));
    const parts = {
      ...samples(folder),
      ...(await reference()),
      ...commands(folder),
      rules: await kindsOfRules(),
      checks: await tableOfChecks(),
    };
    return readme.replace(SECTION, (...match) => {
      const { name } = match.at(-1);
      const text = parts[/** @type {keyof typeof parts} */ (name)];
      if (text === undefined) throw new Error(`README.md has a part of no known name: ${name}`);
      return `${text}\n`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Runs the built command; what it prints, as a reader sees it. @type {(folder: string, cwd: string, ...args: string[]) => string} */
const cli = (folder, cwd, ...args) => {
  const { GITHUB_ACTIONS: _, FORCE_COLOR: __, ...env } = process.env;
  const { stdout, error } = spawnSync(
    "sh",
    ["-c", '"$@" 2>&1', "sh", process.execPath, join(folder, "dist/bin.js"), ...args],
    {
      cwd,
      env: { ...env, CREDITRISK_CI_CACHE: "off" },
      encoding: "utf8",
    },
  );
  if (error) throw error;
  return stdout;
};

/** The first screen: a repository with the smallest config, and an edit nobody should make. @param {string} folder */
const samples = folder => {
  const repository = mkdtempSync(join(folder, "repository-"));
  execFileSync("git", ["init", "--quiet"], { cwd: repository });
  writeFileSync(join(repository, "pipeline.config.ts"), CONFIG);
  const generated = cli(folder, repository, "generate")
    .split("\n")
    .filter(line => /^(created|updated) /.test(line));
  const file = join(repository, ".github/workflows/cd.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("cancel-in-progress: false", "cancel-in-progress: true"));
  return {
    config: fenced("ts", `// pipeline.config.ts\n${CONFIG}`),
    generate: fenced("console", `$ npx creditrisk-ci generate\n${generated.join("\n")}`),
    workflow: fenced("yaml", excerpt(text)),
    check: fenced("console", `$ npx creditrisk-ci check\n${cli(folder, repository, "check").trim()}`),
    environments: environments(folder, repository),
  };
};

/** The head of the deploy job, and the two steps that make it safe. @param {string} text */
const excerpt = text => {
  const [, deploy = ""] = /\n( {2}# [^\n]*\n {2}deploy:\n[\s\S]*?)\n {2}# [^\n]*\n {2}promote:/.exec(text) ?? [];
  const part = (/** @type {RegExp} */ pattern) => {
    const [found] = pattern.exec(deploy) ?? [];
    if (found === undefined) throw new Error(`the deploy job has nothing like ${pattern}`);
    return found;
  };
  return [
    part(/^[\s\S]*?\n {4}steps:\n/),
    "      # …\n",
    part(/ {6}# [^\n]*\n {6}- name: Deploy and wait[\s\S]*?wait-for-minutes: \d+\n/),
    "        # …\n\n",
    part(/ {6}- name: Return the service[\s\S]*?\n {8}if: [^\n]*\n/),
    "        # …\n",
  ].join("");
};

/** Which environment needs which secrets, as the workflows of the smallest config read them. @type {(folder: string, repository: string) => string} */
const environments = (folder, repository) => {
  const documents = cli(folder, repository, "generate", "--stdout")
    .split(/^---$/m)
    .map(text => parse(text));
  /** @type {Map<string, { jobs: string[], secrets: Set<string> }>} */
  const found = new Map();
  for (const { name, jobs } of documents)
    for (const [id, job] of Object.entries(jobs)) {
      if (job.environment === undefined) continue;
      const environment = typeof job.environment === "string" ? job.environment : job.environment.name;
      const entry = found.get(environment) ?? { jobs: [], secrets: new Set() };
      entry.jobs.push(`\`${id}\` of ${name.replace(/^creditrisk /, "").toLowerCase()}`);
      for (const [, secret] of JSON.stringify(job.steps).matchAll(/\bsecrets\.(\w+)/g))
        entry.secrets.add(`\`${secret}\``);
      found.set(environment, entry);
    }
  return table(
    ["Environment", "Jobs", "Secrets they read"],
    [...found].map(([name, { jobs, secrets }]) => [`\`${name}\``, jobs.join(", "), [...secrets].sort().join(", ")]),
  );
};

/** Help of every command, as the command prints it. @param {string} folder */
const commands = folder => {
  const help = cli(folder, folder, "--help");
  const names = [...(/\nCommands:\n([\s\S]*?)\n\n/.exec(help)?.[1]?.matchAll(/^ {2}(\w+)/gm) ?? [])].map(
    ([, name = ""]) => name,
  );
  if (names.length === 0) throw new Error("the help lists no command");
  return {
    commands: [help, ...names.map(name => cli(folder, folder, name, "--help"))]
      .map(text => fenced("text", text.trim()))
      .join("\n\n"),
  };
};

const reference = async () => {
  const schema = await readSchema();
  const definitions = schema.$defs ?? {};
  const part = (/** @type {string} */ name) => /** @type {JsonSchema} */ (definitions[name]);
  const { exitCodes } = await importSource("src/diagnostics/exit-code.ts");
  return {
    fields: fields(rows(part("Pipeline"), "", definitions)),
    "added-job": fields(rows(part("AddedJob"), "", definitions)),
    step: fields(mergedRows(part("Step"), definitions)),
    "exit-codes": table(
      ["Code", "Meaning"],
      Object.entries(exitCodes).map(([name, code]) => {
        const meaning = meanings[/** @type {keyof typeof meanings} */ (name)];
        if (meaning === undefined) throw new Error(`exit code ${name} has no meaning in scripts/docs.mjs`);
        return [String(code), meaning];
      }),
    ),
  };
};

/** @typedef {import("../src/lint/rule.ts").Rule} Rule */

/** @typedef {readonly import("../src/diagnostics/report.ts").RuleInfo[]} Infos */

/** @type {() => Promise<{ rules: readonly Rule[], infos: Infos, exampleText: typeof import("../src/lint/examples.ts").exampleText }>} */
const readRules = async () => ({
  rules: (await importSource("src/lint/rules/index.ts")).rules,
  infos: (await importSource("src/lint/rule-infos.ts")).ruleInfos,
  exampleText: (await importSource("src/lint/examples.ts")).exampleText,
});

/** @type {() => Promise<{ checks: readonly import("../src/doctor/check.ts").Check[], infos: Infos, exampleFiles: typeof import("../src/doctor/examples.ts").exampleFiles }>} */
const readChecks = async () => ({
  checks: (await importSource("src/doctor/checks/index.ts")).checks,
  infos: (await importSource("src/doctor/check-infos.ts")).checkInfos,
  exampleFiles: (await importSource("src/doctor/examples.ts")).exampleFiles,
});

const AREAS = {
  workflow: "Would GitHub accept it, and do what it reads?",
  policy: "Would an auditor sign it?",
  pipeline: "Would the DVC, MLflow, AWS and Docker commands in it work, and is a delivery safe?",
  lint: "Are the exceptions in order?",
};

const kindsOfRules = async () => {
  const { infos } = await readRules();
  return table(
    ["Area", "Rules", "Question"],
    Object.entries(AREAS).map(([area, question]) => [
      `\`${area}/…\``,
      String(infos.filter(({ id }) => id.startsWith(`${area}/`)).length),
      question,
    ]),
  );
};

/** @type {(infos: Infos) => string} */
const overview = infos =>
  table(
    ["Id", "Severity", "What is wrong"],
    infos.map(({ id, severity, summary }) => [`[\`${id}\`](#${id.replace("/", "")})`, severity, summary]),
  );

const tableOfChecks = async () => {
  const { infos } = await readChecks();
  return table(
    ["Check", "Severity", "What is wrong"],
    infos.map(({ id, severity, summary }) => [`\`${id}\``, severity, summary]),
  );
};

/** Every check with what it means and its examples: docs/checks.md. */
export const checksPage = async () => {
  const { checks, infos, exampleFiles } = await readChecks();
  const parts = [
    "# Checks of `creditrisk-ci doctor`",
    "`creditrisk-ci explain <id>` shows one of them. An `error` is certain and makes the exit code 1; a `warning` is probable, or holds in some runs; a `note` is advice. Of each example, only the files that matter are shown.",
    overview(infos),
  ];
  for (const { id, severity, summary, why, hint, helpUri } of infos) {
    const check = checks.find(known => known.id === id);
    parts.push(`## ${id}`, `${summary} (${severity})`, why, `**Mend:** ${hint}`);
    for (const which of /** @type {const} */ (["bad", "good"])) {
      const text = check && exampleFiles(check, which);
      if (text) parts.push(which === "bad" ? "Bad:" : "Good:", fenced("text", text));
    }
    if (helpUri !== undefined) parts.push(`See <${helpUri}>`);
  }
  return `${parts.join("\n\n")}\n`;
};

/** Every rule with what it means and its examples: docs/rules.md. */
export const rulesPage = async () => {
  const { rules, infos, exampleText } = await readRules();
  const parts = [
    "# Rules of `creditrisk-ci lint`",
    "`creditrisk-ci explain <rule>` shows one of them. An `error` is certain and makes the exit code 1; a `warning` is probable, or holds under a condition its text names; a `note` is advice.",
  ];
  for (const [area, question] of Object.entries(AREAS)) {
    const own = infos.filter(({ id }) => id.startsWith(`${area}/`));
    parts.push(`## ${area}`, question, overview(own));
    for (const { id, severity, summary, why, hint, helpUri } of own) {
      const rule = rules.find(known => known.id === id);
      parts.push(`### ${id}`, `${summary} (${severity})`, why, `**Mend:** ${hint}`);
      if (rule)
        parts.push(
          "Bad:",
          fenced("yaml", exampleText(rule, "bad")),
          "Good:",
          fenced("yaml", exampleText(rule, "good")),
        );
      if (helpUri !== undefined) parts.push(`See <${helpUri}>`);
    }
  }
  return `${parts.join("\n\n")}\n`;
};

/** @type {Readonly<Record<keyof typeof import("../src/diagnostics/exit-code.ts").exitCodes, string>>} */
const meanings = {
  clean: "All is well.",
  findings:
    "`check`: a workflow differs from what the config means. `lint`, `doctor`: an error was found. `generate`: a file is protected, nothing was written.",
  usage: "Wrong use, an invalid config or lock file, no git repository.",
  bug: "A bug of ours. Please report it.",
  machine: "The machine's fault: disk, permissions, a missing program.",
};

/** One row a field; the fields of an object follow it, with dotted paths. @type {(schema: JsonSchema, path: string, definitions: Definitions) => string[][]} */
const rows = (schema, path, definitions) =>
  Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const place = path === "" ? key : `${path}.${key}`;
    return [row(place, property, schema, definitions), ...inside(property, place, definitions)];
  });

/** @type {(property: JsonSchema, place: string, definitions: Definitions) => string[][]} */
const inside = (property, place, definitions) => {
  const arms = property.anyOf?.filter(({ const: value }) => value !== false) ?? [property];
  const [only] = arms;
  if (arms.length > 1 || !only) return [];
  return only.type === "array" ? rows(only.items ?? {}, `${place}[]`, definitions) : rows(only, place, definitions);
};

/** @type {(place: string, property: JsonSchema, parent: JsonSchema, definitions: Definitions) => string[]} */
const row = (place, property, parent, definitions) => {
  const required = parent.required?.includes(place.slice(place.lastIndexOf(".") + 1));
  const [meaning = "", said] = describe(property, definitions).split(/\s*Default: (.*)\.$/);
  const standard = defaultText(property);
  return [`\`${place}\``, required ? "required" : (said ?? (standard === undefined ? "" : `\`${standard}\``)), meaning];
};

/** The fields of either form. @type {(schema: JsonSchema, definitions: Definitions) => string[][]} */
const mergedRows = ({ anyOf = [] }, definitions) => {
  const all = anyOf.map(form => rows(form, "", definitions));
  const shared = (/** @type {string} */ name) => all.every(form => form.some(([other]) => other === name));
  const merged = new Map(all.flat().map(cells => [cells[0], cells]));
  return [...merged.values()].map(([name = "", standard = "", meaning = ""]) => [
    name,
    standard === "required" && !shared(name) ? "one of them" : standard,
    meaning,
  ]);
};

const fields = (/** @type {string[][]} */ cells) => table(["Field", "Default", "Meaning"], cells);

/** @type {(head: readonly string[], cells: readonly (readonly string[])[]) => string} */
const table = (head, cells) =>
  [head, head.map(() => "---"), ...cells.map(line => line.map(cell => cell.replaceAll("|", "\\|")))]
    .map(line => `| ${line.join(" | ")} |`)
    .join("\n");

/** @type {(language: string, text: string) => string} */
const fenced = (language, text) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(root, "README.md");
  writeFileSync(file, await withGeneratedParts(readFileSync(file, "utf8")));
  mkdirSync(join(root, "docs"), { recursive: true });
  writeFileSync(join(root, "docs/rules.md"), await rulesPage());
  writeFileSync(join(root, "docs/checks.md"), await checksPage());
}
