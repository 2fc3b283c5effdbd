import { Button, Group } from "@mantine/core";
import { text } from "../text";

interface Props {
  close: () => void;
  submit: string;
  busy: boolean;
  disabled?: boolean;
}

/** The end of a form that lies over the page. */
export function Buttons({ close, submit, busy, disabled }: Props) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={close}>
        {text.form.cancel}
      </Button>
      <Button type="submit" loading={busy} disabled={disabled}>
        {submit}
      </Button>
    </Group>
  );
}
