/** Maps whose content a transaction can go back to. They keep the order in which their keys were first set. */
export type Tables = {
  readonly table: <V>() => Map<string, V>;
  /** Remembers what all tables hold; the function returned brings that back. */
  readonly save: () => () => void;
};

export function createTables(): Tables {
  const saves: (() => () => void)[] = [];
  return {
    table: <V>() => {
      const table = new Map<string, V>();
      saves.push(() => {
        const saved = [...table];
        return () => {
          table.clear();
          for (const [key, value] of saved) table.set(key, value);
        };
      });
      return table;
    },
    save: () => {
      const restores = saves.map((save) => save());
      return () => {
        for (const restore of restores) restore();
      };
    },
  };
}
