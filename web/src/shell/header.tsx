import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { client, root, want } from "../api/client";
import { leave } from "../api/person";
import { configQuery, keys } from "../api/queries";
import type { User } from "../api/types";
import { text } from "../text";
import { Icon } from "../ui/icon";
import css from "./app.module.css";
import { Keys } from "./caps";
import { LinkState } from "./linkstate";
import { Logo } from "./logo";
import { type Place, usePlaces } from "./places";
import { openPalette } from "./sitecommands";

export function Header({ user }: { user: User }) {
  const places = usePlaces(user);
  return (
    <header className={css.header}>
      <div className={css.bar}>
        <Link to="/" className={css.brand}>
          <Logo />
          <span>{text.name}</span>
        </Link>
        <nav className={css.nav} aria-label={text.shell.screens}>
          {places.map(({ to, label }) => (
            <Link
              key={to}
              to={to}
              className={css.place}
              activeOptions={{ exact: to === "/", includeSearch: false }}
            >
              {label}
            </Link>
          ))}
        </nav>
        <Places places={places} />
        <button type="button" className={css.palette} onClick={openPalette} title={text.shell.palette}>
          <Icon name="search" size={16} />
          <span>{text.shell.paletteShort}</span>
          <span aria-hidden="true">
            <Keys keys="mod+k" />
          </span>
        </button>
        <LinkState />
        <SchemeToggle />
        <Account user={user} />
      </div>
    </header>
  );
}

/** Where to go, on a phone. */
function Places({ places }: { places: Place[] }) {
  return (
    <Menu position="bottom-start" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon className={css.menu} variant="subtle" color="gray" size="lg" aria-label={text.shell.menu}>
          <Icon name="menu" size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {places.map(({ to, label }) => (
          <Menu.Item key={to} renderRoot={(props) => <Link to={to} {...props} />}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light", { getInitialValueInEffect: false }) === "dark";
  const label = dark ? text.nav.light : text.nav.dark;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(dark ? "light" : "dark")}
    >
      <Icon name={dark ? "sun" : "moon"} size={18} />
    </ActionIcon>
  );
}

function Account({ user }: { user: User }) {
  const version = useQuery(configQuery).data?.version;
  const logOut = useLogOut();
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={css.account} aria-label={text.nav.account(user.id)} title={user.id}>
          <Icon name="user" size={18} />
          <span className="cut">{user.id}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.id}
          {user.admin && ` · ${text.nav.admin}`}
        </Menu.Label>
        <Menu.Item leftSection={<Icon name="user" />} renderRoot={(props) => <Link to="/me" {...props} />}>
          {text.me.title}
        </Menu.Item>
        <Menu.Item component="a" href={new URL("docs/", root).href} leftSection={<Icon name="book" />}>
          {text.nav.api}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="leave" />} onClick={() => logOut.mutate()}>
          {text.nav.logOut}
        </Menu.Item>
        {version && <Menu.Label>{text.nav.version(version)}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}

function useLogOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => want(client.DELETE("/session")),
    onSuccess: () => {
      leave();
      queries.setQueryData(keys.session, null); // the login takes over; then nothing of this person may stay
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
    },
  });
}
