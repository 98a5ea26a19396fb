import { decide, type Findings, findings } from "../proposal.ts";
import type { Evidence } from "./evidence.ts";
import { pythonFiles } from "./modules.ts";
import { asksFor, packageSources } from "./packages.ts";

/** Whether runs are tracked, and models registered, in MLflow. */
export const detectMlflow = ({ repository, folder }: Evidence): Findings => {
  const isUsed =
    asksFor(packageSources(repository, folder), "mlflow", "mlflow-skinny") ||
    pythonFiles(repository, folder).some(({ imports }) => imports.has("mlflow"));
  return isUsed ? findings() : findings(decide(["mlflow"], false, "nothing uses MLflow"));
};
