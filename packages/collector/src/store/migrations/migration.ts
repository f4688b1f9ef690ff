/** One step of the schema. Forward only; every statement may run twice, so that a kill between two is harmless. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}
