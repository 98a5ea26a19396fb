import { expect, test } from "vitest";
import { runScript } from "../support/shell.js";

test("gate-summary: each gate is a row, and an advisory failure is a warning", async () => {
  const gates = [
    { name: "Lint", outcome: "success", advisory: false },
    { name: "Test | unit", outcome: "failure", advisory: false },
    { name: "Security", outcome: "failure", advisory: true },
    { name: "Compile", outcome: "cancelled", advisory: false },
    { name: "Dry run", outcome: "skipped", advisory: true },
    { name: "Never started", outcome: "", advisory: false },
  ];
  const result = await runScript("gate-summary", { env: { TITLE: "Quality gates", GATES: JSON.stringify(gates) } });
  expect(result).toMatchObject({ exitCode: 0, log: "" });
  expect(result.summary).toBe(`### Quality gates

| Gate | Result |
| --- | --- |
| Lint | ✅ passed |
| Test \\| unit | ❌ failed |
| Security | ⚠️ failed (advisory) |
| Compile | 🚫 cancelled |
| Dry run | ⏭️ skipped |
| Never started | ⏭️ skipped |

`);
});
