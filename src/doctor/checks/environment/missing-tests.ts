import { posix } from "node:path";
import { nodeAt, tomlFile } from "../../../repository/toml.ts";
import type { CheckContext } from "../../check.ts";
import { defineCheck } from "../../check.ts";
import { pythonOf } from "../../commands.ts";

export const missingTests = defineCheck({
  id: "repository/missing-tests",
  severity: "error",
  summary: "A workflow runs pytest where there are no tests.",
  why: "Pytest ends with 5 when it collects nothing, which fails the step.",
  hint: "add a first test as `tests/test_….py`, or set the check to `false`",
  reference: "https://docs.pytest.org/en/stable/reference/exit-codes.html",
  examples: {
    bad: { "tests/test_fit.py": null, "tests/fit.py": "def nothing_is_lost():\n    assert 1 + 1 == 2\n" },
    good: { "tests/test_fit.py": null, "tests/fit_test.py": "def test_nothing_is_lost():\n    assert 1 + 1 == 2\n" },
  },
  check: ({ repository, commands, pipeline }, report) => {
    if (isConfigured(repository, pipeline.root)) return;
    for (const use of commands) {
      const isBare = use.commands.some(command => {
        const python = pythonOf(command);
        if (command.name !== "pytest" && python?.name !== "pytest") return false;
        if (command.conditional || command.tolerated) return false;
        // A folder, a file or a plugin that is named may have tests of another kind.
        return (python ?? command).args.every(({ value }) => PLAIN.test(value ?? "")) && use.commands.length === 1;
      });
      if (!isBare || repository.files.some(file => isTest(file, use.folder))) continue;
      report(
        use.spot,
        `${use.title} runs pytest, and no file here is named as pytest looks for tests: \`test_….py\` or \`…_test.py\``,
      );
    }
  },
});

const PLAIN = /^(?:-[qvsx]+|-ra|--quiet|--verbose|--exitfirst)$/;

const isTest = (file: string, folder: string): boolean =>
  (folder === "." || file.startsWith(`${folder}/`)) && /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(file);

/** Whether settings may make pytest look for something else, doctests or notebooks. */
const isConfigured = (repository: CheckContext["repository"], root: string): boolean => {
  if (
    ["pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "conftest.py"].some(name =>
      repository.has(posix.join(root, name)),
    )
  )
    return true;
  const settings = nodeAt(tomlFile(repository, posix.join(root, "pyproject.toml"))?.value, "tool", "pytest");
  return settings !== undefined;
};
