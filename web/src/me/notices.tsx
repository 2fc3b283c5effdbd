import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { words } from "../api/problem";
import type { User } from "../api/types";
import { can, permission } from "../live/notices";
import { text } from "../text";
import { Trouble } from "../ui/trouble";
import { Box } from "./box";
import css from "./me.module.css";
import { preferencesQuery, usePrefer } from "./queries";

/** How one hears of tasks that end. */
export function Notices({ user }: { user: User }) {
  const likes = useQuery(preferencesQuery(user.id));
  const prefer = usePrefer(user.id);
  const [allowed, setAllowed] = useState(permission());
  const t = text.me.notices;
  const notices = likes.data?.notices ?? false;

  /** Browsers let a page ask only while somebody clicks. */
  const allow = async () => {
    const now = await Notification.requestPermission();
    setAllowed(now);
    return now === "granted";
  };
  const turn = async (on: boolean) => {
    if (on && allowed !== "granted" && !(await allow())) return;
    prefer.mutate({ notices: on });
  };
  const help = !can() ? t.cannot : allowed === "denied" ? t.denied : t.browserHelp;
  return (
    <Box title={t.title} help={t.help}>
      {likes.isError && <Trouble>{words(likes.error)}</Trouble>}
      {prefer.isError && <Trouble>{words(prefer.error)}</Trouble>}
      <div className={css.switches}>
        <Switch
          label={t.email}
          description={user.email ? t.emailHelp(user.email) : text.form.noEmail}
          disabled={!user.email || likes.isPending}
          checked={likes.data?.email ?? false}
          onChange={(e) => prefer.mutate({ email: e.currentTarget.checked })}
        />
        <Switch
          label={t.browser}
          description={help}
          disabled={!can() || allowed === "denied" || likes.isPending}
          checked={notices && can()}
          onChange={(e) => void turn(e.currentTarget.checked)}
        />
        {notices && allowed === "default" && can() && (
          <Button size="xs" variant="default" onClick={() => void allow()}>
            {t.allowHere}
          </Button>
        )}
      </div>
    </Box>
  );
}
