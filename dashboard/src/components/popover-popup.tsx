import { Popover as Primitive } from "@base-ui/react/popover";
import type { ReactNode, RefObject } from "react";

type Props = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly label: string;
  readonly align: "start" | "end";
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly children: ReactNode;
};

/** What a `Popover` shows, loaded when one is about to be opened. */
export function PopoverPopup({ open, onOpenChange, label, align, anchor, children }: Props) {
  return (
    <Primitive.Root
      open={open}
      onOpenChange={(next, { event }) => {
        // The button itself opens and closes it.
        if (!(event.target instanceof Node && anchor.current?.contains(event.target) === true)) onOpenChange(next);
      }}
    >
      <Primitive.Portal>
        <Primitive.Positioner anchor={anchor} sideOffset={4} align={align} className="z-50">
          <Primitive.Popup
            aria-label={label}
            finalFocus={anchor}
            className="popup scroll-thin max-h-[var(--available-height)] max-w-[calc(100vw-16px)] overflow-y-auto p-1"
          >
            {children}
          </Primitive.Popup>
        </Primitive.Positioner>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
