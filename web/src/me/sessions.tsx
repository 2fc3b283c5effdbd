import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client, want } from "../api/client";
import { words } from "../api/problem";
import { keys } from "../api/queries";
import { text } from "../text";
import { Ago } from "../ui/clock";
import { Sure } from "../ui/sure";
import { Trouble } from "../ui/trouble";
import { Box } from "./box";
import { browserOf } from "./browser";
import { Lines } from "./lines";
import css from "./me.module.css";
import { sessionsQuery } from "./queries";

/** Where one is logged in to the page. */
export function Sessions({ user }: { user: string }) {
  const sessions = useQuery(sessionsQuery(user));
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: (session: string) =>
      want(client.DELETE("/user/{id}/session/{session}", { params: { path: { id: user, session } } })),
    onSuccess: (_, ended) => {
      const own = sessions.data?.find(({ id }) => id === ended)?.current;
      if (own) queries.setQueryData(keys.session, null);
      else void queries.invalidateQueries({ queryKey: sessionsQuery(user).queryKey });
    },
  });
  const endAll = useMutation({
    mutationFn: () => want(client.DELETE("/user/{id}/session", { params: { path: { id: user } } })),
    onSuccess: () => queries.setQueryData(keys.session, null),
  });
  return (
    <Box
      title={text.me.sessions.title}
      help={text.me.sessions.help}
      action={
        <Sure
          button={(ask) => (
            <Button size="sm" variant="default" onClick={ask}>
              {text.me.sessions.endAll}
            </Button>
          )}
          act={endAll}
          title={text.me.sessions.endAllTitle}
          cancel={text.me.keep}
          confirm={text.me.sessions.endAll}
          danger
        >
          {text.me.sessions.endAllHelp}
        </Sure>
      }
    >
      {end.isError && <Trouble>{words(end.error)}</Trouble>}
      <Lines query={sessions} none={text.me.sessions.none}>
        {(session) => (
          <li key={session.id} className={css.line} aria-current={session.current || undefined}>
            <div className={css.what}>
              <span className={css.name}>
                {browserOf(session.agent)}
                {session.current && <span className={css.this}>{text.me.sessions.this}</span>}
              </span>
              <span className={css.detail} title={session.agent}>
                {session.address} · {text.me.used} {session.last != null && <Ago at={session.last} />}
              </span>
            </div>
            <Button
              size="xs"
              variant="default"
              aria-label={text.me.sessions.endOf(browserOf(session.agent), session.address)}
              onClick={() => end.mutate(session.id)}
            >
              {text.me.sessions.end}
            </Button>
          </li>
        )}
      </Lines>
    </Box>
  );
}
