import type { Command } from "commander";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import type { App, GlobalOptions } from "./app.ts";

export interface InitOptions extends GlobalOptions {
  readonly yes?: boolean;
  readonly yaml?: boolean;
  readonly dryRun?: boolean;
}

/** Writes a config from what the repository is. */
export const init = (program: Command, app: App, end: (code: ExitCode) => void): void => {
  program
    .command("init")
    .description("write a config from what the repository holds: stages, modules, images, workflows written by hand")
    .option("-y, --yes", "ask nothing, take what was found")
    .option("--yaml", "write pipeline.config.yaml instead of pipeline.config.ts")
    .option("--dry-run", "print the config, write nothing")
    .addHelpText(
      "after",
      `
Nothing of the repository is run, and no file is overwritten. On a terminal a few questions are asked; elsewhere none, as with --yes.

Examples:
  $ creditrisk-ci init                  look, ask, write pipeline.config.ts, then say what it lacks
  $ creditrisk-ci init --yes --dry-run  what would the config be?
  $ creditrisk-ci init --yaml           the same in YAML`,
    )
    .action(async (_options, command: Command) => {
      const { runInit } = await import("./run-init.ts");
      end(await runInit(app, command.optsWithGlobals<InitOptions>()));
    });
};
