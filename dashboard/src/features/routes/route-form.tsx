import { type FormEvent, useId, useState } from "react";
import type { Route, Target } from "#api/schema.gen";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { ErrorLine } from "#components/error-state";
import { FieldProblems } from "#components/field";
import { TextField } from "#components/text-field";
import { LineList } from "./line-list";
import { usePutRoute } from "./put-route";
import { bodyOf, draftOf, shownOf } from "./route-draft";
import { legsOf } from "./route-legs";
import { RoutePicture } from "./route-picture";

type Props = {
  /** Undefined for a new one. */
  readonly route: Route | undefined;
  readonly targets: readonly Target[];
  readonly onClose: () => void;
  readonly onDone: (alias: string) => void;
};

/** Drawn while it is typed. */
export function RouteForm({ route, targets, onClose, onDone }: Props) {
  const form = useId();
  const [draft, setDraft] = useState(() => draftOf(route));
  // As it was when the form was opened: what is read since has another version.
  const [before] = useState(route);
  const put = usePutRoute(before);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { alias } = await put.mutateAsync(bodyOf(draft));
    onDone(alias);
  };
  const shown = shownOf(draft);
  const legs = legsOf(shown, targets);
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={form} busy={put.isPending}>
        {route === undefined ? "Create route" : "Save"}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={route === undefined ? "Create a route" : `Edit the route ${route.alias}`}
      note="Clients ask for the alias as if it were a model; it goes to one of the targets by weight, and on to the fallbacks when that fails."
      actions={actions}
    >
      <FieldProblems error={put.error}>
        <form id={form} onSubmit={(event) => void submit(event).catch(() => undefined)} className="flex flex-col gap-4">
          {route === undefined && (
            <TextField
              label="Alias"
              name="alias"
              placeholder="fast"
              value={draft.alias}
              onChange={(alias) => setDraft({ ...draft, alias })}
              required
            />
          )}
          <LineList
            word="Target"
            weighted
            least={1}
            lines={draft.targets}
            onChange={(lines) => setDraft({ ...draft, targets: lines })}
          />
          <LineList
            word="Fallback"
            weighted={false}
            least={0}
            lines={draft.fallbacks}
            onChange={(lines) => setDraft({ ...draft, fallbacks: lines })}
          />
        </form>
      </FieldProblems>
      {legs.length > 0 && <RoutePicture alias={shown.alias} legs={legs} />}
      <ErrorLine error={put.error} />
    </Dialog>
  );
}
