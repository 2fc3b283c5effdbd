import { Button, CloseButton, Pill, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { moment } from "../format";
import { dashboard as t } from "../text/dashboard";
import css from "./dashboard.module.css";
import { type Filter, filterOf, type Span, spanOf, spans } from "./filter";

/** Changes what is shown: the address bar holds it, so that it can be shared and gone back from. */
export function useFilter(filter: Filter) {
  const navigate = useNavigate();
  return (part: Filter, replace = true) =>
    void navigate({
      to: "/dashboard",
      search: filterOf({ ...filter, ...part }),
      replace,
      resetScroll: false,
    });
}

export function Filters({ filter, site }: { filter: Filter; site: boolean }) {
  const change = useFilter(filter);
  const span = spanOf(filter);
  return (
    <search className={css.filters} aria-label={t.filters}>
      <SegmentedControl
        size="sm"
        aria-label={t.span}
        data={(Object.keys(spans) as Span[]).map((value) => ({ value, label: t.spans[value] }))}
        value={span ?? ""}
        onChange={(span) => change({ span, from: undefined, to: undefined })}
      />
      {!span && (
        <Pill size="md" className={css.pill}>
          {t.between(moment(filter.from ?? 0), moment(filter.to ?? 0))}
          <CloseButton
            size="xs"
            ml={4}
            aria-label={t.without(t.span)}
            onClick={() => change({ from: undefined, to: undefined })}
          />
        </Pill>
      )}
      <span className={css.words}>
        {site && <Word name="user" filter={filter} />}
        <Word name="project" filter={filter} />
        <Word name="image" filter={filter} />
        <Word name="tag" filter={filter} />
      </span>
      {(filter.user || filter.project || filter.image || filter.tag) && (
        <Button
          variant="subtle"
          color="gray"
          size="sm"
          onClick={() => change({ user: "", project: "", image: "", tag: "" })}
        >
          {t.any}
        </Button>
      )}
    </search>
  );
}

function Word({ name, filter }: { name: "user" | "project" | "image" | "tag"; filter: Filter }) {
  const change = useFilter(filter);
  const value = filter[name] ?? "";
  const [draft, setDraft] = useState(value);
  const tell = useDebouncedCallback((word: string) => change({ [name]: word.trim() }), 400);
  useEffect(() => setDraft(value), [value]); // the address may change by itself: back, a click in a table
  return (
    <TextInput
      size="sm"
      className={css.word}
      aria-label={t[name]}
      placeholder={t[name]}
      value={draft}
      autoCapitalize="none"
      onChange={(e) => {
        setDraft(e.currentTarget.value);
        tell(e.currentTarget.value);
      }}
    />
  );
}
