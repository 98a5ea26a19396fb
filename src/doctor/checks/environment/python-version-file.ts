import { pythonVersionFile } from "../../../repository/python-packages/python-version.ts";
import { defineCheck } from "../../check.ts";

export const pythonVersionFileCheck = defineCheck({
  id: "repository/python-version-file",
  severity: "note",
  summary: "People work with another Python than the workflows do.",
  why: "What passes on one machine fails on the other, and a model that one Python pickled may not load in another.",
  hint: "name the same version in both",
  examples: {
    bad: { ".python-version": "3.12\n" },
    good: { ".python-version": "3.11.9\n" },
  },
  check: ({ pipeline, repository, field }, report) => {
    const found = pythonVersionFile(repository, pipeline.root);
    const { version } = pipeline.python;
    if (!found || isSame(found.version, version)) return;
    report(found.spot, `this says Python ${found.version}, and ${field(["python", "version"])} is \`${version}\``);
  },
});

/** A series is the same as any of its patches. */
const isSame = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
