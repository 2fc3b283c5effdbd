import type { UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";

/**
 * Does something that must not be done twice. Whatever asks for it again while it is under way, or
 * after it succeeded, is not heard: a second click may come before the button is drawn anew.
 */
export function useOnce<T, V>(act: UseMutationResult<T, Error, V>): (what: V) => void {
  const begun = useRef(false);
  return (what) => {
    if (begun.current) return;
    begun.current = true;
    act.mutate(what, {
      onError: () => {
        begun.current = false;
      },
    });
  };
}
