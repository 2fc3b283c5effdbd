import { Button, CloseButton } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { text } from "../text";
import css from "./toast.module.css";

interface Toast {
  words: string;
  bad?: boolean;
  action?: string;
  act?: () => void;
}

const patience = 10_000; // ms that a notice stays

let current: Toast | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function put(toast: Toast | undefined): void {
  current = toast;
  for (const tell of listeners) tell();
}

/** Says what came of something, for a while, and offers to take it back. */
export function show(toast: Toast): void {
  clearTimeout(timer);
  timer = setTimeout(() => put(undefined), patience);
  put(toast);
}

/** Where it is said. */
export function Toasts() {
  const toast = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => current,
  );
  return (
    <div role={toast?.bad ? "alert" : "status"} className={css.place}>
      {toast && (
        <div className={css.toast} data-bad={toast.bad}>
          <span>{toast.words}</span>
          {toast.action && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                put(undefined);
                toast.act?.();
              }}
            >
              {toast.action}
            </Button>
          )}
          <CloseButton size="sm" aria-label={text.bulk.dismiss} onClick={() => put(undefined)} />
        </div>
      )}
    </div>
  );
}
