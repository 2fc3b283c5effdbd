import { Button, CloseButton, Pill, Popover, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useCommands } from "../../shell/commands";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { type Filter, filterOf, states } from "../filter";
import { ColumnMenu } from "./columnmenu";
import css from "./list.module.css";
import { Views } from "./views";

const choices = [
  { value: "", label: text.list.all },
  ...states.map((value) => ({ value, label: text.list.states[value] })),
];

type Change = (part: Filter) => void;

/** What the list is narrowed to. The address bar holds it, so it can be shared and gone back to. */
export function Filters({ filter, admin, me }: { filter: Filter; admin: boolean; me: string }) {
  const navigate = useNavigate();
  const change: Change = (part) =>
    void navigate({ to: "/", search: filterOf({ ...filter, ...part }), replace: true, resetScroll: false });

  return (
    <search className={css.filters}>
      <Search value={filter.q ?? ""} onChange={(q) => change({ q })} />
      <SegmentedControl
        className={css.states}
        size="sm"
        aria-label={text.list.state}
        data={choices}
        value={filter.state ?? ""}
        onChange={(state) => change({ state })}
      />
      <More filter={filter} admin={admin} change={change} />
      <span className={css.tools}>
        <Views filter={filter} me={me} />
        <ColumnMenu />
      </span>
      {admin && (
        <Switch
          label={text.list.everybody}
          checked={filter.user === "*"}
          onChange={(e) => change({ user: e.currentTarget.checked ? "*" : "" })}
        />
      )}
      <Pills filter={filter} change={change} />
    </search>
  );
}

/** What the list is narrowed to beside text and state, each to be taken away. */
function Pills({ filter, change }: { filter: Filter; change: Change }) {
  const { project, image, tag, user, since, until } = filter;
  return (
    <>
      {project && <Only words={text.list.only(project)} remove={() => change({ project: "" })} />}
      {image && <Only words={text.list.only(image)} remove={() => change({ image: "" })} />}
      {tag && <Only words={text.list.only(tag)} remove={() => change({ tag: "" })} />}
      {user && user !== "*" && <Only words={text.list.by(user)} remove={() => change({ user: "" })} />}
      {since && <Only words={text.list.from(since)} remove={() => change({ since: "" })} />}
      {until && <Only words={text.list.to(until)} remove={() => change({ until: "" })} />}
    </>
  );
}

function Only({ words, remove }: { words: string; remove: () => void }) {
  return (
    <Pill size="md" style={{ display: "inline-flex", alignItems: "center" }}>
      {words}
      <CloseButton size="xs" ml={4} aria-label={text.list.without(words)} onClick={remove} />
    </Pill>
  );
}

function Search({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useCommands([
    {
      id: "list-search",
      label: text.list.search,
      group: text.list.keys.group,
      keys: "/",
      run: () => field.current?.focus(),
    },
  ]);
  const [draft, setDraft] = useState(value);
  const tell = useDebouncedCallback(onChange, 250);
  useEffect(() => setDraft(value), [value]); // the address may change by itself: back, a link
  const set = (q: string) => {
    setDraft(q);
    tell(q);
  };
  return (
    <TextInput
      ref={field}
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

const fields = ["project", "image", "tag", "user", "since", "until"] as const;

/** The rarer filters, filled in together. */
function More({ filter, admin, change }: { filter: Filter; admin: boolean; change: Change }) {
  const [open, popover] = useDisclosure(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const part = Object.fromEntries(fields.map((name) => [name, String(form.get(name) ?? "").trim()]));
    popover.close();
    change(admin ? part : { ...part, user: filter.user });
  };
  return (
    <Popover opened={open} onChange={popover.toggle} position="bottom-start" trapFocus width={300}>
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="filter" />} onClick={popover.toggle}>
          {text.list.filter.button}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.list.filter.title}>
        <form onSubmit={submit} className={css.more}>
          {fields
            .filter((name) => name !== "user" || admin)
            .map((name) => (
              <TextInput
                key={name}
                name={name}
                label={text.list.filter[name]}
                description={name === "user" ? text.list.filter.userHelp : undefined}
                type={name === "since" || name === "until" ? "date" : "text"}
                defaultValue={filter[name] ?? ""}
              />
            ))}
          <Button type="submit" fullWidth>
            {text.list.filter.apply}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
