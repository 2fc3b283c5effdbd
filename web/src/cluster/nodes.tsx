import { ActionIcon, Button, Menu, SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { useState } from "react";
import { figure } from "../chart/numbers";
import { moment } from "../format";
import { cluster as t } from "../text/cluster";
import { Icon } from "../ui/icon";
import { Mark } from "../ui/mark";
import { Notice } from "../ui/notice";
import css from "./cluster.module.css";
import { fitting, kindOf, type NodeKind, part } from "./node";
import { Track } from "./page";
import type { Node, Reservation } from "./queries";
import { Drain, Reserve } from "./reserve";
import { Release } from "./timeline";

const step = 48;

export function Nodes({ nodes, admin }: { nodes?: Node[]; admin: boolean }) {
  const [words, setWords] = useState("");
  const [kind, setKind] = useState<NodeKind | "all">("all");
  const [most, setMost] = useState(step);
  const [reserving, reserve] = useState(false);
  if (!nodes) return <Skeleton height={180} radius="md" />;
  const there = new Set(nodes.map(kindOf));
  const kinds = (["free", "busy", "full", "kept", "drained", "down"] as const).filter((k) => there.has(k));
  const fit = fitting(nodes, words, kind);
  return (
    <section aria-label={t.nodes}>
      <div className={css.head}>
        <h2 className={css.heading}>{t.nodes}</h2>
        {nodes.length > 1 && (
          <TextInput
            size="sm"
            type="search"
            className={css.search}
            aria-label={t.search}
            placeholder={t.search}
            leftSection={<Icon name="search" />}
            value={words}
            onChange={(e) => setWords(e.currentTarget.value)}
          />
        )}
        {kinds.length > 1 && (
          <SegmentedControl
            size="sm"
            aria-label={t.nodes}
            data={[
              { value: "all", label: t.states.all },
              ...kinds.map((k) => ({
                value: k,
                label: `${t.states[k]} ${nodes.filter((n) => kindOf(n) === k).length}`,
              })),
            ]}
            value={kind === "all" || there.has(kind) ? kind : "all"}
            onChange={(k) => setKind(k as NodeKind | "all")}
          />
        )}
        {admin && nodes.length > 0 && (
          <Button size="sm" variant="default" ml="auto" onClick={() => reserve(true)}>
            {t.reserve}
          </Button>
        )}
      </div>
      {nodes.length === 0 && <Notice title={t.noNodes}>{t.noNodesHelp}</Notice>}
      {nodes.length > 0 && fit.length === 0 && <Notice title={t.noMatch}>{t.noMatchHelp}</Notice>}
      <ul className={css.nodes}>
        {fit.slice(0, most).map((node) => (
          <Card key={`${node.executor} ${node.name}`} node={node} admin={admin} />
        ))}
      </ul>
      {fit.length > most && (
        <Button variant="default" mt="md" onClick={() => setMost(most + step * 4)}>
          {t.more(fit.length - most)}
        </Button>
      )}
      {reserving && <Reserve nodes={nodes} close={() => reserve(false)} />}
    </section>
  );
}

const tones = {
  down: "bad",
  drained: "warn",
  kept: "warn",
  full: "busy",
  busy: "busy",
  free: "good",
} as const;

function Card({ node, admin }: { node: Node; admin: boolean }) {
  const kind = kindOf(node);
  const labels = Object.entries(node.labels ?? {}).filter(([name]) => name !== "reservation");
  return (
    <li className={`panel ${css.node}`} data-kind={kind}>
      <div className={css.nodeHead}>
        <div className={css.names}>
          <h3 className="cut" title={node.name}>
            {node.name || node.executor}
          </h3>
          <span>{node.executor}</span>
        </div>
        <Mark tone={tones[kind]}>{t.states[kind]}</Mark>
        {admin && node.name !== "" && <Actions node={node} />}
      </div>
      {node.down ? (
        <p className={css.why}>{node.reason}</p>
      ) : (
        <dl className={css.loads}>
          <Load label={t.all.cpu} held={node.held_cpu} all={node.cpu} unit="" />
          <Load label={t.all.ram} held={node.held_ram} all={node.ram} unit={t.gb} />
          {node.gpus > 0 && <Load label={t.all.gpu} held={node.held_gpus} all={node.gpus} unit="" />}
        </dl>
      )}
      <div className={css.notes}>
        {node.tasks > 0 && <span>{t.tasks(node.tasks)}</span>}
        {(node.reservations ?? []).map((r) => (
          <span key={`${r.id} ${(r.for ?? []).join()}`}>{said(r)}</span>
        ))}
        {labels.map(([name, value]) => (
          <span key={name} className={`mono ${css.label}`}>
            {name}=={String(value)}
          </span>
        ))}
      </div>
    </li>
  );
}

function said(r: Reservation): string {
  const whom = (r.for ?? []).join(", ");
  if (!r.active) return t.soonFor(whom || t.anybody, r.date_from ? moment(r.date_from) : "");
  return [whom ? t.keptFor(whom) : t.drainedNote, r.reason].filter(Boolean).join(": ");
}

function Load({ label, held, all, unit }: { label: string; held: number; all: number; unit: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="numbers">{t.of(figure(held), figure(all), unit)}</dd>
      <Track part={part(held, all)} />
    </div>
  );
}

function Actions({ node }: { node: Node }) {
  const [asked, ask] = useState<"drain" | "reserve" | Reservation>();
  const close = () => ask(undefined);
  const own = (node.reservations ?? []).filter((r) => r.id > 0);
  return (
    <>
      <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t.actions(node.name)}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!node.drained && <Menu.Item onClick={() => ask("drain")}>{t.drain}</Menu.Item>}
          <Menu.Item onClick={() => ask("reserve")}>{t.reserve}</Menu.Item>
          {own.map((r) => (
            <Menu.Item key={r.id} onClick={() => ask(r)}>
              {t.free} <small>{said(r)}</small>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked === "drain" && <Drain node={node} close={close} />}
      {asked === "reserve" && <Reserve nodes={[node]} chosen={[node.name]} close={close} />}
      {typeof asked === "object" && <Release reservation={asked} close={close} />}
    </>
  );
}
