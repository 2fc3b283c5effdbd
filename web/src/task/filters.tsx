import { CloseButton, Pill, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { type Filter, filterOf, states } from "./filter";
import css from "./list.module.css";

const choices = [
  { value: "", label: text.list.all },
  ...states.map((value) => ({ value, label: text.list.states[value] })),
];

/** What the list is narrowed to. The address bar holds it, so it can be shared and gone back to. */
export function Filters({ filter, admin }: { filter: Filter; admin: boolean }) {
  const navigate = useNavigate();
  const change = (part: Filter) =>
    void navigate({ to: "/", search: filterOf({ ...filter, ...part }), replace: true, resetScroll: false });

  return (
    <search className={css.filters}>
      <Search value={filter.q ?? ""} onChange={(q) => change({ q })} />
      <SegmentedControl
        size="sm"
        aria-label={text.list.state}
        data={choices}
        value={filter.state ?? ""}
        onChange={(state) => change({ state })}
      />
      {admin && (
        <Switch
          label={text.list.everybody}
          checked={filter.user === "*"}
          onChange={(e) => change({ user: e.currentTarget.checked ? "*" : "" })}
        />
      )}
      {filter.project && <Only what={filter.project} remove={() => change({ project: "" })} />}
      {filter.tag && <Only what={filter.tag} remove={() => change({ tag: "" })} />}
    </search>
  );
}

function Search({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const [draft, setDraft] = useState(value);
  const tell = useDebouncedCallback(onChange, 250);
  useEffect(() => setDraft(value), [value]); // the address may change by itself: back, a link
  const set = (q: string) => {
    setDraft(q);
    tell(q);
  };
  return (
    <TextInput
      className={css.search}
      type="search"
      aria-label={text.list.search}
      placeholder={text.list.search}
      leftSection={<Icon name="search" />}
      value={draft}
      onChange={(e) => set(e.currentTarget.value)}
    />
  );
}

function Only({ what, remove }: { what: string; remove: () => void }) {
  return (
    <Pill size="md" style={{ display: "inline-flex", alignItems: "center" }}>
      {text.list.only(what)}
      <CloseButton size="xs" ml={4} aria-label={text.list.without(what)} onClick={remove} />
    </Pill>
  );
}
