import type { Command } from "commander";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import type { App, GlobalOptions } from "./app.ts";

export interface DoctorOptions extends GlobalOptions {
  readonly fix?: boolean;
  readonly yes?: boolean;
}

/** Looks whether the repository has what the workflows need. */
export const doctor = (program: Command, app: App, end: (code: ExitCode) => void): void => {
  program
    .command("doctor")
    .description("does the repository have what the workflows need: stages, files, modules, data, images, versions")
    .option("--fix", "make the mends that need no decision; shows the changes and asks first")
    .option("-y, --yes", "with --fix: do not ask")
    .addHelpText(
      "after",
      `
Nothing of the repository is run. Errors end with exit code 1; warnings and notes do not.

Examples:
  $ creditrisk-ci doctor                what would fail at run time, and how to mend it
  $ creditrisk-ci doctor --fix          mend what needs no decision
  $ creditrisk-ci explain repository/orphan-dependency`,
    )
    .action(async (_options, command: Command) => {
      const { runDoctor } = await import("./run-doctor.ts");
      end(await runDoctor(app, command.optsWithGlobals<DoctorOptions>()));
    });
};
