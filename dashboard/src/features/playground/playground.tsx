import { useState } from "react";
import { useBaseUrl } from "#api/session";
import { Button } from "#components/button";
import { PageFrame } from "#components/page-frame";
import { classNames } from "#lib/class-names";
import { CodeDialog } from "./code-dialog";
import { Composer } from "./composer";
import { CostBound } from "./cost-bound";
import { SetupPanel } from "./setup-panel";
import { StartNote } from "./start-note";
import { TurnList } from "./turn-list";
import { type Offer, usePlayground } from "./use-playground";

/** Try models: a conversation with up to four of them at the same time, paid by a virtual key. */
export function Playground(offer: Offer) {
  const play = usePlayground(offer);
  const { state, turns, running, draft } = play;
  const origin = useBaseUrl();
  const [shown, setShown] = useState<"setup" | "code">();
  const actions = (
    <>
      {turns.length > 0 && !running && (
        <Button kind="quiet" onClick={play.clear}>
          New conversation
        </Button>
      )}
      <Button onClick={() => setShown("code")} disabled={state.models.length === 0}>
        As code
      </Button>
      <Button
        className="md:hidden"
        aria-expanded={shown === "setup"}
        onClick={() => setShown(shown === "setup" ? undefined : "setup")}
      >
        {shown === "setup" ? "Done" : "Setup"}
      </Button>
    </>
  );
  const chat = (
    <>
      {turns.length === 0 ? (
        <StartNote
          suggested={offer.suggested}
          chosen={state.models}
          onChoose={(model) => state.set({ model: [model] })}
        />
      ) : (
        <TurnList
          turns={turns}
          running={running}
          notesOf={play.notesOf}
          onEdit={play.editLast}
          onRepeat={play.repeatLast}
        />
      )}
      <Composer
        draft={draft}
        onChange={play.setDraft}
        running={running}
        hindrance={play.hindrance}
        bound={<CostBound bounds={play.bounds} hasTools={state.setup.tools.length > 0} />}
        onSend={play.sendDraft}
        onStop={play.stop}
      />
    </>
  );
  return (
    <PageFrame title="Playground" actions={actions} fill>
      <div className="flex min-h-0 flex-1">
        <div className={classNames("min-w-0 flex-1 flex-col md:flex", shown === "setup" ? "hidden" : "flex")}>
          {chat}
        </div>
        <aside
          aria-label="Setup"
          className={classNames(
            "scroll-thin w-full shrink-0 overflow-y-auto border-line p-4 md:block md:w-72 md:border-l",
            shown !== "setup" && "hidden",
          )}
        >
          <SetupPanel state={state} virtualKey={offer.virtualKey} reached={state.models.map(play.reach)} />
        </aside>
      </div>
      {shown === "code" && (
        <CodeDialog models={state.models} bodyOf={play.shownBody} origin={origin} onClose={() => setShown(undefined)} />
      )}
    </PageFrame>
  );
}
