import { Link } from "@tanstack/react-router";
import type { Task } from "../api/types";
import { text } from "../text";
import { progressOf, valuesIn } from "./array";
import css from "./page.module.css";

/** Why a task is where it is. From an array the words lead to the elements that they are about. */
export function Reason({ task, words }: { task: Task; words: string }) {
  const failed = progressOf(task)?.failed ?? 0;
  return (
    <span>
      {valuesIn(task, words).map(({ text, id }, i) =>
        id ? (
          <Link key={id} to="/task/$id" params={{ id: String(id) }} className={css.value}>
            {text}
          </Link>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: words have no other names
          <span key={i}>{text}</span>
        ),
      )}
      {failed > 0 && (
        <>
          {" "}
          <Link
            to="/task/$id"
            params={{ id: String(task.id) }}
            search={{ state: "unsuccessful" }}
            className={css.value}
          >
            {text.array.showFailed}
          </Link>
        </>
      )}
    </span>
  );
}
