import type { RepositoryContents } from "../../../repository/contents.ts";
import type { DvcStage } from "../../../repository/dvc/project.ts";
import type { Fact } from "../../../repository/python/library.ts";
import { programOf } from "../../../repository/python/program.ts";
import type { CommandUse } from "../../commands.ts";
import { pythonOf } from "../../commands.ts";

/** The facts of a kind; one type stands for two of them. */
type FactOf<Kind, One = Fact> = One extends { readonly kind: infer Known } ? (Kind extends Known ? One : never) : never;

/** Something that a command of the workflows does, as far as its own code tells. */
export type Touch<Kind extends Fact["kind"]> = FactOf<Kind> & { readonly use: CommandUse };

export const touched = <Kind extends Fact["kind"]>(
  uses: readonly CommandUse[],
  repository: RepositoryContents,
  kind: Kind,
): readonly Touch<Kind>[] =>
  uses.flatMap(use =>
    use.commands.flatMap(command => {
      const python = pythonOf(command);
      if (!python) return [];
      const words = python.args.map(({ value }) => value);
      const facts = programOf(repository, use.folder, python, words)?.facts ?? [];
      return facts.filter(fact => isOfKind(fact, kind)).map(fact => ({ ...fact, use }));
    }),
  );

const isOfKind = <Kind extends Fact["kind"]>(fact: Fact, kind: Kind): fact is FactOf<Kind> => fact.kind === kind;

/** Whether a command is one of a stage. */
export const isOfStage = ({ source, spot }: CommandUse, { name, file }: DvcStage): boolean =>
  source.kind === "stage" && source.stage === name && spot.file === file;
