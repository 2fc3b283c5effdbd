import { Button, SegmentedControl, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fileAddress } from "../api/client";
import { saidQuery } from "../api/queries";
import type { Task } from "../api/types";
import { type Stream, useLog } from "../live/uselog";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Notice } from "../ui/notice";
import { Lines } from "./lines";
import css from "./log.module.css";
import { isFinal } from "./state";

const files: Record<Stream, string> = { stdout: "god.log", stderr: "god.err" };

/** What a task writes, as it writes it. */
export function Log({ task }: { task: Task }) {
  if (task.status.primary === "archived") {
    return <Notice title={text.log.archived}>{text.log.archivedHelp}</Notice>;
  }
  return <Streams task={task} />;
}

function Streams({ task }: { task: Task }) {
  const [chosen, setChosen] = useState<Stream>();
  const [following, setFollowing] = useState(true);
  const [startsOver] = useState(isFinal(task)); // a task that ends while it is watched stays on its stream
  const early = task.status.primary === "pending" || task.status.primary === "created";
  const errors = useQuery({ ...saidQuery(task, "stderr"), enabled: !early });
  const doubtful = startsOver && task.status.exitcode !== 0;
  const stream = chosen ?? (doubtful && errors.data ? "stderr" : "stdout");
  const log = useLog(task.id, stream, !early && !(doubtful && errors.isPending));
  return (
    <div>
      <div className={css.tools}>
        <SegmentedControl
          size="xs"
          aria-label={text.log.which}
          data={[
            { value: "stdout", label: text.log.stdout },
            { value: "stderr", label: <Marked label={text.log.stderr} mark={errors.data ?? false} /> },
          ]}
          value={stream}
          onChange={(value) => setChosen(value as Stream)}
        />
        {!isFinal(task) && (
          <Switch
            size="sm"
            label={text.log.follow}
            checked={following}
            onChange={(e) => setFollowing(e.currentTarget.checked)}
          />
        )}
        <span className={css.grow} role="status">
          {log.link === "lost" && !log.ended && !early && text.log.lost}
        </span>
        {!early && (
          <Button
            component="a"
            size="compact-sm"
            variant="subtle"
            color="gray"
            c="var(--mantine-color-dimmed)"
            href={fileAddress(task.id, files[stream])}
            download={files[stream]}
            leftSection={<Icon name="download" />}
          >
            {text.log.full}
          </Button>
        )}
      </div>
      <Lines
        key={stream}
        log={log}
        early={early}
        label={text.log.label(stream)}
        following={following}
        setFollowing={setFollowing}
      />
    </div>
  );
}

function Marked({ label, mark }: { label: string; mark: boolean }) {
  return (
    <span className={css.marked}>
      {label}
      {mark && <span className={css.dot} role="img" aria-label={text.log.text} title={text.log.text} />}
    </span>
  );
}
