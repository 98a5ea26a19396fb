import type { Command } from "commander";
import { Option } from "commander";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import type { App, GlobalOptions } from "./app.ts";

export interface LintOptions extends GlobalOptions {
  readonly minSeverity?: "error" | "warning" | "note";
  readonly rule?: readonly string[];
  readonly disable?: readonly string[];
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly with?: readonly string[];
}

/** Looks at workflow files, generated or not. */
export const lint = (program: Command, app: App, end: (code: ExitCode) => void): void => {
  program
    .command("lint")
    .description("would GitHub accept the workflows, would an auditor sign them, would the ML commands in them work")
    .argument("[files or folders...]", "default: .github/workflows")
    .addOption(
      new Option("--min-severity <severity>", "report nothing below it; errors alone make the exit code 1").choices([
        "error",
        "warning",
        "note",
      ]),
    )
    .option("--rule <ids>", "only these rules or areas (workflow, policy, pipeline), separated by commas", list)
    .option("--disable <ids>", "not these", list)
    .option("--baseline <file>", "only what this file does not know")
    .option("--write-baseline <file>", "write what is found now, for --baseline")
    .option("--with <linters>", "ask these too, where they are installed: actionlint, zizmor", list)
    .addHelpText(
      "after",
      `
One finding less, for a while and for a reason, at the end of its line or above it:
  # creditrisk-ci: ignore policy/unpinned-action until 2027-03-31: the mirror has no tags yet

Examples:
  $ creditrisk-ci lint                                    every workflow of the repository
  $ creditrisk-ci lint deploy.yaml --rule pipeline        what the ML commands in one file do not do
  $ creditrisk-ci lint --write-baseline lint.json         start red, and
  $ creditrisk-ci lint --baseline lint.json               get no redder
  $ creditrisk-ci explain policy/unpinned-action          what a rule means, with examples`,
    )
    .action(async (names: readonly string[], _options, command: Command) => {
      const { runLint } = await import("./run-lint.ts");
      end(await runLint(app, command.optsWithGlobals<LintOptions>(), names));
    });
};

const list = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(",").map(part => part.trim()),
];
