import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { words } from "../api/problem";
import { Trouble } from "./trouble";

interface Props {
  open: boolean;
  close: () => void;
  title: string;
  children: ReactNode;
  cancel: string;
  confirm: string;
  onConfirm: () => void;
  danger?: boolean;
  busy?: boolean;
  error?: Error | null;
}

/** A question before something that cannot be undone. */
export function Ask({
  open,
  close,
  title,
  children,
  cancel,
  confirm,
  onConfirm,
  danger,
  busy,
  error,
}: Props) {
  return (
    <Modal opened={open} onClose={close} title={title} centered closeButtonProps={{ "aria-label": cancel }}>
      <Stack>
        <Text component="div">{children}</Text>
        {error && <Trouble>{words(error)}</Trouble>}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {cancel}
          </Button>
          <Button color={danger ? "red.9" : undefined} loading={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
