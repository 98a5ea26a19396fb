// Loaded before a measured command: writes the peak of its resident memory, in KB, where PEAK_FILE says.
process.on("exit", () => {
  require("node:fs").writeFileSync(String(process.env.PEAK_FILE), String(process.resourceUsage().maxRSS));
});
