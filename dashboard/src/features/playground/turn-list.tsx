import { useEffect, useRef } from "react";
import { Button } from "#components/button";
import { AnswerView } from "./answer-view";
import type { Turn } from "./conversation";
import { PictureStrip } from "./picture-strip";

type Props = {
  readonly turns: readonly Turn[];
  readonly running: boolean;
  readonly notesOf: (model: string, turn: Turn) => readonly string[];
  /** Takes the last turn back into the composer. */
  readonly onEdit: () => void;
  /** Sends the last turn once more. */
  readonly onRepeat: () => void;
};

const scrollerClass =
  "scroll-thin flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto px-4 py-4 focus-visible:-outline-offset-2 md:px-6";

/** What was said, each turn with the answers of all models side by side. */
export function TurnList({ turns, running, notesOf, onEdit, onRepeat }: Props) {
  const scroller = useFollowedEnd(turns);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <div ref={scroller} tabIndex={0} className={scrollerClass}>
      {turns.map((turn, index) => (
        <section key={turn.id} aria-label={`Turn ${index + 1}`} className="flex min-w-0 flex-col gap-3">
          <div className="flex min-w-0 flex-col gap-2 rounded-md bg-subtle px-3 py-2">
            <PictureStrip pictures={turn.pictures} />
            {turn.text !== "" && <p className="break-words whitespace-pre-wrap">{turn.text}</p>}
          </div>
          <div className="grid grid-cols-1 md:grid-cols-[repeat(auto-fit,minmax(150px,1fr))] gap-x-6 gap-y-4">
            {Object.entries(turn.steps).map(([model, steps]) => (
              <AnswerView key={model} model={model} steps={steps} notes={notesOf(model, turn)} />
            ))}
          </div>
          {!running && index === turns.length - 1 && (
            <div className="-ml-2.5 flex gap-1">
              <Button kind="quiet" icon="refresh" onClick={onRepeat}>
                Run again
              </Button>
              <Button kind="quiet" icon="edit" onClick={onEdit}>
                Edit
              </Button>
            </div>
          )}
        </section>
      ))}
    </div>
  );
}

/** Keeps the end in sight for as long as nobody has scrolled away from it. */
function useFollowedEnd(turns: readonly Turn[]) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);
  useEffect(() => {
    if (turns.length > 0 && atEnd.current) scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [turns]);
  return scroller;
}
