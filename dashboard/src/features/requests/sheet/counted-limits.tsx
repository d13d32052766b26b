import { Link } from "@tanstack/react-router";
import { Section } from "#components/page-frame";
import { limitWords } from "#lib/limit-words";
import type { WholeRecord } from "../record";

/** The limits that held what the request could need, and took what it used. */
export function CountedLimits({ record }: { readonly record: WholeRecord }) {
  const { limits = [], outcome } = record;
  if (limits.length === 0) return null;
  return (
    <Section title={outcome === "refused" ? "Refused by" : "Limits that counted it"}>
      <ul className="flex flex-col">
        {limits.map((id) => (
          <li key={id} className="flex min-h-7 min-w-0 flex-wrap items-baseline gap-x-3 border-b border-line py-1">
            <LimitLine id={id} record={record} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function LimitLine({ id, record: { key_id, key_name } }: { readonly id: string; readonly record: WholeRecord }) {
  const words = limitWords(id);
  if (words === undefined) return <span className="[overflow-wrap:anywhere]">{id}</span>;
  const { kind, of, what } = words;
  const isBudget = id.includes("/budget/");
  return (
    <>
      <span className="min-w-0">
        <span className="text-muted">{kind === "limit" ? "gateway" : kind}</span>{" "}
        <bdi className="[overflow-wrap:anywhere]">{of === key_id ? (key_name ?? of) : of}</bdi>
      </span>
      <span className="text-muted">{what}</span>
      <span className="ml-auto flex gap-3 text-sm">
        {isBudget && (
          <Link to="/limits" search={{ open: id }} className="text-muted hover:text-accent hover:underline">
            Open
          </Link>
        )}
        <Link to="/requests" search={{ f: `limit_id:${id}` }} className="text-muted hover:text-accent hover:underline">
          Requests
        </Link>
      </span>
    </>
  );
}
