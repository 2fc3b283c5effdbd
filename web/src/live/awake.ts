const patience = 60_000; // ms

/**
 * Keeps something going while the page can be seen. A browser allows a server six connections for all
 * its tabs together, so a tab that nobody has looked at for a while gives its own back.
 */
export function whileSeen(start: () => () => void): () => void {
  let stop: (() => void) | undefined = start();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = () => {
    clearTimeout(timer);
    if (!document.hidden) stop ??= start();
    else {
      timer = setTimeout(() => {
        stop?.();
        stop = undefined;
      }, patience);
    }
  };
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    clearTimeout(timer);
    stop?.();
  };
}
