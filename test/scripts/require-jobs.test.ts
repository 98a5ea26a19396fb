import { expect, test } from "vitest";
import { runScript } from "../support/shell.js";

const require = (results: Record<string, string>) =>
  runScript("require-jobs", {
    env: {
      NEEDS: JSON.stringify(
        Object.fromEntries(Object.entries(results).map(([job, result]) => [job, { result, outputs: {} }])),
        null,
        2,
      ),
    },
  });

test("require-jobs: all jobs successful is success", async () => {
  const result = await require({ quality: "success", workflows: "success" });
  expect(result).toMatchObject({ exitCode: 0, log: "" });
  expect(result.summary).toContain("| quality | success |\n| workflows | success |\n");
});

test.each(["failure", "cancelled", "skipped"])(
  "require-jobs: one job with the result %s is a failure",
  async outcome => {
    const result = await require({ quality: "success", workflows: outcome });
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain(`::error title=Required jobs::Not successful: workflows (${outcome}).`);
    expect(result.log).not.toContain("quality");
    expect(result.summary).toContain(`| workflows | ${outcome} |`);
  },
);
