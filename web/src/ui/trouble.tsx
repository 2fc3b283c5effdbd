import type { ReactNode } from "react";
import css from "./trouble.module.css";

/** Says, and reads out, why something that was just tried did not work. */
export function Trouble({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <div className={`note ${css.trouble}`} data-tone="bad" role="alert">
      {title && <strong>{title}</strong>}
      <span>{children}</span>
    </div>
  );
}
