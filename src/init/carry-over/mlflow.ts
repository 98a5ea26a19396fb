import type { Context } from "./readers.ts";
import { configValue } from "./values.ts";
import { stepVariables } from "./variables.ts";

/** The MLflow server, by the variables that its client reads. */
export const readMlflow = ({ roles, ledger }: Context): void => {
  for (const run of [...(roles.cd?.steps ?? []), ...(roles.nightly?.steps ?? [])])
    for (const { entry, value, spot } of stepVariables(run)) {
      switch (entry.key) {
        case "MLFLOW_TRACKING_URI":
          entry.isUsed();
          ledger.carry(["mlflow", "trackingUri"], configValue(value), spot);
          break;
        case "MLFLOW_TRACKING_TOKEN":
          entry.isUsed();
          ledger.carry(["mlflow", "token"], withoutNeed(configValue(value)), spot);
          break;
        case "MLFLOW_TRACKING_USERNAME":
        case "MLFLOW_TRACKING_PASSWORD":
          entry.isUsed();
          ledger.lose(
            spot,
            `MLflow is given \`${entry.key}\``,
            "the workflows know a token, `mlflow.token`; with a name and a password, put both into a secret that holds the URI, as https://name:password@host",
          );
      }
    }
};

/** A secret that is not defined is empty in a workflow written by hand, and no failure. */
const withoutNeed = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "secret" in value ? { ...value, optional: true } : value;

/** What steps that talk to MLflow have in the generated workflows too. */
export const isMlflowVariable = (name: string): boolean =>
  name === "MLFLOW_TRACKING_URI" || name === "MLFLOW_TRACKING_TOKEN";
