import { useState } from "react";
import type { Provider, ProviderKey, Target } from "#api/schema.gen";
import { Badge, StatusDot } from "#components/badge";
import { Button } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { healthWords, worstOf } from "#components/health-words";
import { Menu } from "#components/menu";
import type { MenuEntry } from "#components/menu-popup";
import { Section } from "#components/page-frame";
import { formatShare } from "#lib/format-number";
import { KeyDialog } from "./key-dialog";
import { useRemoveKey } from "./remove-key";
import { forwarded } from "./secret-fields";

type Props = { readonly provider: Provider; readonly targets: readonly Target[] };
type Asked = { readonly what: "add" } | { readonly what: "edit" | "rotate" | "remove"; readonly key: ProviderKey };

/** The keys of a provider: each with its share of the requests and the models that it may be used for. */
export function KeyList({ provider, targets }: Props) {
  const [asked, setAsked] = useState<Asked>();
  const remove = useRemoveKey(provider.id);
  const close = () => setAsked(undefined);
  const total = provider.keys.reduce((sum, { weight }) => sum + weight, 0);
  const canEdit = !provider.read_only;
  const removed = asked?.what === "remove" ? asked.key : undefined;
  return (
    <Section
      title="Keys"
      note={provider.keys.length > 1 ? "used by weight" : undefined}
      actions={
        canEdit && provider.auth !== "none" ? (
          <Button icon="plus" onClick={() => setAsked({ what: "add" })}>
            Add key
          </Button>
        ) : undefined
      }
    >
      {provider.keys.length === 0 && (
        <p className="text-muted">
          {provider.auth === "none" ? "It needs none." : "Without a key none of its models can be called."}
        </p>
      )}
      <ul className="flex flex-col gap-1">
        {provider.keys.map((key) => (
          <li key={key.id} className="flex min-h-8 min-w-0 items-center gap-2">
            <KeyLine providerKey={key} total={total} targets={targets} />
            {canEdit && (
              <Menu
                label={`Actions of ${key.name}`}
                entries={[
                  { label: "Edit", icon: "edit", onSelect: () => setAsked({ what: "edit", key }) },
                  ...rotateEntry(key, () => setAsked({ what: "rotate", key })),
                  "line",
                  { label: "Remove", icon: "trash", danger: true, onSelect: () => setAsked({ what: "remove", key }) },
                ]}
              />
            )}
          </li>
        ))}
      </ul>
      {asked !== undefined && asked.what !== "remove" && (
        <KeyDialog
          provider={provider}
          before={asked.what === "add" ? undefined : asked.key}
          rotate={asked.what === "rotate"}
          onClose={close}
        />
      )}
      <ConfirmDialog
        open={removed !== undefined}
        onClose={close}
        title={`Remove the key ${removed?.name ?? ""}?`}
        name={removed?.name ?? ""}
        action="Remove key"
        onConfirm={() => remove.mutateAsync(removed?.id ?? "")}
      >
        No request uses it from then on, and its secret cannot be read again.
      </ConfirmDialog>
    </Section>
  );
}

/** What clients bring themselves is not ours to rotate. */
function rotateEntry({ reference }: ProviderKey, onSelect: () => void): readonly MenuEntry[] {
  return reference === forwarded ? [] : [{ label: "Rotate", icon: "refresh", onSelect }];
}

type LineProps = {
  readonly providerKey: ProviderKey;
  readonly total: number;
  readonly targets: readonly Target[];
};

function KeyLine({ providerKey: key, total, targets }: LineProps) {
  const own = targets.filter((target) => target.key === key.name);
  const state = worstOf(own.map((target) => target.provider_key.state)) ?? "healthy";
  const { word, tone } = healthWords(state);
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
      <span className="flex min-w-0 items-center gap-2">
        <StatusDot tone={key.usable ? (key.weight === 0 ? "neutral" : tone) : "bad"} />
        <span className="truncate font-medium">{key.name}</span>
      </span>
      {key.reference === forwarded && <span className="truncate text-sm text-muted">what each client sends</span>}
      {key.reference !== undefined && key.reference !== forwarded && (
        <code className="truncate text-sm text-muted">{key.reference}</code>
      )}
      {key.credentials !== undefined && (
        <span className="truncate text-sm text-muted">{key.credentials.replaceAll("_", " ")}</span>
      )}
      {!key.usable && <Badge tone="bad">{key.credentials === undefined ? "secret not found" : "no token"}</Badge>}
      {key.token?.problem !== undefined && (
        <span className="min-w-0 break-words text-sm text-bad">No new token: {key.token.problem}</span>
      )}
      {key.usable && state !== "healthy" && <Badge tone={tone}>{word}</Badge>}
      {key.models !== undefined && <span className="min-w-0 truncate text-sm text-muted">{key.models.join(", ")}</span>}
      <span className="ml-auto text-sm text-muted">
        {key.weight === 0 ? "not used" : `${formatShare(key.weight / total)} of requests`}
      </span>
    </div>
  );
}
