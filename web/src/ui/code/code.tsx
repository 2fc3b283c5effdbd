import { Skeleton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { fetched } from "../late";
import css from "./code.module.css";
import type { Editor } from "./editor";

const fetchEditor = fetched(() => import("./editor"));

interface Props {
  label: string;
  value: string;
  onChange?: (text: string) => void; // without it the text is only shown
  describedBy?: string;
  invalid?: boolean;
  hint?: string;
}

/** A script with line numbers and colours, to be read or written. */
export function Code({ label, value, onChange, describedBy, invalid = false, hint }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(undefined);
  const [ready, setReady] = useState(false);
  const newest = useRef({ value, onChange });
  newest.current = { value, onChange };
  const readOnly = onChange === undefined;

  useEffect(() => {
    let gone = false;
    void fetchEditor().then(({ edit }) => {
      if (gone || !place.current) return;
      editor.current = edit(place.current, newest.current.value, {
        label,
        describedBy,
        hint,
        readOnly,
        onChange: (text) => newest.current.onChange?.(text),
      });
      setReady(true);
    });
    return () => {
      gone = true;
      editor.current?.end();
      editor.current = undefined;
    };
  }, [label, describedBy, hint, readOnly]);

  useEffect(() => {
    if (ready) editor.current?.show(value);
  }, [value, ready]);
  useEffect(() => {
    if (ready) editor.current?.invalid(invalid);
  }, [invalid, ready]);

  return (
    <div className={css.code} data-invalid={invalid || undefined} data-reading={readOnly || undefined}>
      {!ready && <Skeleton height={180} radius="sm" />}
      <div ref={place} className={css.place} />
    </div>
  );
}
