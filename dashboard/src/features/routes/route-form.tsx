import { useState } from "react";
import type { Route, Target } from "#api/schema.gen";
import { FormDialog } from "#components/form-dialog";
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
  const [draft, setDraft] = useState(() => draftOf(route));
  // As it was when the form was opened: what is read since has another version.
  const [before] = useState(route);
  const put = usePutRoute(before);
  const submit = async () => {
    const { alias } = await put.mutateAsync(bodyOf(draft));
    onDone(alias);
  };
  const shown = shownOf(draft);
  const legs = legsOf(shown, targets);
  return (
    <FormDialog
      wide
      onClose={onClose}
      title={route === undefined ? "Create a route" : `Edit the route ${route.alias}`}
      note="Clients ask for the alias as if it were a model; it goes to one of the targets by weight, and on to the fallbacks when that fails."
      action={route === undefined ? "Create route" : "Save changes"}
      busy={put.isPending}
      error={put.error}
      onSubmit={submit}
    >
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
      {legs.length > 0 && <RoutePicture alias={shown.alias} legs={legs} />}
    </FormDialog>
  );
}
