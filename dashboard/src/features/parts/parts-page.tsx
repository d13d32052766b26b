import { useState } from "react";
import { ApiProblem } from "#api/problem";
import { Button } from "#components/button";
import { Chart } from "#components/chart";
import { CodeBlock } from "#components/code-block";
import { EmptyState } from "#components/empty-state";
import { ErrorState } from "#components/error-state";
import { JsonView } from "#components/json-view";
import { PageFrame, Section } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { SkeletonLines } from "#components/skeleton";
import { SourceMark } from "#components/source-mark";
import { Tabs } from "#components/tabs";
import { formatMoneyShort } from "#lib/format-money";
import { fixedRange } from "#lib/range";
import { useRange } from "#lib/use-range";
import { Controls } from "./controls";
import { Figures } from "./figures";
import { Overlays } from "./overlays";
import { chartTimes, sampleSeries, snippets } from "./samples";
import { TableParts } from "./table-parts";

/** Every part of the page in each of its states, to be looked at. Not in the navigation. */
export function Page() {
  const [range, setRange] = useRange();
  const [tab, setTab] = useState<"one" | "two">("one");
  const zoom = (fromMs: number, toMs: number) => setRange(fixedRange(fromMs, toMs));
  return (
    <PageFrame
      title="Parts"
      kind="Gallery"
      marks={<SourceMark source="headgate.yaml:12" />}
      actions={
        <>
          <RangePicker range={range} onChange={setRange} />
          <Button kind="primary" icon="plus">
            New key
          </Button>
        </>
      }
    >
      <Section title="Figures">
        <Figures />
      </Section>
      <Section title="Charts" note="Drag to zoom">
        <div className="grid gap-8 lg:grid-cols-2">
          <Chart
            label="Spend by model"
            times={chartTimes}
            stepMs={3_600_000}
            series={sampleSeries}
            kind="stack"
            format={formatMoneyShort}
            onZoom={zoom}
          />
          <Chart label="Latency" times={chartTimes} stepMs={3_600_000} series={sampleSeries.slice(0, 3)} kind="line" />
        </div>
      </Section>
      <Section title="Controls">
        <Controls />
      </Section>
      <Section title="Table">
        <TableParts />
      </Section>
      <Section title="Overlays">
        <Overlays />
      </Section>
      <Section title="Code and data">
        <CodeBlock snippets={snippets} />
        <JsonView value={{ model: "gpt-4o", messages: [{ role: "user", content: "<b>Hello</b>" }] }} />
      </Section>
      <Section title="States">
        <Tabs
          tabs={[
            { name: "one", label: "Loading" },
            { name: "two", label: "Empty and failed" },
          ]}
          value={tab}
          onChange={setTab}
        >
          {tab === "one" ? <SkeletonLines count={4} /> : <States />}
        </Tabs>
      </Section>
    </PageFrame>
  );
}

function States() {
  return (
    <>
      <EmptyState title="No requests yet" snippet={<CodeBlock snippets={snippets} />}>
        Send one with a virtual key; it is seen here at once.
      </EmptyState>
      <ErrorState
        error={new ApiProblem(503, "Service Unavailable", "The control process is starting")}
        onRetry={() => {}}
      />
    </>
  );
}
