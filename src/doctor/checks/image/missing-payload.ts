import { closest } from "../../../diagnostics/closest.ts";
import { defineCheck } from "../../check.ts";
import { isBehindLink } from "../../places.ts";
import { payloadFile } from "./smoke.ts";

export const missingPayload = defineCheck({
  id: "repository/missing-payload",
  severity: "error",
  summary: "The smoke test sends a file that the repository does not have.",
  why: "The deployed service is asked for nothing: the smoke test fails, and every deployment is rolled back.",
  hint: "commit a request that the service answers, or write it into the config as the value of `payload`",
  examples: {
    bad: { "sample_payload.json": null },
    good: {
      "sample_payload.json": null,
      "pipeline.config.yaml": "deploy: { smoke: { predict: { payload: { records: [{ amount: 1200 }] } } } }\n",
    },
  },
  check: (context, report) => {
    const { repository, field } = context;
    const found = payloadFile(context);
    if (!found || repository.has(found.file) || isBehindLink(repository, found.file)) return;
    const near = closest(
      found.file,
      repository.files.filter(file => file.endsWith(".json")),
    );
    report(
      found.spot,
      `${field(found.path)} is \`${found.file}\`, which is not in the repository: the job that deploys has nothing else`,
      near === undefined ? {} : { hint: `did you mean \`${near}\`?` },
    );
  },
});
