import type { Rule } from "../../rule.ts";
import { allSecrets } from "./all-secrets.ts";
import { botCondition } from "./bot-condition.ts";
import { broadPermissions } from "./broad-permissions.ts";
import { cacheWhenPublishing } from "./cache-when-publishing.ts";
import { checkoutCredentials } from "./checkout-credentials.ts";
import { dangerousTrigger } from "./dangerous-trigger.ts";
import { debugLogging } from "./debug-logging.ts";
import { expressionInScript } from "./expression-in-script.ts";
import { hardcodedCredential } from "./hardcoded-credential.ts";
import { inheritedSecrets } from "./inherited-secrets.ts";
import { insecureCommands } from "./insecure-commands.ts";
import { longLivedKeys } from "./long-lived-keys.ts";
import { missingConcurrency } from "./missing-concurrency.ts";
import { missingName } from "./missing-name.ts";
import { missingPermissions } from "./missing-permissions.ts";
import { missingTimeout } from "./missing-timeout.ts";
import { missingVersionComment } from "./missing-version-comment.ts";
import { pipedInstaller } from "./piped-installer.ts";
import { scriptInjection } from "./script-injection.ts";
import { secretInWideEnv } from "./secret-in-wide-env.ts";
import { secretWithoutEnvironment } from "./secret-without-environment.ts";
import { selfHostedPullRequest } from "./self-hosted-pull-request.ts";
import { shortCommit } from "./short-commit.ts";
import { undocumentedPermission } from "./undocumented-permission.ts";
import { unguardedDeployment } from "./unguarded-deployment.ts";
import { unpinnedAction } from "./unpinned-action.ts";
import { unpinnedImage } from "./unpinned-image.ts";
import { unredactedSecret } from "./unredacted-secret.ts";
import { unsoundContains } from "./unsound-contains.ts";
import { untrustedEnvFile } from "./untrusted-env-file.ts";

/** What an auditor would not sign. */
export const policyRules: readonly Rule[] = [
  unpinnedAction,
  shortCommit,
  unpinnedImage,
  missingVersionComment,
  missingPermissions,
  broadPermissions,
  undocumentedPermission,
  checkoutCredentials,
  secretInWideEnv,
  inheritedSecrets,
  allSecrets,
  unredactedSecret,
  secretWithoutEnvironment,
  longLivedKeys,
  hardcodedCredential,
  scriptInjection,
  expressionInScript,
  untrustedEnvFile,
  dangerousTrigger,
  selfHostedPullRequest,
  botCondition,
  unsoundContains,
  cacheWhenPublishing,
  unguardedDeployment,
  missingConcurrency,
  missingTimeout,
  missingName,
  pipedInstaller,
  insecureCommands,
  debugLogging,
];
