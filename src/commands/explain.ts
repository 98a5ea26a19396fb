import type { Command } from "commander";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import type { App, GlobalOptions } from "./app.ts";

/** Says what a rule means. */
export const explain = (program: Command, app: App, end: (code: ExitCode) => void): void => {
  program
    .command("explain")
    .description("what a finding of `lint` or `doctor` means and why it matters, with a bad and a good example")
    .argument("[rule]", "its id; without one, all are listed")
    .addHelpText(
      "after",
      `
Examples:
  $ creditrisk-ci explain                                the rules
  $ creditrisk-ci explain pipeline/unknown-dvc-target    one of them`,
    )
    .action(async (id: string | undefined, _options, command: Command) => {
      const { explainRule } = await import("./explain-rule.ts");
      end(await explainRule(app, command.optsWithGlobals<GlobalOptions>(), id));
    });
};
