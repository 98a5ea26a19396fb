import type { Check } from "../../check.ts";
import { missingProject } from "./missing-project.ts";
import { missingRemotePlugin } from "./missing-remote-plugin.ts";
import { missingRequirements } from "./missing-requirements.ts";
import { missingTests } from "./missing-tests.ts";
import { missingTool } from "./missing-tool.ts";
import { mlflowVersion } from "./mlflow-version.ts";
import { pythonVersion } from "./python-version.ts";
import { pythonVersionFileCheck } from "./python-version-file.ts";

/** Whether the Python environment that the workflows make has what they call. */
export const environmentChecks: readonly Check[] = [
  missingProject,
  missingRequirements,
  missingTool,
  pythonVersion,
  pythonVersionFileCheck,
  missingRemotePlugin,
  mlflowVersion,
  missingTests,
];
