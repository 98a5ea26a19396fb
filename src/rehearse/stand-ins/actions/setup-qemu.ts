import { info, input, setOutput } from "../toolkit.ts";

/** Emulation of other platforms: nothing to do, for nothing of an image runs while it is built here. */
export const setupQemu = {
  main: () => {
    const platforms = input("platforms") || "all";
    setOutput("platforms", platforms);
    info(`Emulated platforms: ${platforms}`);
  },
};
