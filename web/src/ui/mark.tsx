import type { ReactNode } from "react";
import css from "./mark.module.css";

/** A word or two about the state of something, in the colour of how good that is. */
export function Mark({
  tone,
  children,
}: {
  tone: "calm" | "good" | "busy" | "warn" | "bad";
  children: ReactNode;
}) {
  return (
    <span className={css.mark} data-tone={tone}>
      {children}
    </span>
  );
}
