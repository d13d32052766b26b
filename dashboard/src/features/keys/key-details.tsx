import { Link } from "@tanstack/react-router";
import type { VirtualKey } from "#api/schema.gen";
import { buttonClass } from "#components/button";
import { type Fact, Facts } from "#components/facts";
import { LimitList } from "#components/limit-list";
import { limitUses } from "#components/limit-use";
import { Section } from "#components/page-frame";
import { RelativeTime, TimeText } from "#components/time-text";
import { writeTags } from "#lib/word-list";
import { KeyUse } from "./key-use";

const contentWords = { off: "nothing", metadata: "metadata", full: "everything" } as const;
const viewWords = {
  off: "nothing",
  usage: "use and limits",
  requests: "requests without content",
  content: "requests with content",
} as const;

export function KeyDetails({ row }: { readonly row: VirtualKey }) {
  const limits = limitUses(row);
  return (
    <div className="flex flex-col gap-8">
      <KeyUse row={row} />
      <Section title="Limits" note={limits.length === 0 ? undefined : "of the key itself"}>
        {limits.length > 0 && <LimitList limits={limits} />}
        {limits.length === 0 && (
          <p className="text-muted">
            None of its own. {row.team === undefined ? "It can spend what the gateway lets it." : "Its team's hold."}
          </p>
        )}
        {row.team !== undefined && (
          <Link to="/teams" search={{ open: row.team }} className={`${buttonClass("quiet")} -ml-2.5 self-start`}>
            Limits of the team {row.team}
          </Link>
        )}
      </Section>
      <Section title="Key">
        <Facts facts={factsOf(row)} />
      </Section>
    </div>
  );
}

function factsOf(row: VirtualKey): readonly Fact[] {
  const { team, customer, tags, expires_at: expires, previous_secret_until: previous, revoked_at: revoked } = row;
  const mono = (text: string) => <span className="font-mono text-sm">{text}</span>;
  const list = (words: readonly string[], nothing: string) =>
    words.length === 0 || words.includes("*") ? nothing : mono(words.join(", "));
  const when = (at: string) => (
    <>
      <TimeText value={at} style="full" />{" "}
      <span className="text-faint">
        (<RelativeTime value={at} />)
      </span>
    </>
  );
  return [
    { name: "Secret", value: mono(`${row.hint}…`) },
    ...(previous === undefined ? [] : [{ name: "Old secret until", value: when(previous) }]),
    { name: "Team", value: team ?? "none" },
    { name: "Customer", value: customer ?? "none" },
    { name: "Models", value: list(row.models, "all") },
    ...(row.blocked.length === 0 ? [] : [{ name: "Blocked models", value: mono(row.blocked.join(", ")) }]),
    { name: "Endpoints", value: list(row.endpoints, "all") },
    { name: "Allowed addresses", value: list(row.allowed_ips, "any") },
    { name: "Tags", value: Object.keys(tags).length === 0 ? "none" : mono(writeTags(tags)) },
    {
      name: "Content kept",
      value: row.content_logging === undefined ? "as the setting says" : contentWords[row.content_logging],
    },
    { name: "Its holder sees", value: viewWords[row.self_view] },
    { name: "Expires", value: expires === undefined ? "never" : when(expires) },
    ...(revoked === undefined ? [] : [{ name: "Revoked", value: when(revoked) }]),
    ...(row.created_at === undefined ? [] : [{ name: "Created", value: when(row.created_at) }]),
    { name: "Id", value: mono(row.id) },
  ];
}
