import type { Pipeline } from "../../src/config/pipeline.ts";
import type { StepEnv } from "../../src/model/step.ts";
import { fromConfig } from "./values.ts";

/** The environment of a step that talks to MLflow. https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth */
export const mlflowEnv = ({ mlflow }: Pipeline): StepEnv =>
  mlflow
    ? {
        MLFLOW_TRACKING_URI: fromConfig(mlflow.trackingUri),
        ...(mlflow.token && { MLFLOW_TRACKING_TOKEN: fromConfig(mlflow.token) }),
      }
    : {};
