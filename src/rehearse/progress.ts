import type { Output } from "../host/host.ts";
import type { ActLine } from "./act.ts";
import type { Declared } from "./workflow.ts";
import { stepKey } from "./workflow.ts";

/** One line on a terminal that says which step runs in which job; nothing where nobody is watching. */
export const progressOn = (
  output: Output,
  workflow: Declared,
): { readonly tell: (line: ActLine) => void; readonly end: () => void } => {
  const running = new Map<string, string>();
  const began = Date.now();
  let timer: NodeJS.Timeout | undefined;
  const show = () => {
    const parts = [...running].map(([job, step]) => `${job}: ${step}`);
    const text = `${Math.round((Date.now() - began) / 1000)} s  ${parts.join("  ") || "setting up"}`;
    output.write(`\r\u001b[K${text.slice(0, 118)}`);
  };
  if (output.isTerminal) timer = setInterval(show, 500);
  const nameOf = (job: string, id: string): string => {
    const steps = workflow.jobs[job]?.steps ?? [];
    const found = steps.find((step, index) => stepKey(step, index) === id);
    return found?.name ?? id;
  };
  return {
    tell: ({ jobID, stepID, jobResult }) => {
      if (jobID === undefined) return;
      if (jobResult !== undefined) running.delete(jobID);
      else if (stepID?.[0] !== undefined) running.set(jobID, nameOf(jobID, stepID[0]));
    },
    end: () => {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      output.write("\r\u001b[K");
    },
  };
};
