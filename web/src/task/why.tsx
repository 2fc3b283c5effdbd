import { Button, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { words } from "../api/problem";
import { whyQuery } from "../api/queries";
import type { Why as Answer, Task, WhatIf } from "../api/types";
import { clock } from "../format";
import { text } from "../text";
import { Trouble } from "../ui/trouble";
import css from "./why.module.css";

/** Why a task waits: one reason, who holds what it wants, when it is likely to start, and what if it asked for less. */
export function Why({ task }: { task: Task }) {
  const why = useQuery(whyQuery(task));
  if (task.status.primary !== "pending" || !why.data || why.data.state !== "pending") return null;
  return (
    <section className={`panel ${css.why}`} aria-label={text.why.title}>
      <h2 className={css.title}>{text.why.title}</h2>
      <Said answer={why.data} />
      {!why.data.starts && <Suppose task={task} />}
    </section>
  );
}

function Said({ answer }: { answer: Answer }) {
  return (
    <div role="status">
      <p className={css.reason}>{answer.starts ? text.why.now : answer.reason}</p>
      {(answer.facts ?? []).length > 0 && (
        <ul className={css.facts}>
          {(answer.facts ?? []).map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      )}
      {!answer.starts && (
        <p className={css.ahead}>
          {[answer.ahead > 0 && text.why.ahead(answer.ahead, answer.waiting), expected(answer)]
            .filter(Boolean)
            .join(" ")}
        </p>
      )}
    </div>
  );
}

function expected(answer: Answer): string | false {
  if (answer.date_earliest == null) return false;
  const latest = answer.date_latest == null ? null : clock(answer.date_latest);
  const score =
    answer.estimates > 0 ? text.why.held(answer.estimates_held, answer.estimates) : text.why.unproven;
  return `${text.why.expected(clock(answer.date_earliest), latest)} ${score}`;
}

/** Asks the same of a task that asks for something else. Nothing is changed by it. */
function Suppose({ task }: { task: Task }) {
  const [cpu, setCPU] = useState<number | string>(task.requirements.cpu);
  const [ram, setRAM] = useState<number | string>(task.requirements.ram);
  const [limit, setLimit] = useState("");
  const ask = useMutation({
    mutationFn: (body: WhatIf) =>
      want(client.POST("/task/{id}/why", { params: { path: { id: String(task.id) } }, body })),
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    ask.mutate({ cpu: Number(cpu), ram: Number(ram), ...(limit ? { maxlifespan: limit } : {}) });
  };
  return (
    <form className={css.suppose} onSubmit={submit} aria-label={text.why.suppose}>
      <span className={css.label}>{text.why.suppose}</span>
      <Amount unit={text.why.cpu} value={cpu} onChange={setCPU} />
      <Amount unit={text.why.ram} value={ram} onChange={setRAM} />
      <TextInput
        size="xs"
        w={190}
        placeholder={text.why.limitHint}
        aria-label={text.why.limit}
        value={limit}
        onChange={(e) => setLimit(e.currentTarget.value)}
      />
      <Button size="xs" type="submit" variant="default" loading={ask.isPending}>
        {text.why.ask}
      </Button>
      {ask.data && (
        <p className={css.answer} role="status">
          {ask.data.starts ? text.why.wouldStart : ask.data.reason}
        </p>
      )}
      {ask.isError && <Trouble>{words(ask.error)}</Trouble>}
    </form>
  );
}

function Amount(props: { unit: string; value: number | string; onChange: (value: number | string) => void }) {
  const { unit, ...field } = props;
  return (
    <NumberInput
      size="xs"
      w={90}
      min={0.01}
      decimalScale={2}
      aria-label={unit}
      rightSection={<span className={css.unit}>{unit}</span>}
      rightSectionWidth={44}
      {...field}
    />
  );
}
