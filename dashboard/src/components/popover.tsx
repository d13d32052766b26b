import { Popover as Primitive } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";

type Props = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly label: string;
  readonly trigger: ReactElement;
  readonly align?: "start" | "end";
  readonly children: ReactNode;
};

/** Something small that opens at a button and stays until it is closed. */
export function Popover({ open, onOpenChange, label, trigger, align = "start", children }: Props) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Trigger render={trigger} />
      <Primitive.Portal>
        <Primitive.Positioner sideOffset={4} align={align} className="z-50">
          <Primitive.Popup
            aria-label={label}
            className="popup scroll-thin max-h-[var(--available-height)] max-w-[calc(100vw-16px)] overflow-y-auto p-1"
          >
            {children}
          </Primitive.Popup>
        </Primitive.Positioner>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
