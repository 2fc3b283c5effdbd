import { Button, FileButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { putFile } from "../../api/client";
import { words } from "../../api/problem";
import { keys } from "../../api/queries";
import type { Task } from "../../api/types";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { show } from "../../ui/toast";

/** Puts a file into the folder that is open; a task that runs finds it there. */
export function Upload({ task, path }: { task: Task; path: string }) {
  const queries = useQueryClient();
  const upload = useMutation({
    mutationFn: (file: File) => putFile(task.id, path ? `${path}/${file.name}` : file.name, file),
    onSuccess: (_, file) => {
      show({ words: text.look.uploaded(file.name) });
      void queries.invalidateQueries({ queryKey: keys.files(task.id) });
    },
    onError: (err) => show({ words: words(err), bad: true }),
  });
  return (
    <FileButton onChange={(file) => file && upload.mutate(file)}>
      {(props) => (
        <Button
          {...props}
          size="compact-sm"
          variant="subtle"
          color="gray"
          c="var(--mantine-color-dimmed)"
          loading={upload.isPending}
          leftSection={<Icon name="upload" />}
        >
          {text.look.upload}
        </Button>
      )}
    </FileButton>
  );
}
