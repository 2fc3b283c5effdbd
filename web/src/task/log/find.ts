import { useState } from "react";
import { client, want } from "../../api/client";
import type { Stream } from "./model";

export interface Found {
  text: string;
  matches: number[]; // numbers of lines
  all: number; // may be more
  at: number; // which of the matches is looked at
}

/** Searches a whole log, on the server, and steps from match to match. */
export function useFind(task: number, stream: Stream, jump: (line: number) => void) {
  const [found, setFound] = useState<Found>();
  const [busy, setBusy] = useState(false);

  const search = async (text: string) => {
    if (!text) return setFound(undefined);
    setBusy(true);
    try {
      const path = { id: String(task) };
      const { matches, found: all } = await want(
        client.GET("/task/{id}/lines", { params: { path, query: { stream, q: text } } }),
      );
      setFound({ text, matches: matches ?? [], all, at: 0 });
      const first = matches?.[0];
      if (first !== undefined) jump(first);
    } finally {
      setBusy(false);
    }
  };
  const step = (by: number) => {
    if (!found || found.matches.length === 0) return;
    const at = (found.at + by + found.matches.length) % found.matches.length;
    setFound({ ...found, at });
    jump(found.matches[at] ?? 0);
  };
  return { found, busy, search, step, clear: () => setFound(undefined) };
}
