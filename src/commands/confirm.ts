import { confirm, isCancel } from "@clack/prompts";

/** Asks on the terminal; whoever goes away says no. */
export const confirmed = async (message: string): Promise<boolean> => {
  const answer = await confirm({ message, initialValue: false });
  return !isCancel(answer) && answer;
};
