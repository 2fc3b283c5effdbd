import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { client, want } from "../api/client";
import { words } from "../api/problem";
import { sessionQuery } from "../api/queries";
import type { Task } from "../api/types";
import { patch } from "../live/feed";
import { text } from "../text";
import { Icon } from "../ui/icon";
import { Trouble } from "../ui/trouble";
import { isFinal } from "./state";

/** What can be done with a task now. */
export function Actions({ task }: { task: Task }) {
  return (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={<Icon name="again" />}
        renderRoot={(props) => <Link to="/task/new" search={{ from: task.id }} {...props} />}
      >
        {text.task.again}
      </Button>
      {!isFinal(task) && <Kill task={task} />}
    </Group>
  );
}

function Kill({ task }: { task: Task }) {
  const [open, dialog] = useDisclosure(false);
  const kill = useKill(task, dialog.close);
  const asked = task.status.secondary === "kill requested";
  const show = () => {
    kill.reset();
    dialog.open();
  };
  return (
    <>
      <Button
        variant="default"
        c={asked ? undefined : "var(--gd-bad)"}
        leftSection={<Icon name="stop" />}
        disabled={asked}
        onClick={show}
      >
        {text.kill.button}
      </Button>
      <Modal
        opened={open}
        onClose={dialog.close}
        title={text.kill.title(task.id)}
        centered
        closeButtonProps={{ "aria-label": text.kill.cancel }}
      >
        <Stack>
          <Text>{text.kill.body}</Text>
          {kill.isError && <Trouble>{words(kill.error)}</Trouble>}
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              {text.kill.cancel}
            </Button>
            <Button color="red.9" loading={kill.isPending} onClick={() => kill.mutate()}>
              {text.kill.confirm}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function useKill(task: Task, done: () => void) {
  const queries = useQueryClient();
  const me = useQuery(sessionQuery).data?.id ?? "";
  return useMutation({
    mutationFn: () => want(client.DELETE("/task/{id}", { params: { path: { id: String(task.id) } } })),
    onSuccess: (answer) => {
      patch(queries, me, { ...task, status: answer.status });
      done();
    },
  });
}
