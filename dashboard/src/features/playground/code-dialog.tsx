import { useState } from "react";
import { CodeBlock } from "#components/code-block";
import { Dialog } from "#components/dialog";
import { Select } from "#components/select";
import { isObject, type JsonObject } from "#lib/json";
import { type ChatEndpoint, chatAs, chatEndpoints, unsaidAs } from "#lib/request-code/chat-as";
import { codeOf } from "#lib/request-code/code-of";

type Props = {
  readonly models: readonly string[];
  /** What would be sent, or was sent last. */
  readonly bodyOf: (model: string) => object;
  /** Where applications reach the gateway. */
  readonly origin: string;
  readonly onClose: () => void;
};

const libraries: { readonly [endpoint in ChatEndpoint]: string } = {
  "chat.completions": "OpenAI",
  messages: "Anthropic",
  "gemini.generate": "Google Gen AI",
  converse: "AWS Bedrock (Converse)",
};

/** A request as a program would send it, with the library that one has: each reaches every model. */
export function CodeDialog({ models, bodyOf, origin, onClose }: Props) {
  const [first = ""] = models;
  const [model, setModel] = useState(first);
  const [endpoint, setEndpoint] = useState<ChatEndpoint>("chat.completions");
  const chat = shortened(bodyOf(model));
  const body = chatAs(endpoint, chat);
  const unsaid = unsaidAs(endpoint, chat);
  return (
    <Dialog open wide onClose={onClose} title="As code">
      <div className="flex flex-wrap gap-2">
        <Select
          label="Library"
          options={chatEndpoints.map((value) => ({ value, label: libraries[value] }))}
          value={endpoint}
          onChange={setEndpoint}
        />
        {models.length > 1 && (
          <Select
            label="Model"
            options={models.map((value) => ({ value, label: value }))}
            value={model}
            onChange={setModel}
          />
        )}
      </div>
      <CodeBlock label="The request as code" snippets={codeOf({ origin, endpoint, model, stream: false, body })} />
      {unsaid.length > 0 && (
        <p className="text-sm text-warn">
          Left out, for {libraries[endpoint]} has no word for it: {unsaid.join(", ")}. Ask for it in the prompt.
        </p>
      )}
      <p className="text-sm text-muted">
        HEADGATE_KEY is a virtual key of yours. The page itself asks with <code className="font-mono">stream</code>, and
        with a token that the key lends for ten minutes.
      </p>
    </Dialog>
  );
}

/** Images as long as they are would hide the rest. */
function shortened(body: object): JsonObject {
  const copy: unknown = JSON.parse(
    JSON.stringify(body, (_, value: unknown) =>
      typeof value === "string" && value.startsWith("data:image/") && value.length > 200
        ? `${value.slice(0, value.indexOf(",") + 1)}…`
        : value,
    ),
  );
  return isObject(copy) ? copy : {};
}
