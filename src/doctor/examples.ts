import type { Check } from "./check.ts";

/** An example as it is shown: the files that matter, one after another; none where only the machine shows it. */
export const exampleFiles = ({ examples }: Check, which: "bad" | "good"): string | undefined => {
  const parts = Object.entries(examples[which]).map(([file, text]) =>
    text === null ? `# there is no ${file}\n` : `# ${file}\n${text === "" ? "" : `${text.trimEnd()}\n`}`,
  );
  return parts.length === 0 ? undefined : parts.join("\n");
};
