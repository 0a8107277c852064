import { Container, Group, Text } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { Link, Outlet } from '@tanstack/react-router';
import { useFollowWorkQueues } from '../features/work-queues/use-work-queues.ts';
import { ConnectionLine } from './connection-line.tsx';

/** What stands around every page. */
export function Shell() {
  useFollowWorkQueues();
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <Container component="header" size="xl" py="sm">
        <Group gap="md" component="nav" aria-label="Pages">
          <Group gap="xs" wrap="nowrap">
            <img src="/favicon.svg" alt="" width={24} height={24} />
            <Text fw={700} visibleFrom="xs">
              Millrace
            </Text>
          </Group>
          <Group gap="xs">
            <Link className="nav-link" to="/runs">
              Runs
            </Link>
            <Link className="nav-link" to="/deployments">
              Deployments
            </Link>
          </Group>
          <ConnectionLine />
        </Group>
      </Container>
      <Container component="main" id="content" tabIndex={-1} size="xl" pb="xl">
        <Outlet />
      </Container>
      <Notifications position="bottom-right" />
    </>
  );
}
