import { parseJson } from "../../../config/load-json.ts";
import { payload } from "../../../repository/payload.ts";
import type { Spot } from "../../../repository/source-problem.ts";
import { defineCheck } from "../../check.ts";
import { PAYLOAD, payloadFile, smokeOf } from "./smoke.ts";

export const invalidPayload = defineCheck({
  id: "repository/invalid-payload",
  severity: "error",
  summary: "What the smoke test sends is no request that a service could answer with a prediction.",
  why: "The smoke test refuses a file that is no JSON object or array; a request without a record is answered with no prediction, which is not what is expected, and the deployment is rolled back.",
  hint: "send at least one complete record",
  examples: {
    bad: { "sample_payload.json": '{"records": []}\n' },
    good: { "sample_payload.json": '{"records": [{"amount": 900}]}\n' },
  },
  check: (context, report) => {
    const smoke = smokeOf(context);
    if (!smoke) return;
    const found = payloadFile(context);
    if (!found) {
      if (typeof smoke.predict.payload !== "string")
        judge(smoke.predict.payload, context.at(PAYLOAD), context.field(PAYLOAD));
      return;
    }
    const read = payload(context.repository, found.file);
    for (const { spot, kind, message, hint } of read?.problems ?? []) {
      const text = kind === "syntax" ? context.repository.text(spot.file) : undefined;
      const parsed = text === undefined ? undefined : parseJson(text, spot.file);
      const [said] = parsed && !parsed.ok ? parsed.diagnostics : [];
      const place: Spot = {
        file: spot.file,
        ...(said?.line !== undefined && { line: said.line }),
        ...(said?.column !== undefined && { column: said.column }),
      };
      report(place, said ? `the smoke test sends this file, which is no JSON: ${said.message}` : message, {
        hint: said?.hint ?? hint,
      });
    }
    if (read && read.problems.length === 0) judge(read.value, { file: found.file }, `\`${found.file}\``);

    function judge(value: unknown, spot: Spot, title: string): void {
      if (typeof value !== "object" || value === null || Object.keys(value).length === 0)
        report(spot, `${title} must be a JSON object or array that is not empty: the smoke test refuses it`);
      else {
        const empty = Object.entries(value).find(
          ([key, list]) => RECORDS.test(key) && Array.isArray(list) && list.length === 0,
        );
        if (empty)
          report(
            spot,
            `${title} sends an empty \`${empty[0]}\`: there is nothing to predict, so the answer proves nothing`,
            { severity: "warning" },
          );
      }
    }
  },
});

/** Keys under which services take what is to be predicted. */
const RECORDS = /^(?:records|instances|inputs|data|rows|samples|items|features|dataframe_records)$/i;
