import { useState } from "react";
import { CodeBlock } from "#components/code-block";
import { Dialog } from "#components/dialog";
import { Select } from "#components/select";
import { codeOf } from "#lib/request-code";

type Props = {
  readonly models: readonly string[];
  /** What would be sent, or was sent last. */
  readonly bodyOf: (model: string) => object;
  /** Where applications reach the gateway. */
  readonly origin: string;
  readonly onClose: () => void;
};

/** A request as a program would send it. */
export function CodeDialog({ models, bodyOf, origin, onClose }: Props) {
  const [first = ""] = models;
  const [model, setModel] = useState(first);
  const body = shortened(bodyOf(model));
  return (
    <Dialog open wide onClose={onClose} title="As code">
      {models.length > 1 && (
        <Select
          label="Model"
          options={models.map((value) => ({ value, label: value }))}
          value={model}
          onChange={setModel}
        />
      )}
      <CodeBlock label="The request as code" snippets={codeOf({ origin, path: "/v1/chat/completions", body })} />
      <p className="text-sm text-muted">
        HEADGATE_KEY is a virtual key of yours. The page itself asks with <code className="font-mono">stream</code>, and
        with a token that the key lends for ten minutes.
      </p>
    </Dialog>
  );
}

/** Images as long as they are would hide the rest. */
function shortened(body: object): object {
  const copy: object = JSON.parse(
    JSON.stringify(body, (_, value: unknown) =>
      typeof value === "string" && value.startsWith("data:image/") && value.length > 200
        ? `${value.slice(0, value.indexOf(",") + 1)}…`
        : value,
    ),
  );
  return copy;
}
