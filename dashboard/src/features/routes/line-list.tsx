import { Button, IconButton } from "#components/button";
import { ModelField } from "#components/model-field";
import type { Line } from "./route-draft";

type Props = {
  /** `Target` or `Fallback`. */
  readonly word: string;
  readonly lines: readonly Line[];
  readonly weighted: boolean;
  /** Of a list that may not be empty the last line stays. */
  readonly least: number;
  readonly onChange: (lines: readonly Line[]) => void;
};

/** Models one below the other, in the order in which they are asked. */
export function LineList({ word, lines, weighted, least, onChange }: Props) {
  const change = (key: number, fields: Partial<Line>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...fields } : line)));
  const swap = (index: number) => {
    const [before, line] = [lines[index - 1], lines[index]];
    if (before !== undefined && line !== undefined) onChange(lines.toSpliced(index - 1, 2, line, before));
  };
  const add = () =>
    onChange([...lines, { key: Math.max(-1, ...lines.map(({ key }) => key)) + 1, model: "", weight: "1" }]);
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium">{word}s</legend>
      {lines.map((line, index) => (
        <div key={line.key} className="flex min-w-0 items-center gap-1">
          <div className="min-w-0 flex-1">
            <ModelField
              label={`${word} ${index + 1}`}
              aliases={false}
              value={line.model}
              onChange={(model) => change(line.key, { model })}
            />
          </div>
          {weighted && (
            <input
              aria-label={`Weight of ${word.toLowerCase()} ${index + 1}`}
              inputMode="decimal"
              value={line.weight}
              onChange={(event) => change(line.key, { weight: event.target.value })}
              className="control w-16 shrink-0 text-right"
            />
          )}
          {!weighted && (
            <IconButton
              icon="up"
              label={`Ask ${word.toLowerCase()} ${index + 1} earlier`}
              disabled={index === 0}
              onClick={() => swap(index)}
            />
          )}
          <IconButton
            icon="close"
            label={`Remove ${word.toLowerCase()} ${index + 1}`}
            disabled={lines.length <= least}
            onClick={() => onChange(lines.filter(({ key }) => key !== line.key))}
          />
        </div>
      ))}
      <Button icon="plus" onClick={add} className="self-start">
        Add {word.toLowerCase()}
      </Button>
    </fieldset>
  );
}
