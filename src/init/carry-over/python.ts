import type { Expr } from "@actions/expressions/ast";
import { FunctionCall } from "@actions/expressions/ast";
import { calls, children, literalText } from "../../lint/expression.ts";
import type { Node } from "../../lint/node.ts";
import { usesAction } from "../../lint/roles.ts";
import type { CommandUse, Line } from "./commands.ts";
import { commandsOf, lineOf } from "./commands.ts";
import { targetOf } from "./kinds.ts";
import type { Landmark, Ledger } from "./ledger.ts";
import { underRoot } from "./paths.ts";
import type { Context } from "./readers.ts";
import type { RoleRun, RunStep } from "./run.ts";
import { spotOf } from "./run.ts";
import { nodeValues, textIn } from "./values.ts";

const jobOfRole = { ci: "quality", cd: "train", nightly: "refresh" } as const;

const landmark = (role: RoleRun["role"], step: string): Landmark => ({ workflow: role, job: jobOfRole[role], step });

/** The Python version, and how the project is installed. */
export const readPython = (context: Context): void => {
  const { roles } = context;
  // What is trained and served counts more than what is tested.
  for (const run of [roles.cd, roles.ci, roles.nightly])
    if (run) for (const step of run.steps) readVersion(step, run, context);
  const installs = [roles.ci, roles.cd, roles.nightly].flatMap(run => (run ? installsOf(run, context) : []));
  carryInstalls(installs, context.ledger);
  readLockFiles(context);
};

const readVersion = (run: RunStep, { role }: RoleRun, { ledger, repository }: Context): void => {
  const { step } = run;
  if (usesAction(step, "actions/setup-python", "astral-sh/setup-uv", "conda-incubator/setup-miniconda")) {
    const isUv = usesAction(step, "astral-sh/setup-uv");
    if (isUv) ledger.carry(["python", "installer"], "uv", spotOf(run, step.uses?.node ?? step.node));
    carryVersion(step.input("python-version"), run, ledger);
    const file = step.input("python-version-file");
    const text = file?.literal === undefined ? undefined : repository.text(file.literal)?.trim();
    if (file && text !== undefined && /^\d+\.\d+(\.\d+)?$/.test(text))
      ledger.carry(["python", "version"], text, spotOf(run, file));
    ledger.account(run, landmark(role, "python"));
  }
  for (const use of commandsOf(run)) {
    const { command } = use;
    const version = pythonAsked(use);
    if (command.name === "uv" && version) {
      ledger.carry(["python", "installer"], "uv", use.spot);
      ledger.carry(["python", "version"], version, use.spot);
      ledger.account(command, landmark(role, "python"));
    }
  }
};

/** The version of `uv venv --python 3.12`, `uv python install 3.12`. */
const pythonAsked = ({ command: { name, args } }: CommandUse): string | undefined => {
  if (name !== "uv") return undefined;
  const [first, second, third] = args.map(({ value }) => value);
  if (first === "python" && second === "install") return third;
  if (first !== "venv") return undefined;
  const at = args.findIndex(({ value }) => value === "--python" || value === "-p");
  return at < 0 ? undefined : args[at + 1]?.value;
};

const carryVersion = (node: Node | undefined, run: RunStep, ledger: Ledger): void => {
  if (!node) return;
  const spot = spotOf(run, node);
  const written = node.source.slice(node.place).trim();
  // YAML takes an unquoted 3.10 for the number 3.1.
  if (node.literal !== undefined && /^3\.\d0$/.test(written) && node.literal !== written) {
    ledger.lose(
      spot,
      `an unquoted \`${written}\` is the number 3.1, and no Python of that name is set up`,
      `set \`python.version\` to "${written}", in quotes`,
    );
    return;
  }
  const versions = nodeValues(node, run).flatMap(value => textIn(value) ?? []);
  const newestFirst = [...new Set(versions)].sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  const [newest, ...others] = newestFirst;
  if (newest === undefined) return;
  const known = ledger.value("python", "version");
  const kept = others.length > 0 && newestFirst.includes(String(known)) ? String(known) : newest;
  ledger.carry(["python", "version"], kept, spot);
  if (others.length === 0) return;
  ledger.lose(
    spot,
    `the jobs of a matrix run on Python ${newestFirst.filter(version => version !== kept).join(", ")} too`,
    "the generated workflows have one version, `python.version`: add a job for each other with `extend.ci.jobs`",
  );
};

interface Install {
  readonly use: CommandUse;
  readonly role: RoleRun["role"];
  readonly line: Line;
}

/** The commands that bring the project and its tools, in order. */
const installsOf = (run: RoleRun, { ledger, root }: Context): readonly Install[] => {
  const found: Install[] = [];
  for (const step of run.steps)
    for (const use of commandsOf(step)) {
      const kind = installKind(use);
      if (kind === undefined) continue;
      ledger.account(use.command, landmark(run.role, kind === "plumbing" ? "venv" : "install"));
      if (kind === "plumbing") continue;
      if (kind === "uv") ledger.carry(["python", "installer"], "uv", use.spot);
      const system = use.command.args.filter(({ value }) => value === "--system" || value === "--user");
      found.push({ use, role: run.role, line: lineOf(use, root, () => false, system) });
    }
  return found;
};

/** `plumbing`: makes or fills the environment itself, which the generated workflows do anyway. */
const installKind = (use: CommandUse): "pip" | "uv" | "other" | "plumbing" | undefined => {
  const { name, args, otherwise } = use.command;
  if (otherwise && otherwise.length > 0 && name !== "pip" && name !== "uv") return undefined;
  const [first, second] = args.map(({ value }) => value);
  const packages = args.slice(1).filter(({ start }) => !start.startsWith("-"));
  switch (name) {
    case "pip":
    case "pip3":
      if (first !== "install")
        return ["--version", "list", "freeze", "check", "cache"].includes(first ?? "") ? "plumbing" : undefined;
      return packages.length > 0 && packages.every(({ value }) => TOOLS.has(value?.split(/[=<>]/)[0] ?? ""))
        ? "plumbing"
        : "pip";
    case "uv":
      if (first === "venv" || first === "cache" || (first === "python" && second === "install")) return "plumbing";
      return first === "sync" || (first === "pip" && (second === "install" || second === "sync")) ? "uv" : undefined;
    case "pipx":
      return first === "install" ? "other" : undefined;
    case "poetry":
      return first === "install" || first === "sync"
        ? "other"
        : first === "config" || first === "--version"
          ? "plumbing"
          : undefined;
    case "pipenv":
      return first === "install" || first === "sync" ? "other" : undefined;
    case "pdm":
      return first === "install" || first === "sync" ? "other" : undefined;
    case "python":
    case "python3":
      return args.some(({ value }) => value === "venv" || value === "--version" || value === "-V")
        ? "plumbing"
        : undefined;
    case "source":
    case ".":
      return /activate$/.test(first ?? "") ? "plumbing" : undefined;
    default:
      return /^(?:install|setup|deps|dependencies|bootstrap|venv|env|init|sync)(?:[-_].*)?$/.test(targetOf(use) ?? "")
        ? "other"
        : undefined;
  }
};

const TOOLS: ReadonlySet<string> = new Set(["pip", "setuptools", "wheel", "uv", "virtualenv", "build"]);

/** Programs of which a later call takes away what an earlier one brought. */
const EXACT = /^(uv sync|poetry (?:install|sync)|pipenv (?:install|sync)|pdm (?:install|sync))\b/;

/** How much of a project an installation brings, as far as its options tell. */
const breadth = (text: string): number => (/--all-(?:extras|groups)/.test(text) ? 1000 : text.length);

const carryInstalls = (installs: readonly Install[], ledger: Ledger): void => {
  const lines: { text: string; use: CommandUse }[] = [];
  for (const { use, line } of installs) {
    const fault = use.at.file.faults.within(use.command.place);
    if ("problem" in line) {
      ledger.lose(
        use.spot,
        `this installation is not taken over: ${line.problem}`,
        "add it to `python.install` as one line",
      );
      continue;
    }
    if (fault) continue;
    const text = line.text
      .replace(/^python3? -m pip /, "pip ")
      .replace(/^pip3 /, "pip ")
      .replace(/^pipx install /, "pip install ");
    if (lines.some(other => other.text === text || other.text.startsWith(`${text}[`))) continue;
    const exact = EXACT.exec(text)?.[0];
    const rival = exact === undefined ? undefined : lines.find(other => other.text.startsWith(exact));
    if (rival) {
      const isMore = breadth(text) > breadth(rival.text);
      const [kept, left] = isMore ? [text, rival.text] : [rival.text, text];
      ledger.lose(
        use.spot,
        `the workflows install in two ways: \`${kept}\` and \`${left}\``,
        `\`python.install\` has the first, which brings more: every job of the generated workflows installs alike`,
      );
      if (isMore) Object.assign(rival, { text, use });
      continue;
    }
    lines.push({ text, use });
  }
  const [first] = lines;
  if (!first) return;
  const needsPoetry = lines.findIndex(({ text }) => text.startsWith("poetry "));
  const commands = lines.map(({ text }) => text);
  // The virtual environment of the generated workflows has nothing but what is installed into it.
  if (needsPoetry >= 0 && !commands.some(text => /^pip install .*\bpoetry\b/.test(text)))
    commands.splice(needsPoetry, 0, "pip install poetry");
  ledger.carry(["python", "install"], commands, first.use.spot);
};

/** The files whose content decides about a cache of packages. */
const readLockFiles = ({ roles, ledger, root }: Context): void => {
  const found: string[] = [];
  let from: ReturnType<typeof spotOf> | undefined;
  for (const run of [roles.ci, roles.cd, roles.nightly].flatMap(role => role?.steps ?? [])) {
    const { step } = run;
    const isCache = usesAction(step, "actions/cache", "actions/cache/restore");
    const key = isCache ? step.input("key") : undefined;
    const listed = usesAction(step, "actions/setup-python")
      ? step.input("cache-dependency-path")
      : step.input("cache-dependency-glob");
    const patterns = [
      ...(listed?.literal?.split("\n") ?? []),
      ...(isAboutPackages(step.input("path")?.text)
        ? (key?.expressions ?? []).flatMap(({ tree }) => hashed(tree))
        : []),
    ];
    for (const pattern of patterns) {
      const path = underRoot(pattern.replace(/^"|"$/g, ""), root);
      if (!pattern.trim() || path === undefined || /dvc\.lock|\.dvc$|^!/.test(path) || found.includes(path)) continue;
      found.push(path);
      from ??= spotOf(run, listed ?? key ?? step.node);
    }
  }
  if (from) ledger.carry(["python", "lockFiles"], found, from);
};

const isAboutPackages = (path = ""): boolean => /venv|pip|uv|poetry|pypoetry|site-packages|pipenv/.test(path);

/** The patterns that an expression hashes. */
const hashed = (node: Expr | undefined): readonly string[] => {
  if (!node || !calls(node).includes("hashfiles")) return [];
  if (node instanceof FunctionCall && node.functionName.lexeme.toLowerCase() === "hashfiles")
    return node.args.flatMap(arg => literalText(arg) ?? []);
  return children(node).flatMap(hashed);
};
