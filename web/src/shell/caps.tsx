import css from "./caps.module.css";
import { caps } from "./keys";

/** The keys of a command as they are printed. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={css.caps}>
      {caps(keys).map((cap) => (
        <kbd key={cap} className={css.cap}>
          {cap}
        </kbd>
      ))}
    </span>
  );
}
