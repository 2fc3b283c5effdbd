import { Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import type { User } from "../api/types";
import { text } from "../text";
import { useTitle } from "../ui/title";
import { Keys } from "./keys";
import css from "./me.module.css";
import { Notices } from "./notices";
import { Profile } from "./profile";
import { Registries } from "./registries";
import { Sessions } from "./sessions";
import { SSHKeys } from "./sshkeys";

/** One's own account: what one is and may use, and what one logs in with. */
export function Me() {
  useTitle(text.me.title);
  const user = useQuery(sessionQuery).data;
  if (!user) return <Skeleton height={300} radius="md" />;
  return <Shown user={user} />;
}

function Shown({ user }: { user: User }) {
  return (
    <>
      <Title order={1} size="h2" mb="lg">
        {user.id}
      </Title>
      <div className={css.columns}>
        <Profile user={user} />
        <Stack gap="md" miw={0}>
          <Notices user={user} />
          <Keys user={user.id} />
          <SSHKeys user={user} />
          <Registries user={user.id} />
          <Sessions user={user.id} />
        </Stack>
      </div>
    </>
  );
}
