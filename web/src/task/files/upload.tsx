import { Button, FileButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { putFile } from "../../api/client";
import { words } from "../../api/problem";
import { keys } from "../../api/queries";
import type { Task } from "../../api/types";
import { text } from "../../text";
import { Icon } from "../../ui/icon";
import { show } from "../../ui/toast";

/** Puts files into the folder that is open; a task that runs finds them there. */
export function Upload({ task, path }: { task: Task; path: string }) {
  const queries = useQueryClient();
  const upload = useMutation({
    mutationFn: async (files: File[]) => {
      for (const file of files) await putFile(task.id, path ? `${path}/${file.name}` : file.name, file);
    },
    onSuccess: (_, files) => show({ words: text.look.uploaded(files.map(({ name }) => name)) }),
    onError: (err) => show({ words: words(err), bad: true }),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.files(task.id) }),
  });
  return (
    <FileButton multiple onChange={(files) => files.length > 0 && upload.mutate(files)}>
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
