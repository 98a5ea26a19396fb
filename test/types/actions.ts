import { cancelled } from "../../src/model/expression.ts";
import { uses } from "../../src/model/step.ts";

const fields = { id: "a", name: "A" } as const;

// These do compile.
uses("actions/checkout", { ...fields, with: { "fetch-depth": 0 } });
uses("actions/cache/restore", { ...fields, with: { path: "x", key: "y" } });

// @ts-expect-error misspelt
uses("actions/checkout", { ...fields, with: { "fetch-dept": 0 } });
// @ts-expect-error an input of another action
uses("actions/checkout", { ...fields, with: { "python-version": "3.11" } });
// @ts-expect-error the key is required
uses("actions/cache/restore", { ...fields, with: { path: "x" } });
// @ts-expect-error no catalogue entry, so no known inputs and no pin
uses("actions/chekout", { ...fields, with: {} });
// @ts-expect-error the lock file says which version
uses("actions/checkout@v4", { ...fields, with: {} });
// @ts-expect-error an input sees no status functions
uses("actions/checkout", { ...fields, with: { ref: cancelled } });
// @ts-expect-error inputs are text, numbers and booleans
uses("actions/checkout", { ...fields, with: { "fetch-depth": [0] } });
