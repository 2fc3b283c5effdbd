import { useDisclosure } from "@mantine/hooks";
import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Ask } from "./ask";

interface Props<T> {
  button: (ask: () => void) => ReactNode;
  act: UseMutationResult<T, Error, void>;
  title: string;
  cancel: string;
  confirm: string;
  danger?: boolean;
  children: ReactNode; // what it means
}

/** A button that asks before it does something. */
export function Sure<T>({ button, act, children, ...question }: Props<T>) {
  const [open, dialog] = useDisclosure(false);
  const ask = () => {
    act.reset();
    dialog.open();
  };
  return (
    <>
      {button(ask)}
      <Ask
        {...question}
        open={open}
        close={dialog.close}
        busy={act.isPending}
        error={act.error}
        onConfirm={() => act.mutate(undefined, { onSuccess: dialog.close })}
      >
        {children}
      </Ask>
    </>
  );
}
