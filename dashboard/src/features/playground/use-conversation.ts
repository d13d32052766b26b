import { useCallback, useEffect, useRef, useState } from "react";
import { newRun } from "#api/stream-chat";
import { useChat } from "#api/use-chat";
import type { MockTool, Picture, Step, Turn } from "./conversation";
import { useKept } from "./use-kept";

/** A model that calls tools without end is broken off. */
const maxSteps = 6;

const noTurns: readonly Turn[] = [];

type Sending = {
  readonly before: readonly Turn[];
  readonly text: string;
  readonly pictures: readonly Picture[];
  readonly models: readonly string[];
  readonly key: string;
  readonly tools: readonly MockTool[];
  readonly bodyOf: (model: string, turns: readonly Turn[]) => object;
};

/** What was said so far; sends a turn to all models at the same time, and stops them. */
export function useConversation() {
  const chat = useChat();
  const [turns, setTurns] = useKept("turns", noTurns);
  const [running, setRunning] = useState(false);
  const abort = useRef<AbortController>(undefined);
  const stop = useCallback(() => abort.current?.abort(), []);
  useEffect(() => stop, [stop]);

  const send = async (sending: Sending) => {
    const { before, models, key, bodyOf, tools, text, pictures } = sending;
    const controller = new AbortController();
    abort.current = controller;
    const turn: Turn = { id: `${Date.now()}`, text, pictures, steps: {} };
    const note = (model: string, steps: readonly Step[]) =>
      setTurns((all) =>
        all.map((each) => (each.id === turn.id ? { ...each, steps: { ...each.steps, [model]: steps } } : each)),
      );
    setTurns(() => [...before, turn]);
    setRunning(true);
    const ask = (model: string, done: readonly Step[]) =>
      chat({
        key,
        body: bodyOf(model, [...before, { ...turn, steps: { [model]: done } }]),
        signal: controller.signal,
        onProgress: (run) => note(model, [...done, { run, results: [] }]),
      });
    await Promise.all(models.map((model) => converse({ model, ask, note, tools })));
    setRunning(false);
  };
  return { turns, setTurns, running, send, stop };
}

type Conversing = {
  readonly model: string;
  readonly ask: (model: string, done: readonly Step[]) => Promise<Step["run"]>;
  readonly note: (model: string, steps: readonly Step[]) => void;
  readonly tools: readonly MockTool[];
};

/** Asks until the model calls no more tools, or one that has no answer. */
async function converse({ model, ask, note, tools }: Conversing): Promise<void> {
  let steps: readonly Step[] = [];
  note(model, [{ run: newRun, results: [] }]);
  while (steps.length < maxSteps) {
    const run = await ask(model, steps);
    const results = run.answer.calls.flatMap(({ id, name }) => {
      const tool = tools.find((each) => each.name === name);
      return tool === undefined ? [] : [{ id, content: tool.answer }];
    });
    const answered = run.state === "done" && results.length > 0 && results.length === run.answer.calls.length;
    steps = [...steps, { run, results: answered ? results : [] }];
    note(model, steps);
    if (!answered) return;
  }
}
