import { pyproject } from "../../repository/python-packages/pyproject.ts";
import { decide, type Findings, findings, leaveOpen } from "../proposal.ts";
import type { Evidence } from "./evidence.ts";
import { filesIn, inProject, inRepository } from "./evidence.ts";
import { asksFor, packageSources } from "./packages.ts";

/** A tool a gate calls, and why it is believed to be in use. */
export interface Tool {
  readonly name: string;
  readonly reason: string;
}

/** The tools that a project uses on itself: those it depends on, or has settings for. */
export const toolsOf = (evidence: Evidence): ReadonlyMap<string, Tool> => {
  const { repository, folder } = evidence;
  const sources = packageSources(repository, folder);
  const settings = pyproject(repository, folder)?.tools ?? new Set();
  const files = new Set(filesIn(evidence));
  const ini = (section: string) =>
    ["setup.cfg", "tox.ini"].find(file =>
      repository
        .text(inRepository(folder, file))
        ?.split("\n")
        .some(line => line.trim() === `[${section}]`),
    );
  const found = new Map<string, Tool>();
  for (const [name, { own, sections }] of Object.entries(TOOLS)) {
    const place =
      own.find(file => files.has(file)) ??
      (settings.has(name) ? `pyproject.toml` : undefined) ??
      sections.map(ini).find(file => file !== undefined);
    if (asksFor(sources, name)) found.set(name, { name, reason: `${name} is among the dependencies` });
    else if (place !== undefined) found.set(name, { name, reason: `${name} has settings in \`${place}\`` });
  }
  return found;
};

/** Files and sections in which a tool has its settings. */
const TOOLS: Readonly<Record<string, { readonly own: readonly string[]; readonly sections: readonly string[] }>> = {
  ruff: { own: ["ruff.toml", ".ruff.toml"], sections: [] },
  flake8: { own: [".flake8"], sections: ["flake8"] },
  bandit: { own: [".bandit"], sections: [] },
  black: { own: [], sections: [] },
  mypy: { own: ["mypy.ini", ".mypy.ini"], sections: ["mypy"] },
  pytest: { own: ["pytest.ini"], sections: ["tool:pytest", "pytest"] },
};

/** The folders that hold the project's code: `src`, or the packages beside `pyproject.toml`, or scripts. */
const sourceFolders = ({ repository, folder }: Evidence): readonly string[] => {
  const python = repository.files.flatMap(file => (file.endsWith(".py") ? (inProject(folder, file) ?? []) : []));
  if (python.some(file => file.startsWith("src/"))) return ["src"];
  const packages = python.flatMap(file => /^([^/.][^/]*)\/__init__\.py$/.exec(file)?.[1] ?? []);
  // Without a package, what the stages run lies in a folder of scripts.
  const scripts = python.flatMap(file => /^([^/.][^/]*)\/[^/]+\.py$/.exec(file)?.[1] ?? []);
  return [...new Set(packages.length > 0 ? packages : scripts)].filter(name => !/^(?:tests?|docs)$/.test(name)).sort();
};

/** Where tests are, if there are any. */
const testsOf = ({ repository, folder }: Evidence): string | undefined =>
  repository.files
    .flatMap(file => inProject(folder, file) ?? [])
    .find(file => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(file) && !/^(?:src|\.venv)\//.test(file)) ??
  repository.files.flatMap(file => inProject(folder, file) ?? []).find(file => /\/tests?\/test_[^/]*\.py$/.test(file));

/** The gates of ci. */
export const detectChecks = (evidence: Evidence): Findings => {
  const tools = toolsOf(evidence);
  const code = sourceFolders(evidence);
  const where = code.join(" ");
  const settings = pyproject(evidence.repository, evidence.folder);
  const gate = (id: string, tool: string, command: string | undefined) => {
    const found = tools.get(tool);
    return found && command !== undefined ? decide(["checks", id], command, found.reason) : undefined;
  };
  const none = (id: string, reason: string) => decide(["checks", id], false, reason);
  const security = `bandit -q${settings?.tools.has("bandit") ? " -c pyproject.toml" : ""} -r ${where}`;
  const test = testsOf(evidence);
  return findings(
    gate("lint", "ruff", "ruff check .") ??
      gate("lint", "flake8", code.length > 0 ? `flake8 ${where}` : "flake8 .") ??
      none("lint", "no linter is among the dependencies"),
    gate("security", "bandit", code.length > 0 ? security : undefined) ??
      none("security", code.length > 0 ? "bandit is not among the dependencies" : "there is no code to scan"),
    code.length > 0
      ? decide(["checks", "compile"], `python -m compileall -q ${where}`, `the code is in \`${where}\``)
      : none("compile", "there is no code to compile"),
    gate("test", "pytest", test === undefined ? undefined : "pytest") ??
      none("test", test === undefined ? "there are no tests" : "pytest is not among the dependencies"),
    ...(test !== undefined && !tools.has("pytest")
      ? [
          leaveOpen(
            "checks.test",
            `there are tests (\`${test}\`), but no test runner is among the dependencies`,
            "add pytest to them, and set `checks.test`",
          ),
        ]
      : []),
    gate("format", "black", "black --check .") ?? {},
    gate("types", "mypy", code.length > 0 ? `mypy ${where}` : undefined) ?? {},
  );
};
