import { isOpaque } from "./kinds.ts";
import type { Context } from "./readers.ts";
import type { RoleRun } from "./run.ts";

/** A workflow that does not deploy says that nothing is deployed, as long as everything it does is in view. */
export const readAbsences = ({ roles, ledger }: Context): void => {
  const states = (...path: readonly string[]) =>
    ledger.fields.some(field => path.every((key, index) => field.path[index] === key));
  const switchOff = (run: RoleRun | undefined, path: readonly string[], value: unknown, hint: RegExp): void => {
    const [file] = run?.files ?? [];
    if (!run || !file || states(...path) || run.steps.some(isOpaque) || run.jobs.some(({ job }) => job.uses)) return;
    // Whatever was not understood may be about it.
    if (ledger.lost.some(({ what }) => hint.test(what))) return;
    ledger.carry(path, value, { file: file.path, line: 1 });
  };
  switchOff(roles.cd, ["deploy"], false, /deploy\w* to(?! something else)|rollback/i);
  // One that deploys has its image from elsewhere.
  if (!states("deploy") || ledger.value("deploy") === false) switchOff(roles.cd, ["images"], [], /image/i);
  switchOff(roles.cd, ["promote"], false, /promot/i);
  switchOff(roles.nightly, ["nightly", "monitor"], false, /monitor/i);
  switchOff(roles.nightly, ["nightly", "retrain"], false, /retrain/i);
};
