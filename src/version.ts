import packageJson from "../package.json" with { type: "json" };

/** The release of this tool. */
export const version: string = packageJson.version;
