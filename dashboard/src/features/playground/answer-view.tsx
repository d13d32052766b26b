import type { ReactNode } from "react";
import type { ChatRun } from "#api/stream-chat";
import { Badge } from "#components/badge";
import { CopyButton } from "#components/copy-button";
import { Icon } from "#components/icon";
import type { Step } from "./conversation";
import { RunFigures } from "./run-figures";

type Props = {
  readonly model: string;
  readonly steps: readonly Step[];
  /** What was left out of the request, in words. */
  readonly notes: readonly string[];
};

/** What one model made of a turn, as text and nothing else. */
export function AnswerView({ model, steps, notes }: Props) {
  const text = steps.map(({ run }) => run.answer.text).join("\n");
  const served = steps.at(-1)?.run.servedBy;
  return (
    <article aria-label={`Answer of ${model}`} className="flex min-w-0 flex-col gap-2">
      <header className="flex min-h-7 min-w-0 items-center gap-2 border-b border-line">
        <h3 title={model} className="min-w-0 truncate font-mono text-sm font-medium">
          {model}
        </h3>
        {served !== undefined && served !== model && (
          <span title={`Served by ${served}`} className="min-w-0 truncate font-mono text-xs text-faint">
            {served}
          </span>
        )}
        <span className="ml-auto">{text.trim() !== "" && <CopyButton text={text} label="Copy answer" />}</span>
      </header>
      {notes.length > 0 && <p className="text-sm text-warn">{notes.join(", ")}</p>}
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
        <StepView key={index} step={step} />
      ))}
    </article>
  );
}

function StepView({ step: { run, results } }: { readonly step: Step }) {
  const { answer, state } = run;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {answer.reasoning !== "" && (
        <Folded title="Reasoning" open={answer.text === "" && state === "running"}>
          {answer.reasoning}
        </Folded>
      )}
      {answer.text !== "" && <p className="break-words whitespace-pre-wrap">{answer.text}</p>}
      {answer.calls.map((call) => (
        <CallView key={call.id} {...call} result={results.find(({ id }) => id === call.id)?.content} state={state} />
      ))}
      <StateLine run={run} />
      <RunFigures run={run} />
    </div>
  );
}

function StateLine({ run: { state, answer, problem, firstTokenMs } }: { readonly run: ChatRun }) {
  if (state === "running" && firstTokenMs === undefined)
    return (
      <p role="status" className="animate-pulse text-muted">
        Waiting for the first token
      </p>
    );
  if (state === "stopped") return <p className="text-sm text-warn">Stopped here.</p>;
  if (state === "failed")
    return (
      <p role="alert" className="flex items-start gap-2 break-words text-bad">
        <Icon name="warning" className="mt-0.5" />
        <span className="min-w-0">{problem}</span>
      </p>
    );
  if (answer.finish === "length")
    return <p className="text-sm text-warn">Cut off: the most output tokens were used.</p>;
  if (state === "done" && answer.text === "" && answer.calls.length === 0)
    return <p className="text-muted">The model said nothing.</p>;
  return null;
}

type CallProps = {
  readonly name: string;
  readonly arguments: string;
  readonly result: string | undefined;
  readonly state: ChatRun["state"];
};

function CallView({ name, arguments: given, result, state }: CallProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1 border-l-2 border-line pl-3">
      <span className="flex min-w-0 items-center gap-2">
        <Badge>tool</Badge>
        <span className="truncate font-mono text-sm">{name}</span>
      </span>
      <Code>{given}</Code>
      {result !== undefined && (
        <>
          <span className="text-sm text-muted">Mocked answer</span>
          <Code>{result === "" ? "(empty)" : result}</Code>
        </>
      )}
      {result === undefined && state === "done" && (
        <span className="text-sm text-muted">There is no mock of it, so it ends here.</span>
      )}
    </div>
  );
}

function Code({ children }: { readonly children: ReactNode }) {
  return <pre className="font-mono text-sm break-words whitespace-pre-wrap">{children}</pre>;
}

type FoldedProps = { readonly title: string; readonly open: boolean; readonly children: ReactNode };

function Folded({ title, open, children }: FoldedProps) {
  return (
    <details open={open} className="text-muted">
      <summary className="text-sm">{title}</summary>
      <p className="border-l-2 border-line pl-3 text-sm break-words whitespace-pre-wrap">{children}</p>
    </details>
  );
}
