import type { Rule } from "../../rule.ts";
import { blankedOutput } from "./blanked-output.ts";
import { dryRunWithoutData } from "./dry-run-without-data.ts";
import { dvcWithoutExtra } from "./dvc-without-extra.ts";
import { forcedTwice } from "./forced-twice.ts";
import { imageNameFromRepository } from "./image-name-from-repository.ts";
import { missingCredentials } from "./missing-credentials.ts";
import { missingFile } from "./missing-file.ts";
import { missingModule } from "./missing-module.ts";
import { missingRegion } from "./missing-region.ts";
import { missingWorkingDirectory } from "./missing-working-directory.ts";
import { mutableDeployImage } from "./mutable-deploy-image.ts";
import { pullWithoutRemote } from "./pull-without-remote.ts";
import { secretInEnvFile } from "./secret-in-env-file.ts";
import { trackedDvcConfig } from "./tracked-dvc-config.ts";
import { unknownDvcTarget } from "./unknown-dvc-target.ts";
import { unknownFlag } from "./unknown-flag.ts";
import { unknownSubcommand } from "./unknown-subcommand.ts";
import { unmaskedSecret } from "./unmasked-secret.ts";
import { upperCaseImage } from "./upper-case-image.ts";
import { wrongArguments } from "./wrong-arguments.ts";

/** What the shell commands of a step say that the programs or the repository do not know. */
export const commandRules: readonly Rule[] = [
  unknownFlag,
  unknownSubcommand,
  wrongArguments,
  unknownDvcTarget,
  missingFile,
  missingModule,
  missingWorkingDirectory,
  upperCaseImage,
  imageNameFromRepository,
  mutableDeployImage,
  dryRunWithoutData,
  pullWithoutRemote,
  trackedDvcConfig,
  forcedTwice,
  dvcWithoutExtra,
  secretInEnvFile,
  unmaskedSecret,
  blankedOutput,
  missingCredentials,
  missingRegion,
];
