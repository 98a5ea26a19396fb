import type { Template } from "../src/template.ts";
import { cd } from "./cd.ts";
import { ci } from "./ci.ts";
import { nightly } from "./nightly.ts";

/** The built-in templates, in the order in which their files are written. */
export const templates: readonly Template[] = [ci, cd, nightly];
