import { useState } from "react";
import type { ConfigurationChange } from "#api/schema.gen";
import { Badge, type Tone } from "#components/badge";
import { Button } from "#components/button";
import { Icon } from "#components/icon";
import { formatCount } from "#lib/format-number";

const words: { readonly [section in ConfigurationChange["section"]]: string } = {
  settings: "Setting",
  providers: "Provider",
  provider_keys: "Provider key",
  routes: "Route",
  prices: "Price",
  customers: "Customer",
  teams: "Team",
  limits: "Limit",
  virtual_keys: "Virtual key",
};
const tones: { readonly [change in ConfigurationChange["change"]]: Tone } = {
  added: "good",
  changed: "accent",
  removed: "bad",
};
/** As many as are drawn before somebody asks for all. */
const shownAtFirst = 200;

type Props = { readonly changes: readonly ConfigurationChange[]; readonly removes: boolean };

/** One line a change, its fields below. */
export function ChangeList({ changes, removes }: Props) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? changes : changes.slice(0, shownAtFirst);
  return (
    <>
      <ul aria-label="Changes" className="flex flex-col">
        {shown.map((change) => (
          <Change key={`${change.section} ${change.name}`} change={change} removes={removes} />
        ))}
      </ul>
      {shown.length < changes.length && (
        <Button className="self-start" onClick={() => setWhole(true)}>
          {`Show all ${formatCount(changes.length)}`}
        </Button>
      )}
    </>
  );
}

function Change({ change: entry, removes }: { readonly change: ConfigurationChange; readonly removes: boolean }) {
  const { section, name, change, fields, refused } = entry;
  const stays = change === "removed" && !removes;
  return (
    <li className="flex min-w-0 flex-col gap-1 border-b border-line py-2 last:border-0">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2">
        <Badge tone={stays ? "neutral" : tones[change]}>{stays ? "stays" : change}</Badge>
        <span className="text-muted">{words[section]}</span>
        <span className="min-w-0 font-medium break-all">
          <bdi>{name}</bdi>
        </span>
      </div>
      {refused !== undefined && !stays && (
        <p className="flex items-start gap-1.5 text-sm text-bad">
          <Icon name="lock" className="mt-0.5 size-3.5" />
          <span className="min-w-0">Cannot be applied: {refused}.</span>
        </p>
      )}
      {change !== "removed" && fields.length > 0 && (
        <dl className="grid grid-cols-[minmax(64px,max-content)_minmax(0,1fr)] gap-x-4 gap-y-0.5 font-mono text-sm">
          {fields.map((field) => (
            <Field key={field.field} {...field} />
          ))}
        </dl>
      )}
    </li>
  );
}

function Field({ field, from, to, secret }: ConfigurationChange["fields"][number]) {
  return (
    <div className="contents">
      <dt className="text-muted">{field}</dt>
      <dd className="min-w-0 break-all">
        {secret === true && <span className="font-sans text-muted">changes, and is never shown</span>}
        {from !== undefined && <del className="text-bad no-underline">{`- ${from}`}</del>}
        {from !== undefined && to !== undefined && <br />}
        {to !== undefined && <ins className="text-good no-underline">{`+ ${to}`}</ins>}
      </dd>
    </div>
  );
}
