import type { Output } from "../host/host.ts";

/** How long a run may take before it says that it is still at work, in milliseconds. */
const PATIENCE = 500;

/** One line on a terminal that says how far a long run has come; nothing where nobody is watching. */
export const progressOn = (output: Output): { readonly tell: (text: string) => void; readonly end: () => void } => {
  let shown = Date.now() + PATIENCE - 100;
  let written = false;
  return {
    tell: text => {
      if (!output.isTerminal || Date.now() - shown < 100) return;
      shown = Date.now();
      written = true;
      output.write(`\r\u001b[K${text}`);
    },
    end: () => {
      if (written) output.write("\r\u001b[K");
    },
  };
};
