import { type ComboboxLikeRenderOptionInput, Select, TagsInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TaskRow } from "../api/types";
import { nameOf } from "../task/array";
import { stateOf } from "../task/state";
import { text } from "../text";
import css from "./form.module.css";
import { mineQuery } from "./queries";

interface Props {
  value: string[];
  onChange: (value: string[]) => void;
  error?: string;
}

type Condition = keyof typeof text.form.conditions;

/** What the task waits for: conditions picked among one's own tasks, or typed. */
export function AfterField({ value, onChange, error }: Props) {
  const [words, setWords] = useState("");
  const [kind, setKind] = useState<Condition>("ok");
  const [asked] = useDebouncedValue(words.replace(/^(ok|any|fail|start):/, ""), 200);
  const [open, setOpen] = useState(false); // somebody has been here
  const found = useQuery({ ...mineQuery(asked.trim()), enabled: open || words !== "" });
  const tasks = found.data ?? [];
  const byValue = new Map(tasks.map((task) => [`${kind}:${task.id}`, task]));
  return (
    <div className={css.after}>
      <Select
        label={text.form.condition}
        allowDeselect={false}
        data={Object.entries(text.form.conditions).map(([value, label]) => ({ value, label }))}
        value={kind}
        onChange={(next) => setKind((next ?? "ok") as Condition)}
      />
      <TagsInput
        label={text.form.after}
        description={text.form.afterHelp}
        placeholder={value.length === 0 ? text.form.afterPlaceholder : undefined}
        inputWrapperOrder={["label", "input", "description", "error"]}
        error={error}
        splitChars={[","]}
        data={[...byValue.keys()].filter((condition) => !value.includes(condition))}
        filter={({ options }) => options} // the server has searched
        renderOption={(input) => <Option {...input} task={byValue.get(input.option.value)} />}
        maxDropdownHeight={280}
        searchValue={words}
        onSearchChange={setWords}
        onFocus={() => setOpen(true)}
        value={value}
        onChange={onChange}
      />
    </div>
  );
}

function Option({ option, task }: ComboboxLikeRenderOptionInput<{ value: string }> & { task?: TaskRow }) {
  if (!task) return <span className="mono">{option.value}</span>;
  return (
    <span className={css.option}>
      <span className="cut">
        <span className="numbers">#{task.id}</span> {nameOf(task) || text.list.noName}
      </span>
      <span className={css.aside}>{stateOf(task).label}</span>
    </span>
  );
}
