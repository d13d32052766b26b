import { useState } from "react";
import { usePayingKey } from "#api/use-paying-key";
import { Button, IconButton } from "#components/button";
import { Field } from "#components/field";
import { KeyPicker } from "#components/key-picker";
import { ModelField } from "#components/model-field";
import { TextAreaField } from "#components/text-field";
import { formatMoney } from "#lib/format-money";
import { isObject, textOf, tryParse } from "#lib/json";
import type { WholeRecord } from "../record";
import { useWorstCase } from "./use-worst-case";

/** Side by side no more can be read. */
const mostModels = 4;

type Props = {
  readonly record: WholeRecord;
  readonly running: boolean;
  readonly onSend: (body: string, models: readonly string[], virtualKey: string) => void;
  readonly onStop: () => void;
};

/** What is sent, to which models, and as whom. */
export function ReplayForm({ record, running, onSend, onStop }: Props) {
  const [body, setBody] = useState(() => indented(record.request?.text ?? ""));
  const [models, setModels] = useState<readonly string[]>(() => [askedModel(record)]);
  const [picked, setPicked] = useState(record.key_id);
  const { key } = usePayingKey(picked);
  const wrong = isObject(tryParse(body)) ? undefined : "This is no JSON object.";
  const wanted = models.map((model) => model.trim()).filter((model) => model !== "");
  const worst = useWorstCase(body, wanted);
  return (
    <div className="flex flex-col gap-3">
      <TextAreaField
        label="Request"
        value={body}
        onChange={setBody}
        error={wrong}
        rows={12}
        mono
        help="Its model is the one below."
      />
      <div className="flex flex-wrap items-end gap-2">
        {models.map((model, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: places, whatever stands in them
          <div key={index} className="flex w-64 items-center">
            <ModelField
              label={`Model ${index + 1}`}
              focused={index > 0 && model === ""}
              value={model}
              onChange={(next) => setModels(models.map((each, at) => (at === index ? next : each)))}
            />
            {models.length > 1 && (
              <IconButton
                icon="close"
                label={`Without model ${index + 1}`}
                onClick={() => setModels(models.filter((_, at) => at !== index))}
              />
            )}
          </div>
        ))}
        {models.length < mostModels && (
          <Button icon="plus" kind="quiet" onClick={() => setModels([...models, ""])}>
            Another model
          </Button>
        )}
      </div>
      <div className="flex flex-wrap items-end gap-2">
        <Field label="As virtual key" help="Its limits hold, it pays, and the record carries the tag playground.">
          {(control) => (
            <div className="w-64 max-w-full">
              <KeyPicker {...control} value={key} onChange={setPicked} />
            </div>
          )}
        </Field>
        <span className="ml-auto flex items-center gap-3">
          <span className="text-sm text-muted">
            {worst === undefined && "What it may cost is not known"}
            {typeof worst === "number" && `Costs at most ${formatMoney(worst)}`}
          </span>
          {running && <Button onClick={onStop}>Stop</Button>}
          <Button
            kind="primary"
            icon="play"
            busy={running}
            disabled={wrong !== undefined || wanted.length === 0 || key === undefined}
            onClick={() => key !== undefined && onSend(body, wanted, key.id)}
          >
            Send
          </Button>
        </span>
      </div>
    </div>
  );
}

function askedModel(record: WholeRecord): string {
  const body = tryParse(record.request?.text ?? "");
  return record.asked_model ?? (isObject(body) ? textOf(body.model) : undefined) ?? "";
}

function indented(text: string): string {
  const value = tryParse(text);
  return value === undefined ? text : JSON.stringify(value, undefined, 2);
}
