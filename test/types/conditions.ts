import {
  all,
  always,
  equal,
  github,
  hashFiles,
  jobOutput,
  secrets,
  stepOutput,
  text,
} from "../../src/model/expression.ts";
import { run } from "../../src/model/step.ts";
import { job } from "../../src/model/workflow.ts";

const step = { id: "a", name: "A", run: "true" } as const;
const fields = {
  id: "a",
  name: "A",
  runsOn: { labels: ["x"] },
  timeoutMinutes: 1,
  permissions: {},
  steps: [],
} as const;

// These do compile.
run({ ...step, if: all(always, equal(stepOutput("b", "c"), "true")) });
run({ ...step, if: equal(hashFiles("x"), "") });
job({ ...fields, if: equal(jobOutput("b", "c"), "true") });

// @ts-expect-error a step condition has no secrets
run({ ...step, if: equal(secrets("TOKEN"), "") });
// @ts-expect-error not even deep within another condition
run({ ...step, if: all(always, equal(github("ref"), "x"), equal(secrets("TOKEN"), "")) });
// @ts-expect-error a job condition has no secrets
job({ ...fields, if: equal(secrets("TOKEN"), "") });
// @ts-expect-error a job condition sees no steps
job({ ...fields, if: equal(stepOutput("b", "c"), "true") });
// @ts-expect-error hashFiles() needs a checkout, which a job condition does not have
job({ ...fields, if: equal(hashFiles("x"), "") });
// @ts-expect-error text with an expression in it is always true
run({ ...step, if: text`${github("ref")} == 'main'` });
// @ts-expect-error a string is no condition
run({ ...step, if: "github.ref == 'main'" });
// @ts-expect-error nor is a boolean
job({ ...fields, if: true });
// @ts-expect-error github has no such property
run({ ...step, if: equal(github("branch"), "main") });
// @ts-expect-error a number is compared with no text
run({ ...step, if: equal(github("ref"), 1) });
