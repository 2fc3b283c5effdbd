import { Button, Group, NumberInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { taskQuery } from "../../api/queries";
import type { Task } from "../../api/types";
import { bytes, duration, moment } from "../../format";
import { text } from "../../text";
import { Notice } from "../../ui/notice";
import { Scroll } from "../../ui/scroll";
import { useTitle } from "../../ui/title";
import { nameOf } from "../array";
import { stateOf } from "../state";
import css from "./compare.module.css";
import { diff } from "./diff";

/** Two tasks side by side: what differs in what they asked for, used and did. */
export default function Compare({ a, b }: { a?: number; b?: number }) {
  useTitle(text.compare.title);
  const first = useQuery({ ...taskQuery(a ?? 0), enabled: !!a });
  const second = useQuery({ ...taskQuery(b ?? 0), enabled: !!b });
  return (
    <div className={css.page}>
      <Title order={1} size="h2">
        {text.compare.title}
      </Title>
      <Choose key={`${a}-${b}`} a={a} b={b} />
      {first.data && second.data ? (
        <Both a={first.data} b={second.data} />
      ) : (
        <Notice title={text.compare.missing} />
      )}
    </div>
  );
}

function Choose({ a, b }: { a?: number; b?: number }) {
  const navigate = useNavigate();
  const [ids, setIds] = useState<(number | string)[]>([a ?? "", b ?? ""]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [x, y] = ids.map((id) => Number(id) || undefined);
    void navigate({ to: "/compare", search: { a: x, b: y } });
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs">
        {[text.compare.first, text.compare.ask].map((label, i) => (
          <NumberInput
            key={label}
            w={140}
            aria-label={label}
            placeholder="#"
            hideControls
            value={ids[i]}
            onChange={(id) => setIds((old) => old.map((was, j) => (i === j ? id : was)))}
          />
        ))}
        <Button type="submit" variant="default">
          {text.compare.go}
        </Button>
      </Group>
    </form>
  );
}

function Both({ a, b }: { a: Task; b: Task }) {
  const theirs = factsOf(b);
  const rows = factsOf(a).map(([name, value], i) => [name, value, theirs[i]?.[1] ?? ""] as const);
  const other = rows.filter(([, x, y]) => x !== y);
  return (
    <>
      <section className={`panel ${css.part}`} aria-labelledby="differs">
        <h2 id="differs">{text.compare.facts}</h2>
        <Scroll label={text.compare.facts} className={css.scroll}>
          <table className="numbers">
            <thead>
              <tr>
                <td />
                {[a, b].map((task) => (
                  <th key={task.id} scope="col">
                    <Link to="/task/$id" params={{ id: String(task.id) }}>
                      #{task.id}
                    </Link>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {other.map(([name, x, y]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{x}</td>
                  <td>{y}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        {other.length === 0 && <p>{text.compare.same}</p>}
      </section>
      <Scripts a={a.command.cmd} b={b.command.cmd} />
    </>
  );
}

function Scripts({ a, b }: { a: string; b: string }) {
  const lines = diff(a, b);
  const same = lines.every(({ kind }) => kind === "same");
  return (
    <section className={`panel ${css.part}`} aria-labelledby="scripts">
      <h2 id="scripts">{text.compare.script}</h2>
      {same && <p>{text.compare.sameScript}</p>}
      {!same && (
        <Scroll label={text.compare.script} className={css.diff}>
          {lines.map(({ kind, text: words }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other names
            <div key={i} data-kind={kind}>
              {kind !== "same" && <span className={css.hidden}>{text.compare[kind]}: </span>}
              {words}
            </div>
          ))}
        </Scroll>
      )}
    </section>
  );
}

function factsOf(task: Task): [string, string][] {
  const { status, container, requirements, user, meta } = task;
  const names = text.task.facts;
  return [
    [text.compare.name, nameOf(task)],
    [text.compare.state, stateOf(task).label],
    [names.exit, String(status.exitcode ?? "")],
    [names.duration, status.duration == null ? "" : duration(status.duration)],
    [names.cpuTime, container.stats ? duration(container.stats.cpu_seconds) : ""],
    [text.history.peak, container.stats ? bytes(container.stats.peak_ram) : ""],
    [names.submitted, task.date ? moment(task.date) : ""],
    [names.started, status.date_running ? moment(status.date_running) : ""],
    [names.node, container.meta?.Node?.Name ?? ""],
    [names.image, container.image],
    [names.digest, container.digest ?? ""],
    [names.cpu, String(requirements.cpu)],
    [names.ram, text.unit.gb(requirements.ram)],
    [names.user, user.id],
    [names.project, user.project],
    [names.elements, String(requirements.array?.values ?? "")],
    [names.after, (requirements.tasks ?? []).join(", ")],
    [names.volumes, (container.volumes ?? []).map((v) => v.name).join(", ")],
    [names.tags, (meta.tags ?? []).join(", ")],
  ];
}
