import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { listen, told } from "../api/person";
import { keys } from "../api/queries";
import { text } from "../text";
import { Notice } from "../ui/notice";

/** Finds out who has logged in, in another tab, while nobody is in this one. */
export function useLoginElsewhere(nobody: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (nobody) return listen(() => told() && void queries.refetchQueries({ queryKey: keys.session }));
  }, [nobody, queries]);
}

/** Shows a person's page for as long as nobody else logs in, in another tab of this browser. */
export function Unless({ user, children }: { user: string; children: ReactNode }) {
  const queries = useQueryClient();
  const now = useSyncExternalStore(listen, told) ?? user;
  useEffect(() => {
    if (now === "") queries.setQueryData(keys.session, null);
  }, [now, queries]);
  if (now === user || now === "") return children;
  const again = (
    <Button onClick={() => location.reload()} autoFocus>
      {text.elsewhere.go(now)}
    </Button>
  );
  return (
    <main>
      <Notice title={text.elsewhere.title(now)} action={again}>
        {text.elsewhere.help(user)}
      </Notice>
    </main>
  );
}
