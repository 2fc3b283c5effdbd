import { Button, CloseButton, Popover, TextInput } from "@mantine/core";
import { useDisclosure, useLocalStorage } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { show } from "../../ui/toast";
import { type Filter, filterOf } from "../filter";
import css from "./list.module.css";

interface View {
  name: string;
  filter: Filter;
}

/** Filters with names, kept in the browser for each person. */
export function Views({ filter, me }: { filter: Filter; me: string }) {
  const [open, popover] = useDisclosure(false);
  const [kept, setKept] = useLocalStorage<View[]>({
    key: `gd.views.${me}`,
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const views = Array.isArray(kept) ? kept : [];
  const save = (name: string) => {
    setKept([...views.filter((view) => view.name !== name), { name, filter }]);
    popover.close();
    show({ words: text.list.views.saved(name) });
  };
  return (
    <Popover opened={open} onChange={popover.toggle} position="bottom-end" trapFocus width={280}>
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="star" />} onClick={popover.toggle}>
          {text.list.views.button}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.list.views.button}>
        {views.length === 0 && <p className={css.hint}>{text.list.views.none}</p>}
        <ul className={css.views}>
          {views.map((view) => (
            <li key={view.name}>
              <Link to="/" search={filterOf({ ...view.filter })} onClick={popover.close}>
                {view.name}
              </Link>
              <CloseButton
                size="xs"
                aria-label={text.list.views.remove(view.name)}
                onClick={() => setKept(views.filter((other) => other !== view))}
              />
            </li>
          ))}
        </ul>
        <Save save={save} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Save({ save }: { save: (name: string) => void }) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) save(name.trim());
  };
  return (
    <form onSubmit={submit} className={css.save}>
      <TextInput
        label={text.list.views.save}
        placeholder={text.list.views.name}
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={!name.trim()}>
        {text.list.views.keep}
      </Button>
    </form>
  );
}
