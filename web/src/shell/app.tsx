import { Center, Loader } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { sessionQuery } from "../api/queries";
import type { User } from "../api/types";
import { whileSeen } from "../live/awake";
import { startFeed } from "../live/feed";
import { Watch } from "../me/watch";
import { text } from "../text";
import { Failure } from "../ui/notice";
import css from "./app.module.css";
import { Unless, useLoginElsewhere } from "./elsewhere";
import { Header } from "./header";
import { LinkBanner } from "./linkstate";
import { Login } from "./login";
import { SiteCommands } from "./sitecommands";

/** The frame around every screen: nobody gets past it without having logged in. */
export function App() {
  const session = useQuery(sessionQuery);
  useLoginElsewhere(session.data === null);
  if (session.data)
    return (
      <Unless user={session.data.id}>
        <Frame user={session.data} />
      </Unless>
    );
  if (session.data === null) return <Login />;
  if (session.isError) return <Failure error={session.error} retry={() => void session.refetch()} />;
  return (
    <Center h="100vh">
      <Loader aria-label={text.link.connecting} />
    </Center>
  );
}

function Frame({ user }: { user: User }) {
  const queries = useQueryClient();
  useEffect(() => whileSeen(() => startFeed(queries, user.id)), [queries, user.id]);
  return (
    <>
      <button type="button" className={css.skip} onClick={skip}>
        {text.nav.skip}
      </button>
      <Header user={user} />
      <LinkBanner />
      <Watch user={user.id} />
      <SiteCommands user={user} />
      <main id="content" tabIndex={-1} className={css.main}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
    </>
  );
}

/** Stands where a screen will be while its code comes. */
export function Loading() {
  return (
    <Center h={240}>
      <Loader size="sm" aria-label={text.link.connecting} />
    </Center>
  );
}

/** Moves the focus by hand: under the page's base address a link to #content would leave the screen. */
function skip(): void {
  document.getElementById("content")?.focus();
}
