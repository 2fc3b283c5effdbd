import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "./problem";
import { keys } from "./queries";

/** What the page remembers of the server's answers. A session that has ended leads back to the login. */
export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (err, query) => loggedOut(err, query.queryKey[0] === "session") }),
  mutationCache: new MutationCache({
    onError: (err) => loggedOut(err, queries.getQueryData(keys.session) == null),
  }),
  defaultOptions: {
    queries: {
      networkMode: "always", // a lab's server may be reached where the internet is not
      refetchOnWindowFocus: false, // the live feed keeps things fresh
      retry: (failures, err) => failures < 3 && err instanceof Problem && err.passing,
    },
    mutations: { networkMode: "always" },
  },
});

function loggedOut(err: unknown, expected: boolean): void {
  if (!expected && err instanceof Problem && err.status === 401) sessionOver();
}

/** Leads back to the login, which says why. */
export function sessionOver(): void {
  if (queries.getQueryData(keys.session)) queries.setQueryData(keys.ended, true);
  queries.setQueryData(keys.session, null);
}
