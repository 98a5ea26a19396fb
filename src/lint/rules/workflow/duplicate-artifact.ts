import { mergesUploads, uploadOf } from "../../artifacts.ts";
import { jobCount, matrixOf } from "../../matrix.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";

export const duplicateArtifact = defineRule({
  id: "workflow/duplicate-artifact",
  severity: "error",
  summary: "A run uploads two artifacts of the same name.",
  why: "Names are unique in a run: the second upload fails with a conflict (409), unless it says `overwrite: true`. A job with a matrix uploads once for each combination.",
  hint: `put what differs into the name, such as \`\${{ matrix.fold }}\`, or set \`overwrite: true\``,
  reference: "https://github.com/actions/upload-artifact#uploading-to-the-same-artifact",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  strategy:
    matrix:
      fold: [1, 2, 3]
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Keep the reports
      uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
      with:
        name: reports
        path: reports/
`,
    good: `example:
  name: Example
  strategy:
    matrix:
      fold: [1, 2, 3]
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Keep the reports
      uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
      with:
        name: reports-\${{ matrix.fold }}
        path: reports/
`,
  },
  check: ({ steps }, report) => {
    const seen = new Map<string, Step>();
    for (const step of steps) {
      const upload = uploadOf(step);
      if (upload?.name === undefined || mergesUploads(step)) continue;
      const overwrites = (step.input("overwrite")?.text ?? "false") !== "false";
      const place = step.input("name")?.place ?? step.place;
      const first = seen.get(upload.name);
      if (!first) seen.set(upload.name, step);
      if (overwrites || !isCertain(step)) continue;
      const matrix = matrixOf(step.job);
      if (((matrix && jobCount(matrix)) ?? 0) > 1)
        report(place, `every combination of the matrix uploads an artifact named \`${upload.name}\``);
      else if (first && isCertain(first) && (first.input("overwrite")?.text ?? "false") === "false")
        report(
          place,
          `there is an artifact named \`${upload.name}\` already, of the upload on line ${first.place.line}`,
        );
    }
  },
});

/** Whether it runs in every run that gets there: not only where a condition of its own or of its job holds. */
const isCertain = (step: Step): boolean =>
  [step.if, step.job.if].every(condition => {
    const text = condition?.text.replace(/^\$\{\{|\}\}$/g, "").trim() ?? "";
    return text === "" || /^(?:always\(\)|success\(\)|!\s*cancelled\(\))$/i.test(text);
  });
