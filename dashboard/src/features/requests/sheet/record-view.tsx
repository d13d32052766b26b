import { lazy, Suspense } from "react";
import { SkeletonLines } from "#components/skeleton";
import { Tabs } from "#components/tabs";
import type { WholeRecord } from "../record";
import type { RequestsState, SheetTab } from "../use-requests-state";
import { CodeTab } from "./code-tab";
import { ConversationTab } from "./conversation-tab";
import { CostTab } from "./cost-tab";
import { RawTab } from "./raw-tab";
import { RecordHead } from "./record-head";
import { TimingTab } from "./timing-tab";

const ReplayTab = lazy(async () => ({ default: (await import("../replay/replay-tab")).ReplayTab }));

const tabs: readonly { readonly name: SheetTab; readonly label: string }[] = [
  { name: "conversation", label: "Conversation" },
  { name: "timing", label: "Attempts" },
  { name: "cost", label: "Usage and cost" },
  { name: "raw", label: "Raw" },
  { name: "code", label: "Code" },
  { name: "replay", label: "Replay" },
];

/** One request: the facts on top, then one of its sides. */
export function RecordView({ record, state }: { readonly record: WholeRecord; readonly state: RequestsState }) {
  const { tab, set } = state;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <RecordHead record={record} state={state} />
      <Tabs tabs={tabs} value={tab} onChange={(next) => set({ tab: next })}>
        <Suspense fallback={<SkeletonLines count={6} />}>
          <Side tab={tab} record={record} />
        </Suspense>
      </Tabs>
    </div>
  );
}

function Side({ tab, record }: { readonly tab: SheetTab; readonly record: WholeRecord }) {
  switch (tab) {
    case "conversation":
      return <ConversationTab record={record} />;
    case "timing":
      return <TimingTab record={record} />;
    case "cost":
      return <CostTab record={record} />;
    case "raw":
      return <RawTab record={record} />;
    case "code":
      return <CodeTab record={record} />;
    case "replay":
      return <ReplayTab record={record} />;
  }
}
