import { Group, Modal, MultiSelect, Stack, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, want } from "../api/client";
import { Problem, words } from "../api/problem";
import type { components } from "../api/schema";
import { cluster as t } from "../text/cluster";
import { Ask } from "../ui/ask";
import { Buttons } from "../ui/buttons";
import { Trouble } from "../ui/trouble";
import type { Node } from "./queries";

type Change = components["schemas"]["ReservationChange"];

function useReserve(done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Change) => want(client.POST("/reservation", { body })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["nodes"] });
      void queries.invalidateQueries({ queryKey: ["reservations"] });
      done();
    },
  });
}

/** Asks before a node takes no new tasks any more. */
export function Drain({ node, close }: { node: Node; close: () => void }) {
  const [reason, setReason] = useState("");
  const drain = useReserve(close);
  return (
    <Ask
      open
      close={close}
      title={t.form.drainTitle(node.name)}
      cancel={t.form.cancel}
      confirm={t.form.drainConfirm}
      busy={drain.isPending}
      error={drain.error}
      onConfirm={() => drain.mutate({ executor: node.executor, nodes: [node.name], for: [], reason })}
    >
      {t.form.drainBody}
      <TextInput
        mt="md"
        data-autofocus
        label={t.form.reason}
        description={t.form.reasonHelp}
        value={reason}
        maxLength={500}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
    </Ask>
  );
}

/** Keeps nodes for some people and projects, now or later. */
export function Reserve({ nodes, chosen, close }: { nodes: Node[]; chosen?: string[]; close: () => void }) {
  const [names, setNames] = useState(chosen ?? []);
  const [whom, setWhom] = useState<string[]>([]);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const reserve = useReserve(close);
  const wrong = (field: string) =>
    reserve.error instanceof Problem
      ? reserve.error.fields.find((f) => f.field === field)?.message
      : undefined;
  const submit = (e: FormEvent) => {
    e.preventDefault();
    reserve.mutate({ nodes: names, for: whom, reason, from: instant(from), to: instant(to) });
  };
  const known = reserve.error instanceof Problem && reserve.error.fields.length > 0;
  return (
    <Modal
      opened
      onClose={close}
      title={t.form.title}
      centered
      closeButtonProps={{ "aria-label": t.form.cancel }}
    >
      <form onSubmit={submit}>
        <Stack>
          <MultiSelect
            data-autofocus={chosen === undefined || undefined}
            label={t.form.nodes}
            data={nodes.filter((n) => n.name).map((n) => n.name)}
            value={names}
            onChange={setNames}
            error={wrong("nodes")}
            searchable
            hidePickedOptions
          />
          <TagsInput
            data-autofocus={chosen !== undefined || undefined}
            label={t.form.whom}
            description={t.form.whomHelp}
            value={whom}
            onChange={setWhom}
            error={wrong("for")}
          />
          <Group grow align="flex-start">
            <TextInput
              type="datetime-local"
              label={t.form.from}
              description={t.form.fromHelp}
              value={from}
              error={wrong("from")}
              onChange={(e) => setFrom(e.currentTarget.value)}
            />
            <TextInput
              type="datetime-local"
              label={t.form.to}
              description={t.form.toHelp}
              value={to}
              error={wrong("to")}
              onChange={(e) => setTo(e.currentTarget.value)}
            />
          </Group>
          <TextInput
            label={t.form.reason}
            description={t.form.reasonHelp}
            value={reason}
            maxLength={500}
            error={wrong("reason")}
            onChange={(e) => setReason(e.currentTarget.value)}
          />
          {reserve.isError && !known && <Trouble>{words(reserve.error)}</Trouble>}
          <Buttons
            close={close}
            submit={t.form.confirm}
            busy={reserve.isPending}
            disabled={names.length === 0}
          />
        </Stack>
      </form>
    </Modal>
  );
}

/** What a field for a time holds, which is in the reader's zone. */
function instant(local: string): string | undefined {
  return local ? new Date(local).toISOString() : undefined;
}
