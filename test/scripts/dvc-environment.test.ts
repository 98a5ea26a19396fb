import { expect, test } from "vitest";
import { runScript } from "../support/shell.js";

const seen = "import os; print(sorted((k, v) for k, v in os.environ.items() if k.startswith(('AWS_', 'MLFLOW_'))))";

test("dvc-environment: the command gets the credentials of the remote and no empty variable", async () => {
  const { exitCode, log } = await runScript("dvc-environment", {
    env: { MLFLOW_TRACKING_URI: "http://127.0.0.1:5000", MLFLOW_TRACKING_TOKEN: "" },
    files: { "../temp/dvc-credentials.env": "AWS_ACCESS_KEY_ID=id\nAWS_SECRET_ACCESS_KEY=a b=c\n" },
    command: `python3 -c "${seen}"`,
  });
  expect(exitCode).toBe(0);
  expect(log).toBe(
    "[('AWS_ACCESS_KEY_ID', 'id'), ('AWS_SECRET_ACCESS_KEY', 'a b=c'), ('MLFLOW_TRACKING_URI', 'http://127.0.0.1:5000')]",
  );
});

test("dvc-environment: without a remote the command runs all the same, and its failure is the step's", async () => {
  expect(await runScript("dvc-environment", { command: "exit 7" })).toMatchObject({ exitCode: 7, log: "" });
});

test.each([
  ["AWS_REGION=eu-west-1\n", "[('AWS_DEFAULT_REGION', 'eu-west-1'), ('AWS_REGION', 'eu-west-1')]"],
  [
    "AWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=us-east-2\n",
    "[('AWS_DEFAULT_REGION', 'us-east-2'), ('AWS_REGION', 'eu-west-1')]",
  ],
])("dvc-environment: the region of the credentials %j is the one DVC's S3 library reads", async (credentials, log) => {
  const { exitCode, log: found } = await runScript("dvc-environment", {
    env: { MLFLOW_TRACKING_URI: "", MLFLOW_TRACKING_TOKEN: "" },
    files: { "../temp/dvc-credentials.env": credentials },
    command: `python3 -c "${seen}"`,
  });
  expect(exitCode).toBe(0);
  expect(found).toBe(log);
});
