import { Text, Timeline } from '@mantine/core';
import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import { Instant } from '../../ui/instant.tsx';
import { stateColors } from './state-types.ts';

/** A run's history, oldest first. */
export function StateTimeline({ states }: { readonly states: readonly State[] }) {
  return (
    <Timeline bulletSize={14} lineWidth={2} active={states.length - 1} aria-label="States">
      {states.map((state) => (
        <Timeline.Item key={state.id} title={state.name} color={stateColors[state.type]}>
          {state.message && (
            <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {state.message}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            <Instant at={state.timestamp} />
            {state.actor && ` by ${state.actor}`}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
