import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Badge } from "#components/badge";
import { Checkbox } from "#components/checkbox";
import { FoldedText } from "#components/conversation/folded-text";
import { ErrorLine } from "#components/error-state";
import { Facts } from "#components/facts";
import { SkeletonLines } from "#components/skeleton";
import { plainText } from "#lib/conversation/conversation";
import { readAnswer } from "#lib/conversation/read-conversation";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatCompact } from "#lib/format-number";
import { inputTokens, modelName, outputTokens, type RequestRecord, type WholeRecord } from "../record";
import { useReplayRecord } from "./get-result";
import type { ReplayResult } from "./send-replay";
import { diffWords } from "./text-diff";
import type { Run } from "./use-replay";

/** The answer that was, and those that came now, side by side. */
export function Comparison({ record, runs }: { readonly record: WholeRecord; readonly runs: readonly Run[] }) {
  const [differences, setDifferences] = useState(true);
  const original = useMemo(() => plainText(readAnswer(record.dialect, record.response)), [record]);
  const frame = useRef<HTMLDivElement>(null);
  // What was asked for stands below the form, out of sight.
  useEffect(() => {
    if (runs.length > 0) frame.current?.scrollIntoView({ block: "start" });
  }, [runs.length]);
  return (
    <div ref={frame} className="flex flex-col gap-2">
      <Checkbox label="Show what differs from the answer before" checked={differences} onChange={setDifferences} />
      <div className="grid grid-cols-[repeat(auto-fit,minmax(240px,1fr))] gap-6">
        <Side
          title="Before"
          model={modelName(record)}
          status={record.status}
          figures={record}
          totalMs={record.duration_ms}
        >
          <FoldedText text={original} />
        </Side>
        {runs.map((run, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one model may be asked twice
          <RunSide key={index} run={run} original={differences ? original : undefined} dialect={record.dialect} />
        ))}
      </div>
    </div>
  );
}

type RunProps = { readonly run: Run; readonly original: string | undefined; readonly dialect: string | undefined };

function RunSide({ run, original, dialect }: RunProps) {
  if (run.state === "done") return <ResultSide result={run.result} original={original} dialect={dialect} />;
  return (
    <Side title="Now" model={run.model} status={undefined} figures={undefined} totalMs={undefined}>
      {run.state === "running" ? <SkeletonLines count={4} /> : <ErrorLine error={run.error} />}
    </Side>
  );
}

type ResultProps = {
  readonly result: ReplayResult;
  readonly original: string | undefined;
  readonly dialect: string | undefined;
};

function ResultSide({ result, original, dialect }: ResultProps) {
  const { data } = useReplayRecord(result.id);
  const text = useMemo(() => plainText(readAnswer(dialect, result.body)), [dialect, result.body]);
  const isDiffed = original !== undefined && result.status < 400;
  return (
    <Side
      title="Now"
      model={data === undefined ? result.model : modelName(data)}
      status={result.status}
      figures={data}
      totalMs={result.totalMs}
      firstMs={result.firstMs}
    >
      {isDiffed ? (
        <Diff before={original} after={text} />
      ) : (
        <FoldedText text={text === "" ? (result.body.text ?? "") : text} />
      )}
    </Side>
  );
}

type SideProps = {
  readonly title: string;
  readonly model: string;
  readonly status: number | undefined;
  readonly figures: RequestRecord | undefined;
  readonly totalMs: number | undefined;
  readonly firstMs?: number;
  readonly children: ReactNode;
};

function Side({ title, model, status, figures, totalMs, firstMs, children }: SideProps) {
  return (
    <section className="flex min-w-0 flex-col gap-2" aria-label={`${title}: ${model}`}>
      <h3 className="flex min-w-0 items-center gap-2 border-b border-line pb-1">
        <span className="text-muted">{title}</span>
        <span className="min-w-0 truncate font-medium">{model}</span>
        {status !== undefined && <Badge tone={status < 400 ? "good" : "bad"}>{status}</Badge>}
      </h3>
      <Facts
        facts={[
          { name: "Duration", value: formatMs(figures?.duration_ms ?? totalMs) },
          // The gateway's own figure once it is there: with the browser's a first token would come after the end.
          { name: "First token", value: formatMs(figures === undefined ? firstMs : figures.first_token_ms) },
          {
            name: "Tokens",
            value: figures && `${formatCompact(inputTokens(figures))} in, ${formatCompact(outputTokens(figures))} out`,
          },
          { name: "Cost", value: formatMoney(figures?.cost_usd) },
        ]}
      />
      <div className="min-w-0">{children}</div>
    </section>
  );
}

function Diff({ before, after }: { readonly before: string; readonly after: string }) {
  const pieces = useMemo(() => diffWords(before, after), [before, after]);
  if (pieces.every(({ kind }) => kind === "same")) return <p className="text-muted">The same text, word by word.</p>;
  return (
    <div dir="auto" className="[overflow-wrap:anywhere] [unicode-bidi:isolate] whitespace-pre-wrap">
      {pieces.map(({ kind, text }, index) =>
        kind === "same" ? (
          text
        ) : kind === "added" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move
          <ins key={index} className="bg-good-soft text-good no-underline">
            {text}
          </ins>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move
          <del key={index} className="bg-bad-soft text-bad">
            {text}
          </del>
        ),
      )}
    </div>
  );
}
