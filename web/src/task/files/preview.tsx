import { Anchor, CloseButton, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { fileAddress } from "../../api/client";
import { problemOf } from "../../api/problem";
import type { File, Task } from "../../api/types";
import { bytes } from "../../format";
import { text } from "../../text";
import { Failure } from "../../ui/notice";
import { Scroll } from "../../ui/scroll";
import { clean } from "../log/ansi";
import { rowsOf } from "./csv";
import css from "./preview.module.css";

export interface ShownFile extends File {
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

/** Shows what is in a file, as far as that is safe: what a task wrote never runs here. */
export function Preview({ task, file, close }: { task: Task; file: ShownFile; close: () => void }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const kind = kinds[/[^.]*$/.exec(file.name.toLowerCase())?.[0] ?? ""];
  const address = `${fileAddress(task.id, file.path)}?show=true`;
  return (
    <section ref={box} className={css.preview} aria-label={text.look.preview(file.name)}>
      <header>
        <strong className="cut">{file.name}</strong>
        <span className="numbers">{bytes(file.size)}</span>
        {(kind === "picture" || kind === "pdf") && (
          <Anchor size="sm" href={address} target="_blank" rel="noreferrer">
            {text.look.tab}
          </Anchor>
        )}
        <CloseButton aria-label={text.look.close} onClick={close} />
      </header>
      {kind === "picture" && <img src={address} alt={file.name} />}
      {kind === "pdf" && <Pdf address={address} name={file.name} />}
      {kind !== "picture" && kind !== "pdf" && <Words task={task} file={file} table={kind === "table"} />}
    </section>
  );
}

function Pdf({ address, name }: { address: string; name: string }) {
  return (
    <>
      <iframe src={address} title={name} />
      <p className={css.note}>{text.look.pdf}</p>
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
  const words = binary ? "" : new TextDecoder().decode(data);
  return { words: words.includes("\u001b") ? words.split("\n").map(clean).join("\n") : words, binary };
}
