import { ActionIcon, Anchor, CloseButton, Loader, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { fileAddress, segment } from "../../api/client";
import { problemOf } from "../../api/problem";
import type { File, Task } from "../../api/types";
import { bytes } from "../../format";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { Failure } from "../../ui/notice";
import { Scroll } from "../../ui/scroll";
import { clean, upright } from "../log/ansi";
import { rowsOf } from "./csv";
import css from "./preview.module.css";

interface ShownFile extends File {
  path: string;
}

const most = 256 << 10; // bytes of a text
const mostRows = 500;

const kinds: Record<string, "picture" | "pdf" | "table"> = {
  png: "picture",
  jpg: "picture",
  jpeg: "picture",
  gif: "picture",
  webp: "picture",
  bmp: "picture",
  pdf: "pdf",
  csv: "table",
  tsv: "table",
};

interface Props {
  task: Task;
  folder: string;
  files: File[]; // of the folder, in order
  at: string; // the segment of the one that is shown
  show: (at: string) => void; // "" shows none
}

/** Shows a file over the list, and leads to those beside it. */
export function Preview({ task, folder, files, at: shown, show }: Props) {
  const small = useMediaQuery("(max-width: 900px)", false, { getInitialValueInEffect: false });
  const at = files.findIndex((file) => segment(file) === shown);
  const file = files[at];
  const name = file?.name ?? shown;
  const step = (by: number) => {
    const next = files[at + by];
    if (next) show(segment(next));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { j: 1, ArrowRight: 1, k: -1, ArrowLeft: -1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && scrolls(event.target)) return;
    event.preventDefault();
    step(by);
  };
  return (
    <Modal
      opened
      onClose={() => show("")}
      withCloseButton={false}
      title={name}
      classNames={{ header: css.title, body: css.body, content: css.content }}
      size="min(1200px, 94vw)"
      fullScreen={small}
      centered
      onKeyDown={onKeyDown}
    >
      <section className={css.preview} aria-label={text.look.preview(name)}>
        <header>
          <strong className="cut">{upright(name)}</strong>
          {file && <span className="numbers">{bytes(file.size)}</span>}
          {files.length > 1 && (
            <span className={css.step}>
              <Step icon="up" label={text.look.previous} to={files[at - 1]} show={show} />
              <span className="numbers">{text.look.at(at + 1, files.length)}</span>
              <Step icon="down" label={text.look.next} to={files[at + 1]} show={show} />
            </span>
          )}
          <CloseButton data-autofocus aria-label={text.look.close} onClick={() => show("")} />
        </header>
        {file ? (
          <Shown key={shown} task={task} file={{ ...file, path: folder ? `${folder}/${shown}` : shown }} />
        ) : (
          <p className={css.note}>{text.look.away}</p>
        )}
      </section>
    </Modal>
  );
}

interface StepProps {
  icon: "up" | "down";
  label: string;
  to?: File;
  show: (at: string) => void;
}

function Step({ icon, label, to, show }: StepProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      title={label}
      disabled={!to}
      onClick={() => to && show(segment(to))}
    >
      <Icon name={icon} />
    </ActionIcon>
  );
}

/** Reports whether arrows move something within what is shown: a wide table. */
function scrolls(target: EventTarget): boolean {
  const box = target instanceof Element ? target.closest(`.${css.words}`) : null;
  return box !== null && box.scrollWidth > box.clientWidth;
}

/** What is in a file, as far as that is safe to show: what a task wrote never runs here. */
function Shown({ task, file }: { task: Task; file: ShownFile }) {
  const kind = kinds[/[^.]*$/.exec(file.name.toLowerCase())?.[0] ?? ""];
  const address = `${fileAddress(task.id, file.path)}?show=true`;
  if (kind === "picture") return <Picture address={address} name={file.name} />;
  if (kind === "pdf") return <Pdf address={address} name={file.name} />;
  return <Words task={task} file={file} table={kind === "table"} />;
}

function Own({ address }: { address: string }) {
  return (
    <Anchor size="sm" href={address} target="_blank" rel="noreferrer">
      {text.look.tab}
    </Anchor>
  );
}

function Picture({ address, name }: { address: string; name: string }) {
  const [broken, setBroken] = useState(false);
  if (broken)
    return (
      <p className={css.note} role="alert">
        {text.look.broken}
      </p>
    );
  return (
    <>
      <img src={address} alt={name} onError={() => setBroken(true)} />
      <p className={css.note}>
        <Own address={address} />
      </p>
    </>
  );
}

function Pdf({ address, name }: { address: string; name: string }) {
  return (
    <>
      <iframe src={address} title={name} />
      <p className={css.note}>
        {text.look.pdf} <Own address={address} />
      </p>
    </>
  );
}

function Words({ task, file, table }: { task: Task; file: ShownFile; table: boolean }) {
  const read = useQuery({
    queryKey: ["preview", task.id, file.path, file.size],
    queryFn: ({ signal }) => begin(task.id, file, signal),
  });
  if (read.isPending) return <Loader size="sm" m="lg" />;
  if (read.isError) return <Failure error={read.error} retry={() => void read.refetch()} />;
  const { words, binary } = read.data;
  if (binary) return <p className={css.note}>{text.look.binary}</p>;
  if (!words) return <p className={css.note}>{text.look.empty}</p>;
  return (
    <>
      <Scroll label={file.name} className={css.words}>
        {table ? <Table words={words} tabs={file.name.endsWith(".tsv")} /> : <pre>{words}</pre>}
      </Scroll>
      {file.size > most && <p className={css.note}>{text.look.big(bytes(most))}</p>}
    </>
  );
}

function Table({ words, tabs }: { words: string; tabs: boolean }) {
  const rows = rowsOf(words, tabs ? "\t" : undefined, mostRows + 1);
  const [head = [], ...rest] = rows.slice(0, mostRows);
  return (
    <>
      <table className="numbers">
        <thead>
          <tr>
            {head.map((cell, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a table in a file has no other names
              <th key={i} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rest.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor have its rows
            <tr key={i}>
              {row.map((cell, j) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: nor its cells
                <td key={j}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostRows && <p className={css.note}>{text.look.rows(mostRows)}</p>}
    </>
  );
}

/** The beginning of a file as text. */
async function begin(id: number, file: ShownFile, signal: AbortSignal) {
  if (file.size === 0) return { words: "", binary: false };
  const res = await fetch(fileAddress(id, file.path), { signal, headers: { Range: `bytes=0-${most - 1}` } });
  if (!res.ok) throw problemOf(res.status, await res.json().catch(() => null));
  const data = new Uint8Array(await res.arrayBuffer());
  const binary = data.includes(0);
  const words = binary ? "" : upright(new TextDecoder().decode(data));
  return { words: words.includes("\u001b") ? words.split("\n").map(clean).join("\n") : words, binary };
}
