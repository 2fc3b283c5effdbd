import { Button, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Problem, words } from "../api/problem";
import { text } from "../text";

/** What stands in the middle of an otherwise empty place: what is (not) there, and what to do about it. */
export function Notice({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py={72} px="md" ta="center">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" maw={440}>
          {children}
        </Text>
      )}
      {action && <div style={{ marginTop: 12 }}>{action}</div>}
    </Stack>
  );
}

/** Leads back to the tasks. */
export function Home() {
  return (
    <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
      {text.error.home}
    </Button>
  );
}

interface UnavailableProps {
  query: { error: Error | null; refetch: () => unknown };
  missing: string;
  help: string;
}

/** Stands where something would be that is not there, or that cannot be had now. */
export function Unavailable({ query, missing, help }: UnavailableProps) {
  if (query.error instanceof Problem && query.error.status === 404)
    return (
      <Notice title={missing} action={<Home />}>
        {help}
      </Notice>
    );
  return <Failure error={query.error} retry={() => void query.refetch()} />;
}

/** Tells of a failure and offers to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const action = retry && (
    <Button variant="default" onClick={retry}>
      {text.error.retry}
    </Button>
  );
  return (
    <div role="alert">
      <Notice title={text.error.title} action={action}>
        {words(error)}
      </Notice>
    </div>
  );
}
