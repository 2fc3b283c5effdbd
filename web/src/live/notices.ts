import { address, client, root, want } from "../api/client";
import type { Task, TaskEvent } from "../api/types";
import { nameOf } from "../task/array";
import { stateOf } from "../task/state";
import { text } from "../text";
import { follow } from "./source";

/** Reports whether this browser can show notices at all: it does so only for pages by https, and localhost. */
export function can(): boolean {
  return "Notification" in window && window.isSecureContext;
}

export function permission(): NotificationPermission {
  return can() ? Notification.permission : "denied";
}

/**
 * Tells of own tasks that end, also while nobody looks at the page. Of several tabs one does so, and
 * another when that one is closed.
 */
export function startNotices(me: string, go: (id: number) => void): () => void {
  if (permission() !== "granted") return () => {};
  const gone = new AbortController();
  void navigator.locks
    .request("god.notices", { signal: gone.signal }, () => {
      const stop = follow(address("/event"), {
        on: { task: (e) => void tell(JSON.parse(e.data) as TaskEvent, me, go) },
      });
      return new Promise<void>((end) =>
        gone.signal.addEventListener("abort", () => {
          stop();
          end();
        }),
      );
    })
    .catch(() => {}); // it was given up while it waited
  return () => gone.abort();
}

async function tell(event: TaskEvent, me: string, go: (id: number) => void): Promise<void> {
  if (event.user !== me || event.kind !== "moved" || event.primary !== "over") return;
  const id = event.task_id;
  const task = await want(client.GET("/task/{id}", { params: { path: { id: String(id) } } })).catch(
    () => null,
  );
  if (!task || task.parent_task_id) return; // arrays tell of themselves as a whole
  if (!document.hidden && location.pathname.endsWith(`/task/${id}`)) return; // it is seen
  show(task, () => go(id));
}

function show(task: Task, open: () => void): void {
  const { label, words } = stateOf(task);
  const notice = new Notification(`${label}: ${nameOf(task) || text.task.title(task.id)}`, {
    body: words,
    tag: `task-${task.id}`, // never twice
    icon: new URL("favicon.svg", root).href,
  });
  notice.onclick = () => {
    window.focus();
    open();
    notice.close();
  };
}
