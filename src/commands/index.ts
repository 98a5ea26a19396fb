import type { Command } from "commander";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import type { App } from "./app.ts";
import { check } from "./check.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { generate } from "./generate.ts";
import { init } from "./init.ts";
import { lint } from "./lint.ts";
import { rehearse } from "./rehearse.ts";
import { schema } from "./schema.ts";

/** Adds itself to the program; tells `end` the exit code. */
export type AddCommand = (program: Command, app: App, end: (code: ExitCode) => void) => void;

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [init, generate, check, lint, doctor, explain, rehearse, schema];
