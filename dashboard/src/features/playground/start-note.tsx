import { Button } from "#components/button";

type Props = {
  readonly suggested: readonly string[];
  readonly chosen: readonly string[];
  readonly onChoose: (model: string) => void;
};

/** Before the first turn: what to do, and something to begin with. */
export function StartNote({ suggested, chosen, onChoose }: Props) {
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
          {suggested.map((id) => (
            <Button key={id} onClick={() => onChoose(id)} className="max-w-full font-mono text-sm">
              <span className="truncate">{id}</span>
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
