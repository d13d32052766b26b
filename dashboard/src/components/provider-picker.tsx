import { useMemo, useState } from "react";
import type { KnownProvider } from "#api/schema.gen";
import { classNames } from "#lib/class-names";
import { formatCount } from "#lib/format-number";
import { Badge } from "./badge";
import { Icon } from "./icon";
import { ProviderMark } from "./provider-mark";

type Props = {
  readonly providers: readonly KnownProvider[];
  readonly onChoose: (provider: KnownProvider) => void;
  /** What is offered below: one that Headgate does not know. */
  readonly onOwn?: (() => void) | undefined;
  /** Whether one can type at once: in a dialog that is there for nothing else. */
  readonly focused?: boolean;
};

/** A search over all providers that Headgate knows. Arrow keys move through what is found, Enter chooses. */
export function ProviderPicker({ providers, onChoose, onOwn, focused = false }: Props) {
  const [typed, setTyped] = useState("");
  const found = useMemo(() => search(providers, typed), [providers, typed]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: moves the focus among the buttons inside
    <div className="flex min-w-0 flex-col gap-2" onKeyDown={(event) => moveFocus(event)}>
      <input
        type="search"
        aria-label="Search providers"
        placeholder={`Search ${providers.length} providers`}
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: a dialog was opened to look for one
        autoFocus={focused}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          const [first] = found;
          if (event.key === "Enter" && first !== undefined) onChoose(first);
        }}
        className="control w-full"
      />
      <ul aria-label="Providers" className="grid gap-1 sm:grid-cols-2">
        {found.map((provider) => (
          <li key={provider.id}>
            <Choice provider={provider} onChoose={onChoose} />
          </li>
        ))}
        {onOwn !== undefined && (
          <li>
            <button type="button" onClick={onOwn} className={choiceClass}>
              <span className="inline-flex size-6 items-center justify-center rounded-md border border-line text-muted">
                <Icon name="plus" className="size-3.5" />
              </span>
              <span className="min-w-0">
                <span className="block truncate font-medium">One of your own</span>
                <span className="block truncate text-sm text-muted">Any server that speaks OpenAI or Anthropic</span>
              </span>
            </button>
          </li>
        )}
      </ul>
      {found.length === 0 && (
        <p className="text-muted">
          None is called “{typed}”. {onOwn !== undefined && "Add it as one of your own, with its address."}
        </p>
      )}
    </div>
  );
}

const choiceClass =
  "flex w-full min-w-0 items-center gap-2.5 rounded-md border border-transparent px-2 py-1.5 text-left hover:bg-hover focus-visible:bg-hover";

function Choice({ provider, onChoose }: { readonly provider: KnownProvider; readonly onChoose: Props["onChoose"] }) {
  const { name, models, needs_key, configured, environment_variable_set, environment_variable } = provider;
  const note = needs_key ? `${formatCount(models)} models` : "needs no key";
  return (
    <button type="button" onClick={() => onChoose(provider)} className={choiceClass}>
      <ProviderMark name={name} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{name}</span>
        <span className={classNames("block truncate text-sm", environment_variable_set ? "text-good" : "text-muted")}>
          {environment_variable_set ? `${environment_variable} is set` : note}
        </span>
      </span>
      {configured && <Badge>added</Badge>}
    </button>
  );
}

function search(providers: readonly KnownProvider[], typed: string): readonly KnownProvider[] {
  const words = typed.toLowerCase().split(/\s+/);
  return providers.filter(({ id, name }) => words.every((word) => `${id} ${name}`.toLowerCase().includes(word)));
}

function moveFocus(event: React.KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input, button")];
  const at = stops.findIndex((stop) => stop.matches(":focus"));
  const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
