import type { Me } from "#api/schema.gen";
import { Badge } from "#components/badge";
import { CodeBlock } from "#components/code-block";
import { ErrorState } from "#components/error-state";
import { LimitList } from "#components/limit-list";
import { limitUses } from "#components/limit-use";
import { PageFrame, Section } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { SkeletonLines } from "#components/skeleton";
import { RelativeTime } from "#components/time-text";
import { callSnippets } from "#lib/call-snippets";
import { useRange } from "#lib/use-range";
import { useMe } from "./get-me";
import { OwnModels } from "./own-models";
import { OwnRequests } from "./own-requests";
import { OwnUse } from "./own-use";

/** What whoever holds a virtual key sees of it, and nothing else. */
export function Page() {
  const { data: me, error, refetch } = useMe();
  const [range, setRange] = useRange();
  return (
    <PageFrame
      title="Your key"
      marks={me !== undefined && <Marks me={me} />}
      actions={<RangePicker range={range} onChange={setRange} />}
    >
      {me === undefined && error === null && <SkeletonLines count={8} />}
      {me === undefined && error !== null && <ErrorState error={error} onRetry={refetch} />}
      {me !== undefined && (
        <div className="flex max-w-5xl flex-col gap-8">
          <OwnLimits me={me} />
          <OwnUse />
          {(me.self_view === "requests" || me.self_view === "content") && <OwnRequests />}
          <OwnModels />
          <HowToCall me={me} />
        </div>
      )}
    </PageFrame>
  );
}

function Marks({ me }: { readonly me: Me }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-2 text-muted">
      {me.team !== undefined && <Badge>team {me.team}</Badge>}
      {me.expired && <Badge tone="bad">expired</Badge>}
      {!me.active && <Badge tone="bad">off</Badge>}
      {me.expires_at !== undefined && !me.expired && (
        <span className="text-sm">
          expires <RelativeTime value={me.expires_at} />
        </span>
      )}
    </span>
  );
}

function OwnLimits({ me }: { readonly me: Me }) {
  const own = limitUses(me);
  const shared = limitUses(me.shared);
  return (
    <Section title="Limits">
      {own.length + shared.length === 0 && <p className="text-muted">This key has no limits of its own.</p>}
      {own.length > 0 && <LimitList limits={own} paired />}
      {shared.length > 0 && (
        <>
          <h3 className="text-sm text-muted">Shared with others</h3>
          <LimitList limits={shared} scopes paired />
        </>
      )}
    </Section>
  );
}

function HowToCall({ me }: { readonly me: Me }) {
  const named = me.models.find((glob) => !/[*?[{]/.test(glob));
  return (
    <Section title="How to call" note="Put your key in place of hg-….">
      <CodeBlock
        label="How to call"
        snippets={callSnippets({ url: me.base_url, key: "hg-…", model: named ?? "demo/echo" })}
      />
    </Section>
  );
}
