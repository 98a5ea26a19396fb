import type { Step } from "../../src/model/step.ts";
import { uses } from "../../src/model/step.ts";

/** The commit under test. `history`: with every earlier commit, which comparisons with dvc.lock need. */
export const checkout = ({ history }: { readonly history: boolean }): Step =>
  uses("actions/checkout", {
    id: "checkout",
    name: "Check out the repository",
    with: { "fetch-depth": history ? 0 : undefined, "persist-credentials": false },
  });
