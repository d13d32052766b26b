import { cloneElement, type ReactElement, Suspense, useState } from "react";
import { lazyPart } from "#lib/lazy-part";
import { IconButton } from "./button";
import type { MenuEntry } from "./menu-popup";
import { type PopupButtonProps, useLazyPopup } from "./use-lazy-popup";

const MenuPopup = lazyPart(async () => (await import("./menu-popup")).MenuPopup);

type Props = {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** A button that opens it; three dots when left out. */
  readonly trigger?: ReactElement<PopupButtonProps>;
};

/** Actions of one thing. */
export function Menu({ label, entries, trigger = <IconButton icon="more" label={label} /> }: Props) {
  const [open, setOpen] = useState(false);
  const { anchor, used, props } = useLazyPopup(open, setOpen, "menu");
  return (
    <>
      {cloneElement(trigger, props)}
      {used && (
        <Suspense fallback={null}>
          <MenuPopup label={label} entries={entries} open={open} onOpenChange={setOpen} anchor={anchor} />
        </Suspense>
      )}
    </>
  );
}
