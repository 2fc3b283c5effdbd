/** How a stream of the server is doing. */
export type Link = "connecting" | "live" | "lost";

export interface Handlers {
  /** Called for every named event. */
  on: Record<string, (event: MessageEvent<string>) => void>;
  link?: (link: Link) => void;
  /** Called before a new connection that the server cannot resume, so that what came before is dropped. */
  restart?: () => void;
}

const firstPause = 1000;
const longestPause = 20_000;

/**
 * Follows a stream of server-sent events for as long as it is not closed. The browser reconnects by
 * itself and resumes; where it gives up, because the server answered with an error, this tries again
 * with growing pauses.
 */
export function follow(url: string, handlers: Handlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = firstPause;

  const open = () => {
    handlers.link?.("connecting");
    source = new EventSource(url);
    source.onopen = () => {
      pause = firstPause;
      handlers.link?.("live");
    };
    source.onerror = () => {
      handlers.link?.("lost");
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(() => {
        handlers.restart?.();
        open();
      }, pause);
      pause = Math.min(pause * 2, longestPause);
    };
    for (const [name, handle] of Object.entries(handlers.on)) source.addEventListener(name, handle);
  };

  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
