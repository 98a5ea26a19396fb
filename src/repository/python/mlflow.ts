import type { Library, LibraryFunction, Runtime } from "./library.ts";
import type { Call, Value } from "./values.ts";
import { argument, none, textOf } from "./values.ts";

const noteUri = (value: Value | undefined, call: Call, runtime: Runtime): void => {
  if (value) runtime.note({ kind: "tracking-uri", value, spot: call.spot(), ...runtime.conditions() });
};

const setUri: LibraryFunction = (call, runtime) => {
  noteUri(argument(call, 0, "uri"), call, runtime);
  return none;
};

const client: LibraryFunction = (call, runtime) => {
  noteUri(argument(call, 0, "tracking_uri"), call, runtime);
  return { kind: "result", name: "mlflow.MlflowClient" };
};

const promotion: LibraryFunction = (call, runtime) => {
  runtime.noteRefusals();
  runtime.note({ kind: "promotion", spot: call.spot() });
  return none;
};

/** Where a program says which MLflow server it talks to, and when it moves a model. */
export const mlflowLibrary: Library = {
  "mlflow.set_tracking_uri": setUri,
  "mlflow.tracking.set_tracking_uri": setUri,
  "mlflow.MlflowClient": client,
  "mlflow.client.MlflowClient": client,
  "mlflow.tracking.MlflowClient": client,
  "mlflow.tracking.client.MlflowClient": client,
  "os.environ[]=": (call, runtime) => {
    if (textOf(call.args[0]) === "MLFLOW_TRACKING_URI") noteUri(call.args[1], call, runtime);
    return none;
  },
  ".transition_model_version_stage": promotion,
  ".set_registered_model_alias": promotion,
};
