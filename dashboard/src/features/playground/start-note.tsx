import type { Model } from "#api/schema.gen";
import { Button } from "#components/button";

type Props = {
  readonly models: readonly Model[];
  readonly chosen: readonly string[];
  readonly onChoose: (model: string) => void;
};

/** Before the first turn: what to do, and something to begin with. */
export function StartNote({ models, chosen, onChoose }: Props) {
  const suggested = suggestedOf(models);
  return (
    <div className="flex flex-1 flex-col justify-end gap-3 overflow-y-auto px-4 py-6 md:px-6">
      <h2 className="text-md font-semibold">
        {chosen.length === 0 ? "Choose a model to talk to" : "Nothing was said yet"}
      </h2>
      <p className="max-w-prose text-muted">
        Up to four models answer side by side, each with its first token, speed and cost. Runs are real requests of the
        virtual key that you choose: its limits hold, its budget pays, and they stand among the requests.
      </p>
      {chosen.length === 0 && (
        <div className="flex flex-wrap gap-2">
          {suggested.map(({ id }) => (
            <Button key={id} onClick={() => onChoose(id)} className="max-w-full font-mono text-sm">
              <span className="truncate">{id}</span>
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

/** One of each provider, so that no family fills the row. */
function suggestedOf(models: readonly Model[]): readonly Model[] {
  const first = new Map<string, Model>();
  for (const model of models.toSorted((a, b) => rank(a) - rank(b))) {
    const from = model.provider ?? model.id;
    if (!first.has(from)) first.set(from, model);
  }
  return [...first.values()].slice(0, 4);
}

/** Routes first, which somebody made, then what was released last. */
function rank({ targets, released_on: released }: Model): number {
  if (targets !== undefined) return Number.NEGATIVE_INFINITY;
  const ms = Date.parse(released ?? "");
  return Number.isNaN(ms) ? 0 : -ms;
}
