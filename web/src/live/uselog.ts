import { useEffect, useState } from "react";
import { address } from "../api/client";
import { LogBuffer, type LogView } from "./logbuffer";
import { follow, type Link } from "./source";

export type Stream = "stdout" | "stderr";

export interface Log extends LogView {
  link: Link;
  ended: boolean;
}

const empty: Log = { blocks: [], tail: "", dropped: 0, link: "connecting", ended: false };

/** Follows a stream of a task's output, drawing at most once a frame. */
export function useLog(id: number, stream: Stream, open: boolean): Log {
  const [log, setLog] = useState(empty);

  useEffect(() => {
    setLog(empty);
    if (!open) return;
    const buffer = new LogBuffer();
    let link: Link = "connecting";
    let ended = false;
    let frame = 0;
    const draw = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setLog({ ...buffer.view(), link, ended });
      });
    };
    const stop = follow(address(`/task/${id}/log?stream=${stream}&follow=1`), {
      link: (l) => {
        link = l;
        draw();
      },
      restart: () => buffer.clear(),
      on: {
        log: (e) => {
          buffer.append(Number.parseInt(e.lastEventId, 10), JSON.parse(e.data).text ?? "");
          draw();
        },
        end: () => {
          ended = true;
          stop();
          draw();
        },
      },
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [id, stream, open]);

  return log;
}
