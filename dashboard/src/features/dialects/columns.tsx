import { Badge, type Tone } from "#components/badge";
import type { Column } from "#components/table-column";
import type { Capability, FeatureRow, Verdict } from "./capability-rows";
import { dialectName } from "./dialect-name";

/** A column for each dialect that a provider may speak. */
export function columnsFor(providers: readonly string[]): readonly Column<FeatureRow>[] {
  return [
    { id: "about", header: "In", width: 72, cell: ({ about }) => <span className="text-muted">{about}</span> },
    {
      id: "says",
      header: "What",
      width: 232,
      grow: true,
      always: true,
      cell: ({ says }) => <span title={says}>{says}</span>,
    },
    ...providers.map((provider) => ({
      id: provider,
      header: `At ${dialectName(provider)}`,
      width: 148,
      grow: true,
      cell: ({ at }: FeatureRow) => <Cell capability={at.get(provider)} />,
    })),
  ];
}

const verdictWords: { readonly [verdict in Verdict]: { readonly tone: Tone | undefined; readonly text: string } } = {
  kept: { tone: undefined, text: "kept" },
  mapped: { tone: "accent", text: "mapped" },
  dropped: { tone: "warn", text: "dropped" },
  "left-out": { tone: "neutral", text: "left out" },
  refused: { tone: "bad", text: "refused" },
  unsayable: { tone: undefined, text: "–" },
};

/** What is kept is most of it and stays quiet, so that the rest is seen. */
export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  const { tone, text } = verdictWords[verdict];
  return tone === undefined ? <span className="text-muted">{text}</span> : <Badge tone={tone}>{text}</Badge>;
}

function Cell({ capability }: { readonly capability: Capability | undefined }) {
  if (capability === undefined) return null;
  const { whole, streamed, some_targets: some, fetched } = capability;
  if (whole === "unsayable" && streamed === "unsayable") return <span className="text-faint">–</span>;
  const notes = [
    streamed !== whole && `streamed: ${verdictWords[streamed].text}`,
    some !== undefined && `some models: ${verdictWords[some].text}`,
    fetched !== undefined && `fetched: ${verdictWords[fetched].text}`,
  ].filter((note) => note !== false);
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={notes.join(", ")}>
      <VerdictBadge verdict={whole} />
      {notes.length > 0 && <span className="min-w-0 truncate text-xs text-muted">{notes.join(", ")}</span>}
    </span>
  );
}
